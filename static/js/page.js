// What every page does better with scripts; each page works without them.
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");

  // Type size: at once on the screen, remembered by the server behind it.
  const chooseSize = (event) => {
    const button = event.target.closest("[data-sizes] button");
    if (!button) return;
    event.preventDefault();
    root.dataset.size = button.value;
    for (const each of document.querySelectorAll("[data-sizes] button"))
      each.setAttribute("aria-pressed", String(each.value === button.value));
    const body = new URLSearchParams(new FormData(button.form));
    body.set("size", button.value);
    fetch(button.form.action, { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => {});
    for (const each of document.querySelectorAll("[data-scroll]")) measure(each);
  };

  // A second click does nothing twice; the button says that it was heard.
  const sent = new WeakSet();
  const guard = (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (sent.has(form)) return event.preventDefault();
    sent.add(form);
    const button = event.submitter || form.querySelector("button:not([type=button])");
    if (!button) return;
    button.setAttribute("aria-busy", "true");
    if (button.dataset.busy) {
      button.dataset.idle = button.innerHTML;
      button.textContent = button.dataset.busy;
    }
    // A form that answers with a file leaves this page as it is.
    if (form.hasAttribute("data-again")) setTimeout(() => release(form), 4000);
  };
  const release = (form) => {
    sent.delete(form);
    for (const button of form.querySelectorAll("[aria-busy]")) {
      button.removeAttribute("aria-busy");
      if (button.dataset.idle) button.innerHTML = button.dataset.idle;
    }
  };

  const copy = async (button) => {
    const from = document.querySelector(button.dataset.copy);
    const text = (from.value || from.innerText).trim();
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Plain http, as on a phone in the same network, has no clipboard of the new kind.
      const area = document.body.appendChild(document.createElement("textarea"));
      area.value = text;
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const label = button.querySelector("span");
    const before = label.textContent;
    label.setAttribute("role", "status");
    label.textContent = button.dataset.done;
    setTimeout(() => (label.textContent = before), 2500);
  };

  // The question before a destructive act, in a dialog instead of in the page.
  const ask = (details) => {
    const form = details.querySelector("form");
    const dialog = document.body.appendChild(document.createElement("dialog"));
    const title = form.querySelector("h2");
    title.id = title.id || `ask-${document.querySelectorAll("dialog").length}`;
    dialog.setAttribute("aria-labelledby", title.id);
    dialog.append(form);
    dialog.addEventListener("close", () => { details.append(form); dialog.remove(); });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-cancel]")) dialog.close();
    });
    dialog.showModal();
    dialog.querySelector("[data-cancel]").focus();
  };

  // The hint to swipe stands only where there is something to swipe.
  const measure = (scroll) =>
    scroll.parentElement.classList.toggle("wide", scroll.scrollWidth > scroll.clientWidth + 2);

  document.addEventListener("click", (event) => {
    chooseSize(event);
    const copying = event.target.closest("[data-copy]");
    if (copying) copy(copying);
    const asking = event.target.closest("[data-ask] > summary");
    if (asking && window.HTMLDialogElement) { event.preventDefault(); ask(asking.parentElement); }
    for (const menu of document.querySelectorAll(".menu[open]"))
      if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll(".menu[open]")) { menu.open = false; menu.firstElementChild.focus(); }
  });
  document.addEventListener("submit", guard);
  for (const kind of ["dragover", "dragleave", "drop"])
    document.addEventListener(kind, (event) => {
      const box = event.target.closest && event.target.closest("[data-drop]");
      if (!box) return;
      event.preventDefault();
      box.classList.toggle("over", kind === "dragover");
      const input = box.querySelector("input[type=file]");
      if (kind !== "drop" || !event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  // The back button brings a page as it was left: its forms may be sent again.
  addEventListener("pageshow", () => document.querySelectorAll("form").forEach(release));
  const measureAll = () => document.querySelectorAll("[data-scroll]").forEach(measure);
  addEventListener("resize", measureAll);
  document.addEventListener("DOMContentLoaded", measureAll);

  // What was typed, secrets aside, waits in this tab: another language brings the page anew, and
  // who is refused comes back to mend it. Any other page forgets it: a phone may be shared.
  const here = location.pathname + location.search;
  const secret = "[type=hidden], [type=password], [type=file], [autocomplete$=password]";
  const FIELDS = `input:not(${secret}):not([autocomplete=off][inputmode=numeric]), textarea, select`;
  const fields = function* () {
    for (const form of document.querySelectorAll("main form[method=post]:not([autocomplete=off])")) {
      const many = {};
      for (const each of form.querySelectorAll(FIELDS)) {
        if (!each.name) continue;
        many[each.name] = (many[each.name] || 0) + 1;
        yield [`${form.getAttribute("action")} ${each.name} ${many[each.name]}`, each];
      }
    }
  };
  const ticked = (each) => each.type === "checkbox" || each.type === "radio";
  const read = (each) => (ticked(each) ? each.checked : each.value);
  const write = (each, said) => {
    if (read(each) === said) return;
    if (ticked(each)) each.checked = said;
    else each.value = said;
    each.dispatchEvent(new Event("change", { bubbles: true })); // what hangs on it is shown too
  };
  const stored = (...what) => {
    try {
      if (!what.length) return JSON.parse(sessionStorage.getItem("typed"));
      sessionStorage.setItem("typed", JSON.stringify(what[0]));
    } catch { /* no store: nothing to keep in */ }
    return null;
  };
  // Between a form and its answer may stand a page that sends it on: a full house, a new sign-in.
  const between = () => document.querySelector("[data-later]");
  const keepTyped = (event) => {
    const anew = event.target.matches(".language");
    if (!anew && (event.target.method !== "post" || !event.target.closest("main"))) return;
    if (!between()) stored({ here, said: [...fields()].map(([name, each]) => [name, read(each)]), waits: anew });
  };
  const bringTyped = () => {
    const kept = stored();
    if (!kept) return;
    const back = document.querySelector("[data-back]");
    if (back) Object.assign(back, { href: kept.here, hidden: false });
    const waits = document.querySelector("[data-waits]");
    if (waits) stored({ ...kept, waits: true });
    if (waits || between()) return;
    stored(null);
    if (!kept.waits || kept.here !== here) return;
    const said = new Map(kept.said);
    for (const [name, each] of fields()) if (said.has(name)) write(each, said.get(name));
  };
  document.addEventListener("submit", keepTyped);
  document.addEventListener("DOMContentLoaded", bringTyped);

  // A rail longer than the screen shows the room that one is in.
  const rail = document.querySelector(".rail");
  const room = rail && rail.querySelector("[aria-current]");
  if (room && room.offsetTop > rail.clientHeight * 0.7) rail.scrollTop = room.offsetTop - rail.clientHeight / 2;
})();
