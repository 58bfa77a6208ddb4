// What was answered, starred or reported stays on this device until the server says that it holds it.
import { all, device, drop, lasts, put } from "../exams/store.js";
import { post } from "../exams/line.js";

const SOON = 500; // ms from a choice to its batch
const AGAIN = [2, 4, 8, 15, 30]; // s to the next try when the line is away
const AT_ONCE = 50;
const bare = ({ sequence, version, part, answer, starred, fault, said_at }) => ({ sequence, version, part, answer, starred, fault, said_at });

export class Outbox {
  // place: url, token, whose. heard(batch, body) is told what the server holds; changed() of every step.
  constructor(place, heard, changed) {
    Object.assign(this, place, { heard, changed, unsent: [], tries: 0, status: 200, busy: false, contact: 0 });
    this.device = device();
    addEventListener("online", () => this.pump());
    addEventListener("offline", () => Object.assign(this, { status: 0 }) && this.changed());
    document.addEventListener("visibilitychange", () => this.pump());
  }
  // What an earlier page of this person could not send.
  async open() {
    const kept = (await all("practice")).filter((row) => row.whose === this.whose);
    this.unsent = [...kept.sort((a, b) => a.said_at - b.said_at), ...this.unsent];
    this.lasts = await lasts();
    this.pump();
    return kept;
  }
  next() {
    try {
      const number = Number(localStorage.getItem("practised") || 0) + 1;
      localStorage.setItem("practised", number);
      return number;
    } catch (none) {
      return (this.number = (this.number || 0) + 1);
    }
  }
  async tell(told) {
    const row = Object.assign({ device: this.device, sequence: this.next(), whose: this.whose }, told);
    this.unsent.push(row);
    this.changed();
    this.later(this.status ? SOON : 3000);
    return put("practice", row);
  }
  later(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.pump(), ms);
  }
  // One batch at a time, all of one device; then the next, or another try.
  async pump() {
    if (this.busy || !this.unsent.length) return this.changed();
    this.busy = true;
    const first = this.unsent[0].device;
    const batch = this.unsent.filter((row) => row.device === first).slice(0, AT_ONCE);
    const { status, body } = await post(this.url, { "X-CSRF-Token": this.token, Accept: "application/json" }, { device: first, told: batch.map(bare) });
    this.status = status;
    if (status === 200) await this.held(batch, body);
    this.busy = false;
    this.changed();
    if (!this.unsent.length) return;
    if (status === 200) this.later(0);
    else this.later(AGAIN[Math.min(this.tries++, AGAIN.length - 1)] * 1000 * (0.8 + 0.4 * Math.random()));
  }
  async held(batch, body) {
    const settled = new Set([...body.kept, ...body.refused]);
    const gone = batch.filter((row) => settled.has(row.sequence));
    this.unsent = this.unsent.filter((row) => !gone.includes(row));
    Object.assign(this, { tries: 0, contact: body.at });
    await drop("practice", gone);
    this.heard(gone, body);
  }
}
