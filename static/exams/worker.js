// Opens the exam page again while the line is away. Nothing is kept here but what `keeping.js` of a
// running exam has put aside; it is gone when the exam is handed in.
const PAGES = "exam pages", FILES = "exam files";
const PATIENCE = 4000; // ms: a poor line keeps a page waiting for ever

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const kept = (name, request) => caches.open(name).then((store) => store.match(request, { ignoreVary: true }));

const page = async (request) => {
  const aside = await kept(PAGES, request);
  if (!aside) return fetch(request);
  const tired = new Promise((done) => setTimeout(() => done(aside), PATIENCE));
  return Promise.race([fetch(request).catch(() => aside), tired]);
};

const file = async (request) => (await kept(FILES, request)) || fetch(request);

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && /^\/exams\/attempts\/\d+$/.test(url.pathname)) event.respondWith(page(request));
  else if (url.pathname.startsWith("/static/") || /^\/exams\/attempts\/\d+\/pictures\//.test(url.pathname)) event.respondWith(file(request));
});
