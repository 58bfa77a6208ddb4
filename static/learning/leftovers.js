// The first page sends what was confirmed without a line, and shows itself anew.
import { send } from "./confirmed.js";

const { whose, token } = document.getElementById("confirmed").dataset;
send(whose, token).then((settled) => settled.length && location.reload());
