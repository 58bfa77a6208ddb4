// Lessons that were read to their end without a line: kept on this device until the server has them.
import { press } from "../exams/line.js";

const PLACE = "read to the end";

const rows = () => {
  try {
    return JSON.parse(localStorage.getItem(PLACE)) || [];
  } catch (none) {
    return [];
  }
};
const keep = (all) => {
  try {
    localStorage.setItem(PLACE, JSON.stringify(all));
    return true;
  } catch (full) {
    return false;
  }
};
const same = (lesson, whose) => (one) => String(one.lesson) === String(lesson) && String(one.whose) === String(whose);

export const waits = (lesson, whose) => rows().some(same(lesson, whose));
export const confirm = (lesson, whose) => keep(rows().filter((one) => !same(lesson, whose)(one)).concat({ lesson, whose }));

// Sends what this person confirmed; the server stores it once. Gives the lessons that are settled.
export const send = async (whose, token) => {
  const settled = [];
  for (const row of rows().filter((one) => String(one.whose) === String(whose))) {
    const { came } = await press(`/lessons/${row.lesson}/read`, token);
    if (came === "away" || came === "stale") return settled;
    keep(rows().filter((one) => !same(row.lesson, whose)(one)));
    settled.push(String(row.lesson));
  }
  return settled;
};
