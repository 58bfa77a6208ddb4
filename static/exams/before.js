// Before the bell: a countdown by the server's clock that opens the start by itself, and a trial of
// this device with two questions that are stored nowhere.
import { all, device, drop, lasts, put } from "./store.js";
import { ready } from "./keeping.js";
import { post } from "./line.js";
import { Clock, spoken } from "./clock.js";

const by = (id) => document.getElementById(id);
const word = (name) => document.querySelector(`[data-word="${name}"]`).textContent;
const trial = by("trial"), door = by("door");
const { url, token } = trial.dataset;
const reach = (rows) => post(url, { "X-CSRF-Token": token }, { operations: rows });

// ── the bell ────────────────────────────────────────────────────────────────────────────────────

by("device").value = device(); // the questions come with the press, opened here
const begins = Number(door.dataset.begins), DAY = 86400;
const shut = (waits) => {
  by("wait").hidden = !waits;
  by("go").hidden = waits;
};
const clock = new Clock(
  (left) => {
    const days = Math.floor(left / DAY);
    by("wait").querySelector("b").textContent = days ? word("days").replace("{n}", days) : spoken(left);
    shut(left > 0);
  },
  (left) => (by("announced").textContent = word("left").replace("{n}", spoken(left))),
  () => (by("announced").textContent = word("open")),
);
clock.set(Number(door.dataset.at), begins);

// A phone that slept does not know how long: the server is asked.
document.addEventListener("visibilitychange", async () => {
  if (document.hidden || clock.left() <= 0) return;
  const { status, body } = await reach([]);
  if (status === 200) clock.set(body.at, begins);
});

// ── the trial ───────────────────────────────────────────────────────────────────────────────────

const state = (name, kind) =>
  trial.querySelector(`[data-check="${name}"] span`).replaceChildren(trial.querySelector(`[data-state="${kind}"]`).content.cloneNode(true));
const weak = new Set();
const found = (name, well, kind) => {
  state(name, well ? "yes" : kind || "no");
  if (well) weak.delete(name);
  else weak.add(name);
  const texts = [...weak].map((one) => trial.querySelector(`[data-weak="${one}"]`).textContent);
  by("weak").hidden = !texts.length;
  by("weak").querySelector("span").textContent = texts.join(" ");
};

// As a choice of the exam: kept here first, then over the line and back.
let sequence = 0;
const choose = async (slot, answer) => {
  const row = { attempt: 0, turn: 1, sequence: ++sequence, slot, answer, said_at: clock.now() };
  const kept = (await put("operations", row)) && (await lasts());
  const there = (await all("operations")).some((one) => one.attempt === 0 && one.sequence === row.sequence);
  found("keep", kept && there);
  const { attempt, ...sent } = row;
  const { status, body } = await reach([sent]);
  found("line", status === 200 && String(body.kept) === `1,${row.sequence}`);
  await drop("operations", [row]);
};

trial.hidden = false;
for (const name of ["keep", "line", "reload"]) state(name, "open");
state("script", "yes");
ready().then((yes) => found("reload", yes, "unsure"));
trial.addEventListener("change", (event) => {
  const radio = event.target.type === "radio";
  choose(radio ? 1 : 2, [event.target.value.trim()]);
  if (radio) for (const one of trial.querySelectorAll(".choice")) one.classList.toggle("chosen", one.contains(event.target));
});
