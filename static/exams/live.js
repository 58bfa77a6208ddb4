// The open board: its numbers, asked anew every five seconds. Without scripts the page is reloaded.
const EVERY = 5000;
const board = document.querySelector("[data-live]");
const two = (number) => String(number).padStart(2, "0");

// hh:mm:ss in the city, whatever zone this machine believes in.
const clock = (ms) => {
  const city = new Date(ms + 8 * 3600 * 1000);
  return [city.getUTCHours(), city.getUTCMinutes(), city.getUTCSeconds()].map(two).join(":");
};

const show = ({ rows, at }) => {
  const known = [...board.querySelectorAll("[data-row]")];
  const shown = new Set(known.map((row) => row.dataset.row));
  const fresh = Object.keys(rows).some((key) => rows[key][0] && !shown.has(key));
  if (fresh) return location.reload(); // somebody of another unit was listed
  for (const row of known) {
    const numbers = rows[row.dataset.row] || [];
    row.querySelectorAll(".n").forEach((cell, place) => {
      const link = cell.querySelector("a") || cell;
      link.textContent = (numbers[place] || 0).toLocaleString("en");
    });
  }
  board.querySelector("[data-at]").textContent = clock(at);
};

const lost = (away) => {
  const note = board.querySelector("[data-lost-note]");
  note.hidden = !away;
  note.querySelector("span").textContent = board.dataset.lost;
};

const look = async () => {
  try {
    const answer = await fetch(board.dataset.live, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.json());
    lost(false);
  } catch {
    lost(true);
  }
  setTimeout(look, document.hidden ? EVERY * 4 : EVERY);
};

if (board) setTimeout(look, EVERY);
