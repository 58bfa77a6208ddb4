// A set of questions on the phone, keys and all: it goes on without a line, and what was answered
// is kept on this device until the server holds it.
import { hour } from "../exams/clock.js";
import { Sheet } from "../exams/sheet.js";
import { Outbox } from "./outbox.js";

const hall = document.getElementById("hall");
const by = (id) => document.getElementById(id);
const every = (place, root) => [...root.querySelectorAll(place)];
const words = {};
for (const one of document.querySelectorAll("[data-word]")) words[one.dataset.word] = one.textContent;
const say = (text, values) => Object.keys(values).reduce((so, name) => so.replace(`{${name}}`, values[name]), text);

const began = performance.now();
const now = () => Math.round(Number(hall.dataset.at) + performance.now() - began);
const atOnce = hall.dataset.once === "yes";
const draft = `practice ${hall.dataset.whose}`;

// ── what is said ────────────────────────────────────────────────────────────────────────────────

const tellSaved = () => {
  const line = by("saved");
  const waits = outbox.unsent.length;
  const away = waits > 0 && outbox.status !== 200;
  if (away && outbox.status === 401) line.textContent = words.signin;
  else if (away && outbox.status) line.textContent = say(words.stuck, { k: waits });
  else if (away) line.textContent = say(words.local, { k: waits });
  else if (waits) line.textContent = words.saving;
  else if (outbox.contact) line.textContent = say(words.saved, { at: hour(outbox.contact) });
  line.classList.toggle("away", away);
};

const result = () => {
  const count = (was) => sheet.pages.filter((page) => page.dataset.was === was).length;
  by("result").textContent = say(words.result, { right: count("right"), wrong: count("wrong") });
  by("result").hidden = !count("right") && !count("wrong");
};

// ── an answer ───────────────────────────────────────────────────────────────────────────────────

const plain = (text) => text.normalize("NFKC").replace(/\s+/g, "").toLowerCase().replace(/[。.,;、]+$/, "");

// true, false, or null: a text that reads otherwise than the key is judged by the server.
const judged = (page, answer) => {
  const { right, accepted } = page.dataset;
  if (!accepted) return answer.join("") === right;
  const known = JSON.parse(accepted);
  const fits = known.every((variants, place) => variants.some((one) => plain(one) === plain(answer[place] || "")));
  return fits || (answer.some((text) => text.trim()) ? null : false);
};

const shown = (page, right) => {
  const was = right === null ? "unsure" : right ? "right" : "wrong";
  page.dataset.was = was;
  const line = page.querySelector(".verdict");
  line.className = `verdict note ${{ right: "ok", wrong: "error", unsure: "info" }[was]}`;
  line.hidden = false;
  for (const sign of every("[data-sign]", line)) sign.hidden = sign.dataset.sign !== was;
  const button = sheet.buttons[sheet.pages.indexOf(page)];
  button.classList.remove("was-right", "was-wrong");
  if (right !== null) button.classList.add(`was-${was}`);
  result();
};

const reveal = (page, right) => {
  for (const one of every("input", page)) if (!one.closest(".own")) one.disabled = true;
  for (const one of every(".stem ~ .choices .choice", page)) {
    const { value, checked } = one.querySelector("input");
    const key = page.dataset.right.includes(value);
    one.classList.toggle("key", key);
    one.classList.toggle("missed", checked && !key);
  }
  page.querySelector("[data-key]").hidden = false;
  if (right !== undefined) shown(page, right);
  const check = page.querySelector("[data-check]");
  if (check) check.hidden = true;
};

const told = (page) => ({ version: Number(page.dataset.version), part: Number(page.dataset.part), said_at: now() });

const check = (page) => {
  if (page.dataset.was) return;
  const own = page.hasAttribute("data-own");
  const answer = sheet.read(page);
  if (own && !answer.length) return reveal(page);
  if (!answer.length) return atOnce ? notice(page) : undefined;
  const right = own ? answer[0] === "yes" : judged(page, answer);
  reveal(page, right);
  outbox.tell(Object.assign(told(page), { answer })).then((kept) => kept || (by("notice").hidden = false));
};

