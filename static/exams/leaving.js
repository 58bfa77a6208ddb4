// Counts how often the exam page was left, and says so. What follows is the server's to decide.

const MOMENT = 1000; // ms: a glance at a message from above is no leaving

export class Leaving {
  // rule: ignored, counted, collected; most: for collected; tell(times, left) says it on the page.
  constructor(rule, most, tell) {
    Object.assign(this, { rule, most: Number(most) || 0, tell, times: 0, since: 0 });
  }
  // What other pages of the attempt have counted.
  begin(times) {
    this.times = Math.max(this.times, times || 0);
  }
  // Whether it was one more. A page that is loaded anew never comes back to see it.
  changed(hidden) {
    if (hidden) {
      this.since = performance.now();
      return false;
    }
    if (this.rule === "ignored" || !this.since || performance.now() - this.since < MOMENT) return false;
    this.since = 0;
    this.times += 1;
    this.tell(this.times, this.rule === "collected" ? Math.max(this.most - this.times, 0) : null);
    return true;
  }
}
