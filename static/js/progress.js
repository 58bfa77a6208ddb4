// Asks how far a job is, again and again, until it is over.
(() => {
  const watch = (job) => {
    const bar = job.querySelector("progress");
    const count = job.querySelector("[data-count]");
    const line = job.querySelector("[data-line]");
    let pause = 700;
    const show = (now) => {
      if (now.total) { bar.max = now.total; bar.value = now.done; }
      count.textContent = `${now.done.toLocaleString("en")} / ${now.total ? now.total.toLocaleString("en") : "—"}`;
      if (now.line !== undefined && line.textContent !== now.line) line.textContent = now.line;
    };
    const look = async () => {
      try {
        const answer = await fetch(job.dataset.progressUrl, { headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        const now = await answer.json();
        show(now);
        if (now.over) return location.replace(now.url || location.href);
      } catch {
        line.textContent = job.dataset.offline;
      }
      pause = Math.min(pause * 1.2, 3000);
      setTimeout(look, pause);
    };
    look();
  };
  document.querySelectorAll("[data-progress-url]").forEach(watch);
})();
