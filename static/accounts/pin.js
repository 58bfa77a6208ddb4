// Six digits are enough: the next field, or off it goes. Without scripts there is the button.
(() => {
  for (const field of document.querySelectorAll("[data-pin]"))
    field.addEventListener("input", () => {
      field.value = field.value.normalize("NFKC").replace(/\D/g, "");
      if (field.value.length < 6) return;
      if (field.dataset.pin === "send") field.form.requestSubmit ? field.form.requestSubmit() : field.form.submit();
      if (field.dataset.pin === "next") field.form.querySelector("[data-pin=end]").focus();
      if (field.dataset.pin === "end") field.form.querySelector("button").focus();
    });
})();
