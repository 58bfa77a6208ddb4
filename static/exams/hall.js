// The exam page: every choice is kept on this device at once, sent within two seconds, and called
// saved when the server has answered that it holds it.
import { all, device, drop, lasts, put } from "./store.js";
import { fitting, post, press, save, settled } from "./line.js";
import { Clock, hour, spoken } from "./clock.js";
import { Leaving } from "./leaving.js";
import { forget, keep, untouched } from "./keeping.js";
import { Looks } from "./looks.js";
import { bringHome } from "./leftovers.js";
import { Sheet } from "./sheet.js";

const SOON = 800; // ms from a choice to its batch
const BEAT = 30000; // ms between two contacts when there is nothing to send
const AGAIN = [2, 4, 8, 15, 30]; // s to the next try when the line is away
const LAST_ASK = 5; // s before the end: it may have been put off
const SETTLED = 3000; // ms after entering: then the page is put aside

const hall = document.getElementById("hall");
const sent = hall.dataset.policy && untouched();
const { attempt, total, opening, saving, result, token } = hall.dataset;
const words = {};
for (const one of document.querySelectorAll("[data-word]")) words[one.dataset.word] = one.textContent;
const by = (id) => document.getElementById(id);
const say = (text, values) => Object.keys(values || {}).reduce((so, name) => so.replace(`{${name}}`, values[name]), text);

const state = {
  turn: 0, sequence: 0, ticket: "", held: 0, contact: 0,
  unsent: new Map(), // key → row, in the order of choosing
  tries: 0, busy: false, timer: 0, failing: false, stuck: false,
  sealed: false, elsewhere: false, submitting: false, left: false,
  word: 0, asked: false, late: 0, looked: [],
  said: new Map(), // slot → the last of it: [slot, turn, sequence, answer]
};

// ── what is said ────────────────────────────────────────────────────────────────────────────────

// again: with a button that loads the page anew, where one signs in and comes back to this place.
const notice = (text, kind, again) => {
  const note = by("notice");
  by("again").hidden = !again;
  note.hidden = !text;
  note.className = `note ${kind || "warn"}`;
  note.querySelector("span").textContent = text || "";
  if (kind === "error") note.scrollIntoView({ block: "center" });
};
const announce = (text) => (by("announced").textContent = text);

// A word to all from those who run the exam; it stays until it is put away.
const hear = ([number, text]) => {
  if (number <= state.word) return;
  state.word = number;
  by("word").hidden = false;
  by("word").querySelector("b").textContent = text;
  announce(text);
};

const tellSaved = () => {
  const slots = new Set([...state.unsent.values()].map((row) => row.slot)).size;
  const line = by("saved");
  if (state.stuck) line.textContent = say(words.stuck, { k: slots });
  else if (slots && state.failing) line.textContent = say(words.local, { k: slots });
  else if (slots) line.textContent = words.saving;
  else if (state.turn) line.textContent = say(words.saved, { n: state.held, m: total, at: hour(state.contact) });
  const away = slots > 0 && state.failing;
  if (away !== line.classList.contains("away")) announce(line.textContent);
  line.classList.toggle("away", away);
};

const clock = new Clock(
  (left) => {
    by("left").textContent = spoken(left);
    by("left").parentElement.classList.toggle("short", left <= 300);
    if (left > LAST_ASK) state.asked = false;
    else if (left > 0 && !state.asked) {
      state.asked = true;
      pump();
    }
  },
  (left) => {
    const text = left >= 60 ? say(words.minutes, { k: left / 60 }) : say(words.seconds, { k: left });
    announce(text);
    notice(text);
    setTimeout(() => by("notice").textContent.trim() === text && notice(""), 8000);
  },
  () => timeIsUp(),
);

const leaving = new Leaving(hall.dataset.leaving || "counted", hall.dataset.leavesMost, (times, more) => {
  const text = say(more ? words.leavesmost : words.leaves, { k: times, m: more });
  notice(text);
  announce(text);
});

// ── sending ─────────────────────────────────────────────────────────────────────────────────────

const later = (ms) => {
  clearTimeout(state.timer);
  state.timer = setTimeout(pump, ms);
};

// One batch at a time; then the next, or a heartbeat, or another try.
const pump = async () => {
  if (state.busy || !state.ticket || state.left) return;
  state.busy = true;
  const batch = fitting([...state.unsent.values()]);
  const told = { unsent: state.unsent.size - batch.length, leaves: leaving.times, word: state.word };
  const { status, body } = await save(saving, state.ticket, batch, told);
  state.busy = false;
  if (status === 200) await heard(batch, body);
  else failed(status, batch);
  tellSaved();
};

