// Reading an answer by keyboard, and keeping by itself what is ticked and noted.
const form = document.querySelector("#reading");
const kept = document.querySelector("#kept");
const lines = [...form.querySelectorAll("[name=lines]")];
let later = 0;
let leaving = false;

const sum = () => {
  const points = lines.filter((one) => one.checked).reduce((all, one) => all + Number(one.dataset.pays), 0);
  document.querySelector("#earned").textContent = String(Math.round(points * Number(form.dataset.scale) * 100) / 100);
};
const keep = async () => {
  later = 0;
  try {
    const sent = await fetch(form.dataset.draft, { method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true });
    if (!leaving) kept.textContent = sent.ok ? kept.dataset.kept : kept.dataset.unkept;
  } catch {
    kept.textContent = kept.dataset.unkept;
    later = setTimeout(keep, 5000);
  }
};
form.addEventListener("input", () => {
  sum();
  clearTimeout(later);
  later = setTimeout(keep, 800);
});
form.addEventListener("submit", () => {
  leaving = true;
  clearTimeout(later);
});
addEventListener("pagehide", () => { if (later && !leaving) { clearTimeout(later); keep(); } });
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.matches("textarea, button, a, summary, select")) return;
  const place = "1234567890".indexOf(event.key);
  if (place >= 0 && lines[place]) {
    lines[place].click();
    event.preventDefault();
  } else if (event.key === "Enter") {
    event.preventDefault();
    form.requestSubmit();
  }
});
