// The questions on the screen: one at a time, their answers, and the card of all numbers.

const find = (place, root) => (root || document).querySelector(place);
const TYPED = "input[type=text], textarea";
const every = (place, root) => [...(root || document).querySelectorAll(place)];

export class Sheet {
  // changed(slot, answer, at once) hears of each choice; moved(place) of each step.
  constructor(hall, words, changed, moved) {
    Object.assign(this, { hall, words, changed, moved, place: 0, later: new Map(), shut: false, locked: new Set() });
    this.pages = every(".asked", hall);
    this.card = find("#card", hall);
    this.dock = find("#dock", hall);
    this.buttons = every("[data-to]", this.card);
    hall.addEventListener("change", (event) => this.heard(event, true));
    hall.addEventListener("input", (event) => this.heard(event, false));
    hall.addEventListener("click", (event) => this.pressed(event));
  }
  heard(event, sure) {
    const page = event.target.closest(".asked");
    if (!page) return;
    const typed = event.target.matches(TYPED);
    const pause = event.target.type === "text" ? 700 : 2500; // an essay is long: not with every word
    if (typed !== !sure && !typed) return; // a choice speaks once, by its change
    clearTimeout(this.later.get(page));
    this.later.delete(page);
    if (typed && !sure) this.later.set(page, setTimeout(() => this.tell(page), pause));
    else this.tell(page);
  }
  // What was typed a moment ago and is not told yet.
  tellAll() {
    for (const page of [...this.later.keys()]) this.tell(page);
  }
  tell(page) {
    clearTimeout(this.later.get(page));
    this.later.delete(page);
    this.changed(Number(page.dataset.slot), this.read(page));
    this.paint();
  }
  read(page) {
    const texts = every(TYPED, page).map((one) => one.value.trim());
    if (texts.length) return texts.some(Boolean) ? texts : [];
    return every("input:checked", page).map((one) => one.value).sort();
  }
  write(slot, answer) {
    const page = find(`[data-slot="${slot}"]`, this.hall);
    if (!page) return;
    every("input, textarea", page).forEach((one, index) => {
      if (one.matches(TYPED)) one.value = answer[index] || "";
      else one.checked = answer.includes(one.value);
    });
  }
  pressed(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.go) this.show(this.place + Number(button.dataset.go));
    else if (button.hasAttribute("data-card")) this.show(this.place === this.pages.length ? this.back || 0 : this.pages.length);
    else if (button.dataset.to) this.show(Number(button.dataset.to) - 1);
  }
  // place: from 0; one past the last question is the card.
  show(place, quiet) {
    this.tellAll();
    if (this.place < this.pages.length) this.back = this.place;
    this.place = Math.min(Math.max(place, 0), this.pages.length);
    const card = this.place === this.pages.length;
    this.pages.forEach((page, index) => (page.hidden = index !== this.place));
    this.card.hidden = !card;
    this.dock.hidden = false;
    find("[data-go='-1']", this.dock).disabled = this.place === 0;
    find("[data-go='1']", this.dock).disabled = card;
    find("[data-go='1'] span", this.dock).textContent = this.place < this.pages.length - 1 ? this.words.next : this.words.finish;
    find("[data-card]", this.dock).setAttribute("aria-pressed", String(card));
    this.paint();
    if (!quiet) {
      find("h2", card ? this.card : this.pages[this.place]).focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    this.moved(this.place);
  }
  showSlot(slot) {
    this.show(Math.max(this.pages.findIndex((page) => Number(page.dataset.slot) === slot), 0), true);
  }
  paint() {
    const missing = [];
    this.pages.forEach((page, index) => {
      const done = this.read(page).length > 0;
      if (!done) missing.push(index + 1);
      const button = this.buttons[index];
      button.classList.toggle("done", done);
      if (done) button.setAttribute("aria-label", `${index + 1} ${this.words.answered}`);
      else button.removeAttribute("aria-label");
      if (index === this.back) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
      for (const one of every(".choice", page)) one.classList.toggle("chosen", find("input", one).checked);
    });
    find("#count", this.dock).textContent = `${this.pages.length - missing.length}/${this.pages.length}`;
    const { comma } = this.words;
    const short = missing.length > 12 ? `${missing.slice(0, 12).join(comma)} …` : missing.join(comma);
    find("#missing", this.card).textContent = missing.length
      ? this.words.missing.replace("{k}", missing.length).replace("{list}", short)
      : this.words.complete.replace("{m}", this.pages.length);
  }
  // No more answers are taken; the questions stay to be read.
  seal(shut) {
    this.tellAll();
    this.shut = shut;
    for (const page of this.pages) this.disable(page);
  }
  // One question takes none any more.
  lock(slot) {
    this.locked.add(slot);
    this.disable(find(`[data-slot="${slot}"]`, this.hall));
  }
  disable(page) {
    const shut = this.shut || this.locked.has(Number(page.dataset.slot));
    for (const one of every("input, textarea", page)) one.disabled = shut;
  }
}
