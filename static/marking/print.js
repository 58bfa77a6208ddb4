// The page as paper.
document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) print(); });
