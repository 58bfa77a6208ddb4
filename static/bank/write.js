// The sheet on which a question is written, made quicker: rows without a new page, what is pasted
// as text, and the phone beside it. Everything works without this file, by buttons that send.

const sheet = document.getElementById("write");
const screen = document.getElementById("screen");
const told = document.getElementById("told");
const say = (text) => {
  told.textContent = text;
  told.hidden = !text;
};
// What is to be said of a text stands under its field until something else is.
const sayUnder = (area, text) => {
  let line = area.parentElement.querySelector(":scope > .under");
  if (!line) {
    line = document.createElement("p");
    line.className = "hint under";
    line.setAttribute("role", "status");
    area.after(line);
  }
  line.textContent = text;
};

// ── asking the server ────────────────────────────────────────────────────────────────────────────

const ask = async (address, body, kind) => {
  const headers = { "X-CSRF-Token": sheet.dataset.token, Accept: kind };
  if (typeof body === "string") headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(address, { method: "POST", body, headers });
  } catch {
    throw new Error(sheet.dataset.offline);
  }
  if (answer.ok) return answer;
  const why = (answer.headers.get("Content-Type") || "").includes("json") ? (await answer.json()).why : "";
  throw new Error(why || sheet.dataset.offline);
};

// ── the phone ────────────────────────────────────────────────────────────────────────────────────

let waiting, asked = 0;
const show = async () => {
  const mine = ++asked;
  const body = new FormData(sheet);
  body.delete("picture");
  screen.setAttribute("aria-busy", "true");
  try {
    const html = await (await ask(sheet.dataset.preview, body, "text/html")).text();
    if (mine !== asked) return;
    screen.innerHTML = html;
    say("");
  } catch (wrong) {
    say(wrong.message);
  } finally {
    screen.removeAttribute("aria-busy");
  }
};
const showSoon = () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, 400);
};

// ── which fields a type has ──────────────────────────────────────────────────────────────────────

const type = sheet.querySelector("[data-type]");
const arrange = () => {
  const many = type.value === "case";
  for (const each of sheet.querySelectorAll("[data-case]")) each.hidden = !many;
  const machine = sheet.querySelector("[data-machine]");
  machine.hidden = many || type.value === "short" || type.value === "essay";
  for (const part of sheet.querySelectorAll("[data-part]")) {
    const kind = many ? part.querySelector("[data-part-type]").value : type.value;
    part.hidden = !many && part.dataset.part !== "0";
    part.dataset.kind = kind;
    for (const each of part.querySelectorAll("[data-for]")) each.hidden = !each.dataset.for.split(" ").includes(kind);
  }
  offerPlaces();
};

// Of a single choice one option is right: the one ticked last.
const onlyOne = (box) => {
  const part = box.closest("[data-part]");
  if (!box.checked || part.dataset.kind !== "single") return;
  for (const other of box.closest("[data-rows]").querySelectorAll("[type=checkbox]")) other.checked = other === box;
};

// ── more rows ────────────────────────────────────────────────────────────────────────────────────

const grow = (area) => {
  area.style.height = "auto";
  if (area.scrollHeight > area.clientHeight) area.style.height = `${area.scrollHeight + 2}px`;
};

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const MOST = { options: 26, blanks: 20, rubric: 20 };
const addRow = (rows) => {
  const kind = rows.dataset.rows, place = rows.children.length;
  if (place >= MOST[kind]) return null;
  const row = rows.lastElementChild.cloneNode(true);
  const renamed = (name) => name && name.replace(new RegExp(`(${kind}-)\\d+`), `$1${place}`);
  for (const field of row.querySelectorAll("[name]")) {
    field.name = renamed(field.name);
    field.id = renamed(field.id);
    if (field.type === "checkbox") field.checked = false;
    else field.value = "";
    field.style.height = "";
  }
  for (const label of row.querySelectorAll("[for]")) label.htmlFor = renamed(label.htmlFor);
  for (const wrong of row.querySelectorAll(".error")) wrong.remove();
  const letter = row.querySelector("label b");
  if (letter) letter.textContent = kind === "options" ? LETTERS[place] : letter.textContent.replace(/\d+/, place + 1);
  rows.append(row);
  offerPlaces();
  return row;
};

// As many rows for answers as the stem has blanks.
const countBlanks = (part) => {
  if (part.dataset.kind !== "blank") return;
  const stem = part.querySelector("[name$='-stem']").value;
  const rows = part.querySelector("[data-rows='blanks']");
  const wanted = stem.split("____").length - 1;
  while (rows.children.length < wanted && addRow(rows));
};

const write = (area, text) => {
  const before = area.value.slice(0, area.selectionStart), after = area.value.slice(area.selectionEnd);
  // The rows of a table are lines of their own.
  if (text.startsWith("|") && before && !before.endsWith("\n")) text = `\n${text}`;
  if (text.endsWith("|") && after && !after.startsWith("\n")) text = `${text}\n`;
  area.focus();
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
};

// ── pictures and pasting ─────────────────────────────────────────────────────────────────────────