const heard = async (batch, body) => {
  Object.assign(state, { tries: 0, failing: false, stuck: false, held: body.held, contact: body.at });
  if (clock.guessed) notice(""); // opened without the line, and now it is back
  clock.set(body.at, body.ends);
  remember();
  const gone = settled(batch, body);
  for (const row of gone) state.unsent.delete(`${row.turn}.${row.sequence}`);
  await drop("operations", gone);
  const refused = new Set((body.refused || []).map(String));
  for (const row of gone) if (refused.has(`${row.turn},${row.sequence}`)) sayAgain(row);
  if (body.word) hear(body.word);
  if (body.over && !state.elsewhere) state.late += (body.late || []).length;
  if (body.turn > state.turn) handOver();
  if (state.elsewhere && !state.unsent.size) return;
  if (body.over && !state.unsent.size) return leave();
  if (state.sealed && clock.left() > 0) unseal();
  if (state.sealed && !state.unsent.size) return handIn();
  later(state.unsent.size ? (gone.length ? 0 : 2000) : BEAT);
};

const failed = (status, batch) => {
  state.failing = true;
  if (status === 403 || status === 422 || status === 413) state.stuck = batch.length > 0;
  if (state.sealed) notice(words.sealedlocal);
  const wait = AGAIN[Math.min(state.tries++, AGAIN.length - 1)];
  later(wait * 1000 * (0.8 + 0.4 * Math.random()));
};

// A choice: on this device first, then on its way.
const choose = (slot, answer) => {
  if (state.sealed || state.elsewhere || !state.turn) return;
  hold(slot, answer, clock.said(), clock.sure());
  later(state.failing ? 3000 : SOON);
};

const hold = (slot, answer, said_at, sure) => {
  const row = { attempt: Number(attempt), turn: state.turn, sequence: ++state.sequence, slot, answer, said_at, sure };
  state.unsent.set(`${row.turn}.${row.sequence}`, row);
  state.said.set(slot, [slot, row.turn, row.sequence, answer]);
  remember();
  put("operations", row).then((kept) => kept || notice(words.fragile));
  tellSaved();
};

// Something else came under its number, as from a second page opened without the line. What stands
// here still is said once more, of the time at which it was chosen.
const sayAgain = (row) => {
  const [, turn, sequence] = state.said.get(row.slot) || [];
  if (turn === row.turn && sequence === row.sequence) hold(row.slot, row.answer, row.said_at, row.sure);
};

// What it takes to go on here without the line: the ticket, what was said, and how late it was.
const remember = () =>
  put("tickets", {
    attempt: Number(attempt), turn: state.turn, ticket: state.ticket, url: saving, sequence: state.sequence,
    answers: [...state.said.values()], looked: state.looked, leaves: leaving.times,
    at: clock.now(), ends: clock.ends, wall: Date.now(),
  });

// ── entering ────────────────────────────────────────────────────────────────────────────────────

const enter = async () => {
  const { status, body, again } = await post(opening, { "X-CSRF-Token": token }, { device: device() });
  if (body.over) {
    await bringHome(Number(attempt)); // what waited here still arrives, if too late to count at once
    return leave();
  }
  if (status === 401) return notice(words.signin, "error", true);
  if (status === 0 && (await goOn())) return;
  if (status !== 200) {
    by("saved").textContent = status === 0 ? words.entering : body.why || words.entering;
    const wait = AGAIN[Math.min(state.tries++, AGAIN.length - 1)];
    state.timer = setTimeout(enter, again || wait * 1000);
    return;
  }
  await entered(body);
};

// Opened without the line, from what this phone put aside. The time is a guess until the server
// is heard again, and every answer says so.
const goOn = async () => {
  const mine = (row) => row.attempt === Number(attempt) && row.answers;
  const [last] = (await all("tickets")).filter(mine).sort((a, b) => b.turn - a.turn);
  if (!last) return false;
  const at = last.at + Math.max(Date.now() - last.wall, 0);
  await entered(Object.assign({}, last, { at }), true);
  state.failing = true;
  notice(words.reopened);
  tellSaved();
  return true;
};

const entered = async (body, guessed) => {
  const mine = (row) => row.attempt === Number(attempt);
  const kept = (await all("operations")).filter(mine).sort((a, b) => a.turn - b.turn || a.sequence - b.sequence);
  for (const row of kept) state.unsent.set(`${row.turn}.${row.sequence}`, row);
  Object.assign(state, { tries: 0, turn: body.turn, ticket: body.ticket, contact: body.at, looked: body.looked || [] });
  const numbers = [...body.answers.map((one) => one.slice(1, 3)), ...kept.map((row) => [row.turn, row.sequence])];
  const used = numbers.filter(([turn]) => turn === body.turn).map(([, sequence]) => sequence);
  state.sequence = Math.max(state.sequence, body.sequence || 0, ...used); // none is given out twice
  state.held = body.answers.filter((one) => one[3].length).length;
  leaving.begin(body.leaves);
  if (body.word) hear(body.word);
  const last = fill(body.answers, kept);
  looks.close(body.looked);
  sheet.seal(false);
  by("handover").hidden = true;
  const place = remembered();
  if (place !== null) sheet.show(place, true);
  else if (last) sheet.showSlot(last);
  else sheet.show(0, true);
  clock.set(body.at, body.ends, guessed);
  remember();
  if (sent && !guessed) setTimeout(() => state.left || keep(hall.dataset.page, sent, hall.dataset.policy), SETTLED);
  if (!(await lasts())) notice(words.fragile);
  tellSaved();
  later(state.unsent.size ? 0 : BEAT);
};

