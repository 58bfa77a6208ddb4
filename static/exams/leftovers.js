// Brings home what an earlier exam page could not send: the phone that died has come back to life.
import { all, drop } from "./store.js";
import { forget } from "./keeping.js";
import { fitting, save, settled } from "./line.js";

// Sends them by the newest ticket that this device has of the attempt. Whether all have arrived.
const bring = async (attempt, tickets, rows) => {
  const ticket = tickets.sort((a, b) => b.turn - a.turn)[0];
  if (!ticket) return false;
  let over = false;
  for (let at = 0; at < rows.length; ) {
    const batch = fitting(rows.slice(at));
    at += batch.length;
    const { status, body } = await save(ticket.url, ticket.ticket, batch, { unsent: rows.length - at });
    if (status !== 200) return false;
    await drop("operations", settled(batch, body));
    over = body.over;
  }
  if (over) await drop("tickets", tickets); // only now: without a ticket nothing could be sent
  return true;
};

const of = (attempt) => (row) => row.attempt === attempt;

export const bringHome = async (attempt) =>
  bring(attempt, (await all("tickets")).filter(of(attempt)), (await all("operations")).filter(of(attempt)));

const bringAll = async () => {
  for (const attempt of new Set((await all("operations")).map((row) => row.attempt))) await bringHome(attempt);
};

// The exam page itself sends its own.
if (!document.getElementById("hall")) {
  addEventListener("online", bringAll);
  bringAll();
  forget();
}
