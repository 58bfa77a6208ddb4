// A form that could not be taken in is pressed once more, when the page says.
for (const form of document.querySelectorAll("[data-again]")) {
  setTimeout(() => form.submit(), Number(form.dataset.again) * 1000);
}
