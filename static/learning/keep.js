// Keeps the text of a lesson on this phone, and its reader's word until the line is back.
import { press } from "../exams/line.js";
import { confirm, send, waits } from "./confirmed.js";

const text = document.getElementById("text");
const finish = document.getElementById("finish");
const WHOSE = "lessons of";
const kept = text.hasAttribute("data-kept");

const known = () => {
  try {
    return localStorage.getItem(WHOSE);
  } catch (none) {
    return null;
  }
};
const whose = kept ? known() : text.dataset.whose;

// Another person on the same phone: what was kept for the one before goes.
const greet = async () => {
  if (known() !== whose && window.caches) await caches.delete("lessons");
  localStorage.setItem(WHOSE, whose);
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(text.dataset.keeper);
  const there = await navigator.serviceWorker.ready;
  const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=modulepreload], script[src], #text img")];
  there.active.postMessage({ keep: text.dataset.keep, as: location.pathname, with: parts.map((one) => one.href || one.src) });
};

const sendAll = async () => {
  const settled = await send(whose, text.dataset.token);
  if (finish && settled.includes(finish.dataset.lesson)) location.reload();
};

const tellWaits = () => {
  finish.hidden = true;
  document.getElementById("waits").hidden = false;
};

// A line that only seems to be there must not cost the reader the page.
const tell = async () => {
  const { came } = kept ? { came: "away" } : await press(finish.action, text.dataset.token);
  if (came === "done") location.reload();
  else if (came !== "away") finish.submit(); // the form says why
  else if (confirm(finish.dataset.lesson, whose)) tellWaits();
};

if (finish) {
  finish.addEventListener("submit", (event) => {
    event.preventDefault();
    finish.querySelector("button").setAttribute("aria-busy", "true");
    tell();
  });
  if (waits(finish.dataset.lesson, whose)) tellWaits();
}
// The page on the phone gives way to the real one; a line is often back a while after it says so.
const lookAgain = async () => {
  try {
    const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
    if (answer.ok) location.reload();
  } catch (away) {
    // it is looked for again
  }
};
if (kept) {
  addEventListener("online", lookAgain);
  setInterval(lookAgain, 10_000);
} else {
  greet().catch(() => {});
  sendAll();
  addEventListener("online", sendAll);
}
