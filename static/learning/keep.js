// Keeps the text of a lesson on this phone, and its reader's word until the line is back.
import { press } from "../exams/line.js";

const text = document.getElementById("text");
const finish = document.getElementById("finish");
const WAITS = "read to the end"; // lessons that were confirmed without a line
const WHOSE = "lessons of";

const read = (place, none) => {
  try {
    return JSON.parse(localStorage.getItem(place)) || none;
  } catch (nothing) {
    return none;
  }
};
const write = (place, value) => {
  try {
    localStorage.setItem(place, JSON.stringify(value));
    return true;
  } catch (full) {
    return false;
  }
};
const whose = text.hasAttribute("data-kept") ? read(WHOSE, null) : text.dataset.whose;

// Another person on the same phone: what was kept for the one before goes.
const greet = async () => {
  if (String(read(WHOSE, "")) !== String(whose) && window.caches) await caches.delete("lessons");
  write(WHOSE, whose);
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(text.dataset.keeper);
  const there = await navigator.serviceWorker.ready;
  const parts = [...document.querySelectorAll("link[rel=stylesheet], script[src], #text img")];
  there.active.postMessage({ keep: text.dataset.keep, as: location.pathname, with: parts.map((one) => one.href || one.src) });
};

// What was confirmed without a line is sent when there is one; the server stores it once.
const send = async () => {
  for (const row of read(WAITS, []).filter((one) => String(one.whose) === String(whose))) {
    const { came } = await press(`/lessons/${row.lesson}/read`, text.dataset.token);
    if (came === "away" || came === "stale") return;
    write(WAITS, read(WAITS, []).filter((one) => one.lesson !== row.lesson || String(one.whose) !== String(whose)));
    if (finish && String(row.lesson) === finish.dataset.lesson) location.reload();
  }
};

const waits = () => {
  finish.hidden = true;
  document.getElementById("waits").hidden = false;
};
const confirm = async (event) => {
  if (navigator.onLine && !text.hasAttribute("data-kept")) return; // the form goes its own way
  event.preventDefault();
  const rest = read(WAITS, []).filter((one) => one.lesson !== finish.dataset.lesson);
  if (write(WAITS, rest.concat({ lesson: finish.dataset.lesson, whose }))) waits();
};

if (finish) {
  finish.addEventListener("submit", confirm);
  if (read(WAITS, []).some((one) => one.lesson === finish.dataset.lesson && String(one.whose) === String(whose))) waits();
}
if (text.hasAttribute("data-kept")) addEventListener("online", () => location.reload());
else {
  greet().catch(() => {});
  send();
  addEventListener("online", send);
}
