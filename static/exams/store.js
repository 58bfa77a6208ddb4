// What this device holds: choices that the server has not confirmed, and the tickets to send them.
// Kept in IndexedDB; where the browser has none, in memory, and the page says so.

// By what a row of each table is known; what is practised belongs to no attempt.
const KEYS = {
  operations: ["attempt", "turn", "sequence"],
  tickets: ["attempt", "turn"],
  practice: ["device", "sequence"],
};
const memory = {};
for (const name of Object.keys(KEYS)) memory[name] = new Map();
const keyOf = (name, row) => KEYS[name].map((part) => row[part]);
let opened;

const open = () =>
  (opened = opened || new Promise((done) => {
    try {
      const asked = indexedDB.open("exams", 2);
      asked.onupgradeneeded = () => {
        const there = asked.result.objectStoreNames;
        for (const name of Object.keys(KEYS)) if (!there.contains(name)) asked.result.createObjectStore(name, { keyPath: KEYS[name] });
      };
      asked.onsuccess = () => done(asked.result);
      asked.onerror = asked.onblocked = () => done(null);
    } catch (none) {
      done(null);
    }
  }));

const act = async (name, mode, work) => {
  const database = await open();
  if (!database) return null;
  return new Promise((done, failed) => {
    const step = database.transaction(name, mode);
    const asked = work(step.objectStore(name));
    step.oncomplete = () => done(asked && asked.result);
    step.onerror = step.onabort = () => failed(step.error);
  });
};

export const lasts = async () => (await open()) !== null;

// A full disk must not stop the page: what cannot be kept is held in memory until it is sent.
export const put = async (name, row) => {
  memory[name].set(String(keyOf(name, row)), row);
  try {
    await act(name, "readwrite", (store) => store.put(row));
  } catch (full) {
    return false;
  }
  return true;
};

export const all = async (name) => {
  const kept = new Map(memory[name]);
  for (const row of (await act(name, "readonly", (store) => store.getAll()).catch(() => [])) || [])
    kept.set(String(keyOf(name, row)), row);
  return [...kept.values()];
};

export const drop = async (name, rows) => {
  const keys = rows.map((row) => keyOf(name, row));
  for (const key of keys) memory[name].delete(String(key));
  await act(name, "readwrite", (store) => keys.forEach((key) => store.delete(key))).catch(() => {});
};

// The word by which this browser knows itself again.
export const device = () => {
  const made = () => Array.from(crypto.getRandomValues(new Uint8Array(9)), (one) => "abcdefghijklmnopqrstuvwxyz012345"[one % 32]).join("");
  try {
    const known = localStorage.getItem("device") || made();
    localStorage.setItem("device", known);
    return known;
  } catch (none) {
    return made();
  }
};
