// Beside each row of a blueprint: how many questions there are, as it is written.
const form = document.querySelector("form.blueprint");
const find = (place) => form.querySelector(place);
const word = (name, n) => find(`[data-word=${name}]`).textContent.replace("{n}", n);
let timer, asked = 0;

const tell = (stock) => {
  for (const row of form.querySelectorAll("[data-row]")) {
    const cell = row.querySelector(".have");
    const [have, short, known] = (stock.cells || {})[row.dataset.row] || ["", 0, 0];
    cell.textContent = have;
    cell.classList.toggle("short", short > 0);
    for (const [name, n] of Object.entries({ known, short })) if (n) {
      const small = document.createElement("small");
      small.textContent = word(name, n);
      small.classList.toggle("muted", name === "known");
      cell.append(small);
    }
  }
  find("[data-questions]").textContent = stock.questions ?? "—";
  find("[data-points]").textContent = stock.points ?? "—";
  find("[data-known]").textContent = stock.known ?? "";
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
