// Covers the page when nobody has touched it for a while, and tells the server; loses nothing.
(() => {
  const dialog = document.querySelector("dialog[data-lock]");
  if (!dialog || !dialog.showModal) return;
  const form = dialog.querySelector("form");
  const why = form.querySelector(".error");
  const token = form.elements.csrf_token.value;
  const limit = dialog.dataset.lock * 60000;
  const send = (path) =>
    fetch(path, { method: "POST", headers: { "X-CSRF-Token": token, Accept: "application/json" }, redirect: "manual" });
  let told = Date.now();

  // One clock for all windows of this browser: reading in one keeps the others open.
  const touched = () => Number(localStorage.touched) || 0;
  const touch = () => {
    if (dialog.open) return;
    localStorage.touched = Date.now();
    if (Date.now() - told < 300000) return;
    told = Date.now();
    send("/sign-in/here").catch(() => {});
  };
  const look = () => {
    if (dialog.open || Date.now() - touched() < limit) return;
    send("/sign-in/lock").catch(() => {});
    if (dialog.dataset.out) return location.assign(dialog.dataset.out);
    document.body.classList.add("covered");
    dialog.showModal();
    form.elements["sign-in-secret"].focus();
  };
  const open = async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const answer = await fetch(form.action, {
      method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual",
      headers: { Accept: "application/json" },
    }).catch(() => null);
    form.elements["sign-in-secret"].value = "";
    if (answer && answer.type === "opaqueredirect") {
      localStorage.touched = told = Date.now();
      document.body.classList.remove("covered");
      return dialog.close();
    }
    why.textContent = answer && answer.status < 500 ? (await answer.json()).why : form.dataset.offline;
    why.hidden = false;
  };
  form.addEventListener("submit", open);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("click", (event) => {
    const leave = event.target.closest("[data-leave]");
    if (leave) location.assign(leave.dataset.leave + "?other=1");
  });
  for (const kind of ["pointerdown", "keydown", "scroll", "touchstart"])
    addEventListener(kind, touch, { passive: true, capture: true });
  document.addEventListener("visibilitychange", look);
  setInterval(look, 15000);
  localStorage.touched = Date.now();
})();
