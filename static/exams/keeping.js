// Puts the running exam page aside on this phone, so that it can be opened again without the line.
// Needs a secure address; where there is none, the page before the bell says what not to do.
const PAGES = "exam pages", FILES = "exam files";
const WORKER = "/exams/attempts/worker.js";
const LONGEST = 8000; // ms that it may take to be installed

export const possible = () => Boolean(navigator.serviceWorker && self.caches && self.isSecureContext);

// Whether this browser will open the exam page again by itself.
export const ready = async () => {
  if (!possible()) return false;
  try {
    const { active, waiting, installing } = await navigator.serviceWorker.register(WORKER);
    const worker = active || waiting || installing;
    const there = new Promise((done) => worker.addEventListener("statechange", () => worker.state === "activated" && done()));
    if (worker.state !== "activated") await Promise.race([there, new Promise((_, late) => setTimeout(late, LONGEST))]);
    return true;
  } catch (refused) {
    return false;
  }
};

// The page as the server sent it, but for what belongs to one opening.
export const untouched = () => {
  const copy = document.documentElement.cloneNode(true), hall = copy.querySelector("#hall");
  for (const name of ["entered", "device"]) delete hall.dataset[name]; // here it was opened already
  return `<!doctype html>\n${copy.outerHTML}`;
};

// page: its address and text; policy: what may run on it. What it was made of is on the phone already.
export const keep = async (url, text, policy) => {
  if (!(await ready())) return false;
  try {
    const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy };
    await (await caches.open(PAGES)).put(url, new Response(text, { headers }));
    const files = await caches.open(FILES);
    const used = performance.getEntriesByType("resource").map((one) => one.name);
    const mine = [...new Set(used)].filter((one) => /\/static\/|\/pictures\//.test(new URL(one).pathname));
    for (const one of mine) if (!(await files.match(one))) await files.add(one).catch(() => {});
    return true;
  } catch (full) {
    return false;
  }
};

// A phone may be another's tomorrow.
export const forget = async () => {
  if (self.caches) for (const name of [PAGES, FILES]) await caches.delete(name).catch(() => {});
};
