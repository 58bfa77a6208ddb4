// The line to the server: one small post, with an end to waiting.

const LONGEST = 15000; // ms: a phone in a valley waits for ever otherwise

// The house is full: after so many ms it asks to be tried again.
const asked = (answer) => Number(answer.headers.get("Retry-After")) * 1000;

// Gives {status, body, again}; status 0 where there is no line; again: ms, where the house is full.
export const post = async (url, headers, content) => {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), LONGEST);
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: Object.assign({ "Content-Type": "application/json" }, headers),
      body: JSON.stringify(content),
      signal: stop.signal,
      credentials: headers["X-Ticket"] ? "omit" : "same-origin", // a ticket needs no cookie
      referrerPolicy: headers["X-Ticket"] ? "no-referrer" : "same-origin",
      keepalive: true,
    });
    return { status: answer.status, body: await answer.json().catch(() => ({})), again: asked(answer) };
  } catch (away) {
    return { status: 0, body: {} };
  } finally {
    clearTimeout(timer);
  }
};

const bare = ({ turn, sequence, slot, answer, said_at, sure }) =>
  Object.assign({ turn, sequence, slot, answer, said_at }, sure === false ? { sure } : {});

const AT_ONCE = 50, LETTERS = 40000; // of a batch: operations, characters

// What of these rows goes into one batch, from the first: a written answer is long.
export const fitting = (rows) => {
  let letters = 0;
  return rows.slice(0, AT_ONCE).filter((row, place) => (letters += row.answer.join("").length) < LETTERS || !place);
};

// Sends a batch by the ticket of its attempt; an empty one is a heartbeat.
// told: what the page says of itself: unsent, leaves, word.
export const save = (url, ticket, rows, told) =>
  post(url, { "X-Ticket": ticket }, Object.assign({ operations: rows.map(bare) }, told));

// Presses a button of the page by script, so that a line that drops costs no page.
// Gives {came, why, again}: "done", "refused" with the reason, "stale" (signed out, or in anew), "busy"
// with the ms after which it is pressed again, "away".
export const press = async (url, token) => {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), LONGEST);
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "X-CSRF-Token": token, Accept: "application/json" },
      redirect: "manual",
      signal: stop.signal,
    });
    if (answer.type === "opaqueredirect" || answer.ok) return { came: "done" };
    if (answer.status === 401 || answer.status === 422) return { came: "stale" };
    const { why } = await answer.json().catch(() => ({}));
    if (answer.status < 500) return { came: "refused", why };
    return asked(answer) ? { came: "busy", why, again: asked(answer) } : { came: "away" };
  } catch (away) {
    return { came: "away" };
  } finally {
    clearTimeout(timer);
  }
};

// What of a batch the server has answered for, kept or refused: it need not be sent again.
export const settled = (rows, body) => {
  const keys = new Set([...(body.kept || []), ...(body.refused || [])].map(String));
  return rows.filter((row) => keys.has(`${row.turn},${row.sequence}`));
};
