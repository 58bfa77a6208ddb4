// The server's clock as this page knows it: its time at the last contact, plus what has run since.
// The phone's own clock is never believed. It only betrays that the page did not run: where the two
// have gone differently far since the last contact, the phone slept, and no time here is sure.

const APART = 3000; // ms
const CALLS = [600, 300, 60, 30]; // seconds left that are announced

export class Clock {
  constructor(show, call, over) {
    Object.assign(this, { show, call, over, at: 0, since: 0, wall: 0, ends: Infinity, last: Infinity, done: false });
  }
  // at, ends: milliseconds of the server; guessed: the page was away, and nobody has told the time
  set(at, ends, guessed) {
    this.at = at;
    this.guessed = Boolean(guessed);
    this.since = performance.now();
    this.wall = Date.now();
    this.ends = ends;
    if (this.done && this.left() > 0) this.done = false; // the end was put off
    this.timer = this.timer || setInterval(() => this.tick(), 500);
    this.tick();
  }
  now() {
    return Math.round(this.at + performance.now() - this.since);
  }
  // When something was chosen: never after the end, for then nothing can be chosen.
  said() {
    return Math.min(this.now(), this.ends);
  }
  sure() {
    return !this.guessed && Math.abs(Date.now() - this.wall - (performance.now() - this.since)) < APART;
  }
  left() {
    return Math.ceil((this.ends - this.now()) / 1000);
  }
  tick() {
    const left = Math.max(this.left(), 0);
    this.show(left);
    const due = CALLS.filter((one) => left <= one && this.last > one);
    if (due.length && left > 0 && this.last !== Infinity) this.call(due[due.length - 1]);
    this.last = left;
    if (left === 0 && !this.done) {
      this.done = true;
      this.over();
    }
  }
}

const two = (number) => String(number).padStart(2, "0");

export const spoken = (left) =>
  left >= 3600 ? `${Math.floor(left / 3600)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}` : `${two(Math.floor(left / 60))}:${two(left % 60)}`;

// hh:mm in the city, whatever zone the phone believes in; China knows no summer time.
export const hour = (ms) => {
  const city = new Date(ms + 8 * 3600 * 1000);
  return `${two(city.getUTCHours())}:${two(city.getUTCMinutes())}`;
};
