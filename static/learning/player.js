// A video or a recording: what is really played is told every 15 seconds, at a pause, and when the
// screen goes dark. The server alone says what counts.
import { post } from "../exams/line.js";
import { Watched } from "./watched.js";

const EVERY = 15000; // ms
const NEAR = 1.5; // s between two looks; more is a jump
const player = document.getElementById("player");
const media = document.getElementById("media");
const finish = document.getElementById("finish");
const all = (place) => [...player.querySelectorAll(place)];
const words = {};
for (const one of all("[data-word]")) words[one.dataset.word] = one.textContent;
const said = document.getElementById("said");
const total = Number(player.dataset.total), share = Number(player.dataset.share);
const done = player.hasAttribute("data-done");
const tenths = (seconds) => Math.round(seconds * 10);

// ── what counted ────────────────────────────────────────────────────────────────────────────────

const read = (text) => text.split(" ").filter(Boolean).map((one) => one.split("-").map(Number));
const before = read(player.dataset.spans), streams = {};
const whys = {};
for (const one of all("[data-why]")) whys[one.dataset.why] = one;

const length = (spans) => {
  let sum = 0, at = 0;
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
    sum += Math.max(0, to - Math.max(from, at));
    at = Math.max(at, to);
  }
  return sum;
};
const spans = () => before.concat(...Object.keys(streams).map((id) => read(streams[id].spans)));
// The first place that has not been watched, slips of half a second aside.
const gap = () => {
  let at = 0;
  for (const [from, to] of spans().sort((a, b) => a[0] - b[0])) {
    if (from > at + 5) break;
    at = Math.max(at, to);
  }
  return at;
};
const clock = (all) => `${Math.floor(all / 600)}:${String(Math.floor(all / 10) % 60).padStart(2, "0")}`;
const show = () => {
  const counted = length(spans());
  player.querySelector("[data-counted]").textContent = clock(counted);
  player.querySelector("progress").value = counted;
  const enough = counted * 100 >= total * share;
  player.querySelector("[data-gap]").hidden = enough || done || !media.src || gap() >= tenths(media.currentTime);
  if (!enough || !finish || done) return;
  say(words.enough);
  if (document.querySelector("form[action$='/gate']")) return; // the gate comes first
  finish.hidden = false;
  if (media.ended) finish.requestSubmit ? finish.requestSubmit() : finish.submit();
};
// What is not counted, added to what the page came with.
const began = {};
for (const name of Object.keys(whys)) began[name] = whys[name].querySelector("b").textContent.split(":").reduce((sum, one) => sum * 60 + Number(one), 0) * 10;
const showWhys = () => {
  for (const name of Object.keys(whys)) {
    const sum = Object.keys(streams).reduce((so, id) => so + streams[id][name], began[name]);
    whys[name].hidden = sum < 10;
    whys[name].querySelector("b").textContent = clock(sum);
  }
};
const say = (text) => {
  said.textContent = text;
};

// ── telling ─────────────────────────────────────────────────────────────────────────────────────

let stream = null, opening = false, from = null, last = 0;
const watched = new Watched(player.dataset.whose, (id, body) => {
  if (stream && stream.stream === id && body.over) {
    stream = null;
    from = null;
    media.pause();
    say(words.over);
  } else if (!watched.rows.length) say(words.kept);
  if (id < opened) return; // of an earlier page: the next one counts it in
  streams[id] = body;
  show();
  showWhys();
}, () => {
  if (watched.away) say(words.local);
});
let opened = Infinity;

// What was played since the last time, up to where it stands.
const tell = (at = media.currentTime) => {
  if (stream && from !== null && tenths(at) > tenths(from)) watched.add(stream, tenths(from), tenths(at));
  if (from !== null) from = at;
};

// A stream is opened by playing; whatever else this person plays ends then.
const open = async () => {
  if (stream || opening) return;
  opening = true;
  const { status, body } = await post(player.dataset.url, { "X-CSRF-Token": player.dataset.token, "X-Pass": player.dataset.pass, Accept: "application/json" }, {});
  opening = false;
  if (status === 200) {
    stream = body;
    opened = Math.min(opened, stream.stream);
    if (!media.paused) from = last = media.currentTime;
    return say("");
  }
  say(status ? body.why || words.offline : words.offline);
  if (!media.paused) setTimeout(open, 5000);
};

// ── the media ───────────────────────────────────────────────────────────────────────────────────

media.addEventListener("playing", () => {
  if (from === null) from = last = media.currentTime;
  if (!stream) {
    from = null;
    open();
  }
});
media.addEventListener("timeupdate", () => {
  const at = media.currentTime;
  if (from !== null && Math.abs(at - last) > NEAR) {
    tell(last); // somebody has jumped
    from = at;
  }
  last = at;
});
media.addEventListener("seeking", () => {
  if (from !== null) tell(last);
  from = null;
});
media.addEventListener("seeked", () => {
  last = media.currentTime;
  if (!media.paused && stream) from = last;
});
for (const name of ["pause", "ended"]) media.addEventListener(name, () => {
  if (!media.seeking) tell();
  from = null;
  show();
});
media.addEventListener("ratechange", () => {
  if (done || media.playbackRate <= 1) return;
  media.playbackRate = 1;
  say(words.slow);
});
media.addEventListener("error", () => media.src && say(words.failed));
setInterval(() => media.paused || media.seeking || tell(), EVERY);

// A dark screen or a call: what was played is told, and nothing more counts until it goes on.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "hidden" || media.paused) return;
  tell();
  media.pause();
  say(words.hidden);
});
addEventListener("pagehide", () => tell());

// ── choosing one ────────────────────────────────────────────────────────────────────────────────

const choose = (button) => {
  const at = media.currentTime || Number(player.dataset.place) / 10;
  for (const one of all("[data-source]")) {
    one.setAttribute("aria-pressed", String(one === button));
    one.classList.remove("primary"); // what is to be done now stands in the player itself
  }
  media.hidden = false;
  media.src = button.dataset.source;
  const near = media.duration || total / 10;
  const start = at < near - 2 ? at : gap() / 10;
  media.addEventListener("loadedmetadata", () => (media.currentTime = start), { once: true });
  const playing = media.play();
  if (playing) playing.catch(() => {});
};
player.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.source) choose(button);
  else if (button.hasAttribute("data-gap")) {
    media.currentTime = gap() / 10;
    media.play();
  } else if (button.dataset.speed) media.playbackRate = Number(button.dataset.speed);
});
player.querySelector(".speeds").hidden = !done;
player.hidden = false;
show();
