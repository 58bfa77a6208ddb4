// Whoever follows the link of a small quiz goes straight in; who comes back to this page stays.
const form = document.getElementById("begin");
const [came] = performance.getEntriesByType("navigation");
if (form && (!came || came.type === "navigate")) form.submit();
