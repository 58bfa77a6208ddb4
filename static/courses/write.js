// The desk on which a lesson is written: its kind, what is pasted, files in pieces, the phone beside it.
// Everything works without this file, by buttons that send; files are smaller then.
const sheet = document.getElementById("write");
const text = sheet.querySelector("[data-text]");
const told = document.getElementById("told");
const kind = sheet.querySelector("[data-kind]");
const headers = { "X-CSRF-Token": sheet.dataset.token, Accept: "application/json" };

const ask = async (address, body, more = {}) => {
  let answer;
  try {
    answer = await fetch(address, { method: "POST", body, headers: { ...headers, ...more } });
  } catch {
    throw Object.assign(new Error(sheet.dataset.offline), { away: true });
  }
  if (answer.ok) return answer;
  const why = (answer.headers.get("Content-Type") || "").includes("json") ? (await answer.json()).why : "";
  throw Object.assign(new Error(why || sheet.dataset.offline), { away: answer.status >= 500 });
};

// ── what a kind of lesson has ────────────────────────────────────────────────────────────────────

const arrange = () => {
  for (const each of sheet.querySelectorAll("[data-for]")) each.hidden = !each.dataset.for.split(" ").includes(kind.value);
};

// ── the phone ────────────────────────────────────────────────────────────────────────────────────

const screen = document.getElementById("screen");
let waiting, asked = 0;
const show = async () => {
  const mine = ++asked;
  const body = new FormData(sheet);
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  try {
    const html = await (await ask(sheet.dataset.preview, body, { Accept: "text/html" })).text();
    if (mine === asked) screen.innerHTML = html;
  } catch { /* the phone shows what it showed */ }
};
const showSoon = () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, 500);
};

// ── what is pasted ───────────────────────────────────────────────────────────────────────────────

const write = (words) => {
  text.focus();
  text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
  showSoon();
};
const sendPicture = async (file) => {
  const body = new FormData();
  body.set("picture", file);
  try {
    write(`\n\n${(await (await ask(sheet.dataset.pictures, body)).json()).text}\n\n`);
    told.textContent = "";
  } catch (wrong) {
    told.textContent = wrong.message;
  }
};
const readPage = async (html, plain) => {
  try {
    const read = await (await ask(sheet.dataset.paste, JSON.stringify({ html }), { "Content-Type": "application/json" })).json();
    write(read.text);
    told.textContent = read.notes.join(" ");
  } catch (wrong) {
    write(plain);
    told.textContent = wrong.message;
  }
};
text.addEventListener("paste", (event) => {
  const html = event.clipboardData.getData("text/html");
  const plain = event.clipboardData.getData("text/plain");
  const picture = [...event.clipboardData.files].find((file) => file.type.startsWith("image/"));
  if (!(picture && !plain) && !/<(table|img|ol|ul|h[1-6]|b|strong)\b/i.test(html)) return;
  event.preventDefault();
  if (picture && !plain) sendPicture(picture);
  else readPage(html, plain);
});

// ── a file in pieces ─────────────────────────────────────────────────────────────────────────────

const busy = new Set();
const mib = (bytes) => (bytes / 1048576).toFixed(1);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Goes on where it stood when the line comes back.
const upload = async (field, file) => {
  const bar = field.querySelector("progress"), count = field.querySelector("[data-count]");
  const begun = await (await ask(sheet.dataset.uploads, null)).json();
  if (file.size > begun.most) throw new Error(sheet.dataset.large.replace("{n}", Math.floor(begun.most / 1048576)));
  let at = 0;
  while (at < file.size) {
    try {
      const piece = file.slice(at, at + begun.piece);
      at = (await (await ask(`${begun.url}?at=${at}`, piece, { "Content-Type": "application/octet-stream" })).json()).size;
      bar.max = file.size;
      bar.value = at;
      count.textContent = `${mib(at)} / ${mib(file.size)} MB`;
    } catch (wrong) {
      if (!wrong.away) throw wrong;
      count.textContent = sheet.dataset.paused;
      await pause(3000);
    }
  }
  return (await ask(`${begun.url}/end?called=${encodeURIComponent(file.name)}`, null)).json();
};

const named = (field, name, called) => {
  const [kept, words] = field.querySelectorAll("input[type=hidden]");
  kept.value = name;
  words.value = called;
  field.querySelector("[data-called]").textContent = called;
  field.querySelector(".kept").hidden = !name;
};

// How long it plays, as this browser finds; typed by hand where it cannot.
const measure = (file) => {
  if (!/^(audio|video)\//.test(file.type)) return;
  const media = document.createElement(file.type.startsWith("video") ? "video" : "audio");
  media.preload = "metadata";
  media.onloadedmetadata = () => {
    if (!Number.isFinite(media.duration)) return;
    const seconds = Math.max(1, Math.floor(media.duration));
    sheet.querySelector("[name=length]").value = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    const minutes = sheet.querySelector("[name=minutes]");
    if (!minutes.value) minutes.value = Math.ceil(seconds / 60);
    URL.revokeObjectURL(media.src);
  };
  media.src = URL.createObjectURL(file);
};

const take = async (input) => {
  const field = input.closest("[data-upload]"), file = input.files[0];
  if (!file) return;
  const why = field.querySelector("[data-why]"), progress = field.querySelector(".progress");
  why.hidden = true;
  progress.hidden = false;
  busy.add(field);
  try {
    const sent = await upload(field, file);
    named(field, sent.name, sent.called);
    if (input.name !== "sound_file") measure(file);
    input.value = "";
  } catch (wrong) {
    why.textContent = wrong.message;
    why.hidden = false;
    input.value = "";
  } finally {
    progress.hidden = true;
    busy.delete(field);
    showSoon();
  }
};

sheet.addEventListener("change", (event) => {
  if (event.target === kind) arrange();
  if (event.target.closest("[data-upload]") && event.target.type === "file") take(event.target);
  else if (event.target.name === "picture" && event.target.files[0]) sendPicture(event.target.files[0]).then(() => (event.target.value = ""));
  else showSoon();
});
sheet.addEventListener("input", showSoon);
sheet.addEventListener("click", (event) => {
  if (event.target.closest("[data-drop-file]")) named(event.target.closest("[data-upload]"), "", "");
});
// Saving waits for files that are on their way.
sheet.addEventListener("submit", (event) => {
  if (!busy.size) return;
  event.preventDefault();
  told.textContent = sheet.dataset.waits;
  told.scrollIntoView({ block: "center" });
});
arrange();
