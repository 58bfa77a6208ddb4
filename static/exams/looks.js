// Right and wrong while sitting, where the assessment offers it: what was looked at is closed.
import { post } from "./line.js";

const find = (place, root) => root.querySelector(place);

export class Looks {
  // waits(slot): whether something of a question is not on the server yet; stuck(): a dead sign-in.
  // looked(slot): it is closed from now on.
  constructor(hall, words, sheet, { waits, stuck, looked }) {
    Object.assign(this, { hall, words, sheet, waits, stuck, looked });
    const made = document.getElementById("look");
    if (!made) return;
    for (const page of hall.querySelectorAll(".asked")) if (!find("textarea", page)) page.append(made.content.cloneNode(true));
    hall.addEventListener("click", (event) => this.pressed(event));
  }
  // Those that were looked at before, on whatever device.
  close(slots) {
    for (const slot of slots || []) this.sheet.lock(slot);
  }
  pressed(event) {
    const button = event.target.closest("[data-look], [data-look-sure], [data-look-not]");
    if (!button) return;
    const page = button.closest(".asked"), slot = Number(page.dataset.slot);
    const locked = this.sheet.locked.has(slot);
    if (button.hasAttribute("data-look") && !locked) {
      const empty = !this.sheet.read(page).length;
      this.say(page, empty ? this.words.unanswered : "");
      return this.ask(page, !empty);
    }
    this.ask(page, false);
    if (!button.hasAttribute("data-look-not")) this.look(page, slot);
  }
  ask(page, open) {
    find(".sure", page).hidden = !open;
    find("[data-look]", page).hidden = open;
  }
  say(page, text) {
    const note = find(".look .note", page);
    note.hidden = !text;
    find("span", note).textContent = text;
  }
  async look(page, slot) {
    this.sheet.tellAll();
    if (this.waits(slot)) return this.say(page, this.words.notyet);
    const headers = { "X-CSRF-Token": this.hall.dataset.token, Accept: "application/json" };
    const { status, body } = await post(this.hall.dataset.looks.replace(/0$/, slot), headers, {});
    if (status === 401) return this.stuck();
    if (status !== 200) return this.say(page, body.why || this.words.notyet);
    this.say(page, "");
    this.sheet.lock(slot);
    this.looked(slot);
    find("[data-look]", page).hidden = true;
    find(".looked", page).innerHTML = body.page;
    for (const one of page.querySelectorAll(".choice"))
      one.classList.toggle("right", body.right.includes(find("input", one).value));
  }
}
