// Stands between the pages of lessons and the line: where that is down, a text that was opened
// before is shown from the phone. Sees addresses below /lessons/ and nothing else of the house.
const STORE = "lessons";
const MOST = 60; // things

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const keep = async ({ keep: address, as, with: parts }) => {
  const store = await caches.open(STORE);
  const page = await fetch(address, { credentials: "same-origin" });
  if (!page.ok || page.redirected) return;
  await store.put(as, page);
  for (const part of parts) if (!(await store.match(part))) await store.add(part).catch(() => {});
  const keys = await store.keys();
  for (const old of keys.slice(0, Math.max(0, keys.length - MOST))) await store.delete(old);
};
self.addEventListener("message", (event) => event.waitUntil(keep(event.data).catch(() => {})));

const kept = async (request) => {
  try {
    return await fetch(request);
  } catch (away) {
    const there = await (await caches.open(STORE)).match(request.mode === "navigate" ? new URL(request.url).pathname : request);
    if (there) return there;
    throw away;
  }
};
self.addEventListener("fetch", (event) => {
  const { method, headers } = event.request;
  if (method === "GET" && !headers.has("Range")) event.respondWith(kept(event.request));
});