const shots = sheet.querySelector("[data-rows='pictures']");
const freeNumber = () => {
  const taken = [...shots.querySelectorAll("[name$='-number']")].map((field) => Number(field.value));
  const typed = [...sheet.querySelectorAll("textarea")].map((area) => area.value).join("\n");
  let number = Math.max(0, ...taken) + 1;
  while (typed.includes(`【图${number}】`)) number += 1;
  return number;
};

// Every text that is in sight, as its labels call it: there a picture may be put.
const offerPlaces = () => {
  const select = sheet.querySelector("#picture_at"), chosen = select.value;
  const words = (element) => (element ? element.childNodes[0].textContent.trim() || element.textContent.trim() : "");
  const named = (area) => {
    const part = type.value === "case" && area.closest("[data-part]");
    const names = [words(area.closest("fieldset")?.querySelector("legend")), words(sheet.querySelector(`label[for="${area.id}"]`))];
    return (part ? `${words(part.querySelector("h2"))} · ` : "") + [...new Set(names)].filter(Boolean).join(" ");
  };
  const areas = [...sheet.querySelectorAll("[data-text]")].filter((area) => area.offsetParent);
  select.replaceChildren(...areas.map((area) => new Option(named(area), area.name)));
  if (areas.some((area) => area.name === chosen)) select.value = chosen;
};

const addShot = ({ number, name, alt, url }) => {
  const shot = document.getElementById("shot").content.firstElementChild.cloneNode(true);
  const place = shots.children.length;
  for (const field of shot.querySelectorAll("[name]")) field.name = field.name.replace(/\d+/, place);
  shot.querySelector("[name$='-number']").value = number;
  shot.querySelector("[name$='-name']").value = name;
  shot.querySelector("[name$='-alt']").value = alt;
  shot.querySelector("img").src = url;
  shot.querySelector("b").textContent = `【图${number}】`;
  shots.append(shot);
  return shot;
};

const sendPicture = async (file, area, alt = "") => {
  sayUnder(area, sheet.dataset.sending);
  const body = new FormData();
  body.set("picture", file);
  try {
    const kept = await (await ask(sheet.dataset.pictures, body, "application/json")).json();
    const number = freeNumber();
    addShot({ ...kept, number, alt });
    write(area, `【图${number}】`);
    sayUnder(area, "");
  } catch (wrong) {
    sayUnder(area, wrong.message);
  }
};

const readPage = async (html, plain, area) => {
  sayUnder(area, sheet.dataset.reading);
  try {
    const body = JSON.stringify({ html, first: freeNumber() });
    const read = await (await ask(sheet.dataset.paste, body, "application/json")).json();
    read.pictures.forEach(addShot);
    write(area, read.text);
    sayUnder(area, read.notes.join(" "));
  } catch (wrong) {
    write(area, plain);
    sayUnder(area, wrong.message);
  }
};

const paste = (event) => {
  const area = event.target.closest("[data-text]");
  if (!area || !event.clipboardData) return;
  const html = event.clipboardData.getData("text/html");
  const plain = event.clipboardData.getData("text/plain");
  const picture = [...event.clipboardData.files].find((file) => file.type.startsWith("image/"));
  if (picture && !plain) {
    event.preventDefault();
    sendPicture(picture, area);
  } else if (/<(table|img|ol|ul|p|sup|sub)\b/i.test(html)) {
    event.preventDefault();
    readPage(html, plain, area);
  }
};

// ── the register of laws ─────────────────────────────────────────────────────────────────────────

// A law of which there is one edition needs no second choice.
const nameEdition = (law) => {
  const edition = law.closest(".source").querySelector("[type=date]");
  const known = [...document.querySelectorAll("#editions option")].filter((one) => one.textContent === law.value.trim());
  if (known.length === 1 && !edition.value) edition.value = known[0].value;
};

// ── what is pressed and typed ────────────────────────────────────────────────────────────────────

sheet.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const part = button.closest("[data-part]");
  if (button.dataset.more) {
    event.preventDefault();
    const row = addRow(part.querySelector(`[data-rows='${button.dataset.more}']`));
    if (row) row.querySelector("textarea").focus();
  } else if ("blank" in button.dataset) {
    write(part.querySelector("[name$='-stem']"), "____");
  } else if ("picture" in button.dataset) {
    const file = sheet.querySelector("#picture"), alt = sheet.querySelector("#picture_alt");
    if (!file.files.length) return;
    event.preventDefault();
    const area = sheet.elements[sheet.querySelector("#picture_at").value];
    area.setSelectionRange(area.value.length, area.value.length);
    sendPicture(file.files[0], area, alt.value).then(() => {
      file.value = alt.value = "";
    });
  }
});
sheet.addEventListener("change", (event) => {
  if (event.target.matches("[data-type], [data-part-type]")) arrange();
  if (event.target.matches("[data-rows='options'] [type=checkbox]")) onlyOne(event.target);
  if (event.target.matches("[name$='-law']")) nameEdition(event.target);
  showSoon();
});
sheet.addEventListener("input", (event) => {
  if (event.target.matches("textarea")) grow(event.target);
  if (event.target.matches("[name$='-stem']")) countBlanks(event.target.closest("[data-part]"));
  showSoon();
});
sheet.addEventListener("paste", paste);

arrange();
for (const area of sheet.querySelectorAll("textarea")) grow(area);
// What the browser kept of an interrupted visit is shown as it stands.
showSoon();
