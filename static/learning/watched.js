// What was watched and has not been told yet, kept on this device: the line may be down.
import { post } from "../exams/line.js";

const AGAIN = [3, 6, 12, 30]; // s to the next try when the line is away
const AT_ONCE = 50;

export class Watched {
  // heard(stream, body) is told what the server holds; changed() of every step.
  constructor(whose, heard, changed) {
    const place = `watched ${whose} ${Math.random().toString(36).slice(2)}`; // of this page alone
    Object.assign(this, { heard, changed, place, tries: 0, away: false, busy: false, numbers: {}, states: {} });
    this.rows = this.kept(`watched ${whose} `);
    this.keep();
    addEventListener("online", () => this.pump());
    setTimeout(() => this.pump()); // when the page knows of it
  }
  // What earlier pages could not tell. Where one is still open, the server hears each piece once.
  kept(begins) {
    try {
      const places = Object.keys(localStorage).filter((one) => one.startsWith(begins));
      const rows = [].concat(...places.map((one) => JSON.parse(localStorage.getItem(one)) || []));
      for (const one of places) localStorage.removeItem(one);
      return rows;
    } catch (none) {
      return [];
    }
  }
  keep() {
    try {
      if (this.rows.length) localStorage.setItem(this.place, JSON.stringify(this.rows));
      else localStorage.removeItem(this.place);
    } catch (none) { /* a private window keeps it as long as the page is open */ }
  }
  // A stretch that goes on where the last one ended is one stretch, until it is on its way.
  add(stream, from, to) {
    const last = this.rows[this.rows.length - 1];
    if (last && last.stream === stream.stream && last.to === from && !last.sent) last.to = to;
    else this.rows.push({ stream: stream.stream, ticket: stream.ticket, number: this.next(stream.stream), from, to });
    this.keep();
    this.pump();
  }
  next(stream) {
    return (this.numbers[stream] = (this.numbers[stream] || 0) + 1);
  }
  async pump() {
    if (this.busy || !this.rows.length) return this.changed();
    this.busy = true;
    clearTimeout(this.timer);
    const { stream, ticket } = this.rows[0];
    const batch = this.rows.filter((row) => row.stream === stream).slice(0, AT_ONCE);
    for (const row of batch) row.sent = true;
    const pieces = batch.map((row) => [row.number, row.from, row.to]);
    const { status, body } = await post(`/learning/streams/${stream}/beats`, { "X-Ticket": ticket, Accept: "application/json" }, { pieces, state: this.states[stream] });
    const settled = status === 200 || (status >= 400 && status < 500 && status !== 409 && status !== 429);
    if (settled) this.rows = this.rows.filter((row) => !batch.includes(row));
    this.keep();
    this.busy = false;
    this.away = !settled;
    if (status === 200) this.states[stream] = body.state; // brought along next time
    if (status === 200) this.heard(stream, body);
    this.changed();
    if (settled) this.tries = 0;
    if (this.rows.length) this.timer = setTimeout(() => this.pump(), settled ? 0 : AGAIN[Math.min(this.tries++, AGAIN.length - 1)] * 1000);
  }
}