const notice = (page) => {
  page.querySelector("[data-first]").hidden = false;
};

const finish = () => {
  sheet.tellAll();
  sheet.pages.forEach(check);
  remember();
  result();
  by("result").focus();
};

// ── what is begun and not told yet, where the key comes at the end ──────────────────────────────

const keyOf = (page) => `${page.dataset.version}.${page.dataset.part}`;
const remember = () => {
  if (atOnce) return;
  const begun = {};
  for (const page of sheet.pages) if (!page.dataset.was && sheet.read(page).length) begun[keyOf(page)] = sheet.read(page);
  try {
    sessionStorage.setItem(draft, JSON.stringify(begun));
  } catch (none) { /* a private window keeps nothing */ }
};
const begun = () => {
  try {
    return (!atOnce && JSON.parse(sessionStorage.getItem(draft))) || {};
  } catch (none) {
    return {};
  }
};

// ── the page ────────────────────────────────────────────────────────────────────────────────────

const outbox = new Outbox({ url: hall.dataset.url, token: hall.dataset.token, whose: hall.dataset.whose }, (gone, body) => {
  for (const row of gone) {
    const page = pageOf(row);
    const right = body.right[row.sequence];
    if (page && right !== undefined) shown(page, right); // the server's word stands
  }
}, () => tellSaved());
const pageOf = (row) => row.answer && sheet.pages.find((page) => Number(page.dataset.version) === row.version && Number(page.dataset.part) === row.part);

hall.hidden = false;
const sheet = new Sheet(hall, words, (slot) => {
  const page = sheet.pages.find((one) => Number(one.dataset.slot) === slot);
  page.querySelector("[data-first]").hidden = true;
  if (page.hasAttribute("data-own") && sheet.read(page).length) check(page);
  remember();
}, () => tellTools());

const known = (page, answer, right) => {
  sheet.write(Number(page.dataset.slot), answer);
  reveal(page, right);
};

for (const page of sheet.pages) if (page.dataset.said) known(page, JSON.parse(page.dataset.said), page.dataset.before === "right");
const drafts = begun();
for (const page of sheet.pages) if (!page.dataset.was && drafts[keyOf(page)]) sheet.write(Number(page.dataset.slot), drafts[keyOf(page)]);
outbox.open().then((kept) => {
  for (const row of kept) {
    const page = pageOf(row);
    if (page && !page.dataset.was) known(page, row.answer, judged(page, row.answer));
  }
  by("notice").hidden = outbox.lasts;
});

// ── the star, and what is wrong with the question on the screen ─────────────────────────────────

const tools = by("tools");
const fault = tools.querySelector("form");
const here = () => sheet.pages[sheet.place];

const tellTools = () => {
  tools.hidden = !here();
  by("reported").hidden = true;
  tools.querySelector("details").open = false;
  if (here()) tools.querySelector("[data-star]").setAttribute("aria-pressed", String(here().hasAttribute("data-starred")));
};

const star = () => {
  const starred = !here().hasAttribute("data-starred");
  for (const page of sheet.pages.filter((one) => one.dataset.version === here().dataset.version)) page.toggleAttribute("data-starred", starred);
  tellTools();
  outbox.tell(Object.assign(told(here()), { starred }));
};

hall.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.hasAttribute("data-check")) check(here());
  else if (button.hasAttribute("data-star")) star();
  else if (button.hasAttribute("data-finish")) finish();
});
fault.addEventListener("submit", (event) => {
  event.preventDefault(); // kept and sent like everything else, with or without a line
  const said = fault.elements.said.value.trim();
  if (!said) return;
  outbox.tell(Object.assign(told(here()), { fault: said }));
  fault.reset();
  tellTools();
  by("reported").hidden = false;
});
addEventListener("pagehide", () => sheet.tellAll()); // what was typed a moment ago
const first = sheet.pages.findIndex((page) => !page.dataset.was);
sheet.show(first < 0 ? sheet.pages.length : first, true);
tellSaved();
