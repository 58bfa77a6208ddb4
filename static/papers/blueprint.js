// Beside each row of a blueprint: how many questions there are, as it is written.
const form = document.querySelector("form.blueprint");
const find = (place) => form.querySelector(place);
const word = find("[data-word=short]").textContent;
let timer, asked = 0;

const tell = (stock) => {
  for (const row of form.querySelectorAll("[data-row]")) {
    const cell = row.querySelector(".have");
    const [have, short] = (stock.cells || {})[row.dataset.row] || ["", 0];
    cell.textContent = have;
    cell.classList.toggle("short", short > 0);
    if (short) {
      const small = document.createElement("small");
      small.textContent = word.replace("{n}", short);
      cell.append(small);
    }
  }
  find("[data-questions]").textContent = stock.questions ?? "—";
  find("[data-points]").textContent = stock.points ?? "—";
  const list = find("[data-lacking]");
  list.replaceChildren(...(stock.lacking || []).map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  }));
};

const ask = async () => {
  const mine = ++asked;
  try {
    const answer = await fetch(form.dataset.stock, { method: "POST", body: new FormData(form) });
    if (answer.ok && mine === asked) tell(await answer.json());
  } catch (away) { /* the button asks the same without a script */ }
};

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, 400);
});