// The answers of the server and those that wait here: in a slot the later (turn, sequence) stands.
const fill = (answers, kept) => {
  const rows = [...answers, ...kept.map((row) => [row.slot, row.turn, row.sequence, row.answer])];
  rows.sort((a, b) => a[1] - b[1] || a[2] - b[2]);
  for (const row of rows) {
    state.said.set(row[0], row);
    sheet.write(row[0], row[3]);
  }
  return rows.length ? rows[rows.length - 1][0] : 0;
};

const remembered = () => {
  const place = sessionStorage.getItem(`place ${attempt}`);
  return place === null ? null : Number(place);
};

// ── the end ─────────────────────────────────────────────────────────────────────────────────────

const handOver = () => {
  if (state.elsewhere) return;
  state.elsewhere = true;
  sheet.seal(true);
  notice(words.elsewhere, "error");
  announce(words.elsewhere);
};

const timeIsUp = () => {
  if (state.elsewhere) return;
  sheet.seal(true);
  state.sealed = true;
  notice(words.sealed);
  pump();
};

// The end was put off while the page was away.
const unseal = () => {
  state.sealed = false;
  sheet.seal(false);
  notice(words.putoff, "info");
  announce(words.putoff);
};

const handIn = async () => {
  if (state.left || state.elsewhere) return;
  state.left = true;
  notice(words.submitting, "info");
  const { came, why, again } = await press(by("submit").action, token);
  if (came === "done") return leave();
  state.left = false;
  if (came === "away") {
    notice(state.sealed ? words.sealedlocal : words.offline, "error");
    return later(3000);
  }
  if (came === "busy") { // pressed again by itself, with what was chosen meanwhile
    notice(why, "info");
    return setTimeout(state.sealed ? handIn : pressedSubmit, again);
  }
  if (came === "stale") return notice(words.signin, "error", true);
  notice(why, "error");
  later(BEAT);
};

// On to the result; the tickets go only when nothing waits here for them.
const leave = async () => {
  state.left = true;
  const mine = (row) => row.attempt === Number(attempt);
  if (!(await all("operations")).some(mine)) await drop("tickets", (await all("tickets")).filter(mine));
  await forget();
  if (!state.late) {
    notice(words.over, "info");
    return location.replace(result);
  }
  notice(say(words.late, { k: state.late }));
  by("onwards").hidden = false;
};

const pressedSubmit = async () => {
  sheet.tellAll();
  if (state.submitting || state.left) return;
  if (state.elsewhere) return notice(words.elsewhere, "error");
  state.submitting = true;
  notice(words.submitting, "info");
  const until = performance.now() + 6000;
  while (state.unsent.size && performance.now() < until) {
    await pump();
    await new Promise((go) => setTimeout(go, 300));
  }
  state.submitting = false;
  if (state.unsent.size || navigator.onLine === false) return notice(words.offline, "error");
  handIn();
};

// ── the page ────────────────────────────────────────────────────────────────────────────────────

hall.hidden = false;
const sheet = new Sheet(hall, words, choose, (place) => {
  try {
    sessionStorage.setItem(`place ${attempt}`, place);
  } catch (none) { /* a private window keeps nothing */ }
});
sheet.seal(true);
const looks = new Looks(hall, words, sheet, {
  waits: (slot) => [...state.unsent.values()].some((row) => row.slot === slot),
  stuck: () => notice(words.signin, "error", true),
  looked: (slot) => {
    state.looked.push(slot);
    remember();
  },
});

by("submit").querySelector("button").addEventListener("click", pressedSubmit);
addEventListener("online", () => {
  clearTimeout(state.timer);
  if (state.ticket) pump();
  else if (by("handover").hidden) enter();
});
addEventListener("offline", () => {
  state.failing = true;
  tellSaved();
});
by("again").addEventListener("click", () => {
  state.left = true;
  location.reload();
});
by("word").querySelector("button").addEventListener("click", () => (by("word").hidden = true));
document.addEventListener("visibilitychange", () => {
  sheet.tellAll();
  if (state.turn && !state.sealed && !state.elsewhere && !state.left) leaving.changed(document.hidden);
  if (state.ticket) pump(); // away: what waits goes now; back: the server's time is asked at once
});
addEventListener("beforeunload", (event) => {
  if (state.unsent.size && !state.left) event.preventDefault();
});

if (hall.dataset.entered) {
  history.replaceState(null, "", hall.dataset.page); // a reload opens the attempt, and begins none
  entered(JSON.parse(hall.dataset.entered));
} else if (hall.dataset.device && hall.dataset.device !== device()) {
  by("handover").hidden = false;
  by("saved").textContent = "";
  by("handover").querySelector("button").addEventListener("click", enter);
} else enter();
