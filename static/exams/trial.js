// A trial of a paper: the page of the exam without its line; nothing is kept anywhere.
import { Clock, spoken } from "./clock.js";
import { Sheet } from "./sheet.js";

const hall = document.getElementById("hall");
const words = {};
for (const one of document.querySelectorAll("[data-word]")) words[one.dataset.word] = one.textContent;
const answers = {};
const form = document.getElementById("submit");

hall.hidden = false;
const sheet = new Sheet(hall, words, (slot, answer) => (answers[slot] = answer), () => {});
const handIn = () => {
  sheet.tellAll();
  form.elements.answers.value = JSON.stringify(answers);
};
form.addEventListener("submit", handIn);
const clock = new Clock(
  (left) => (document.getElementById("left").textContent = spoken(left)),
  () => {},
  () => form.requestSubmit(),
);
sheet.show(0, true);
clock.set(0, Number(hall.dataset.minutes) * 60000);
