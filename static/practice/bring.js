// Brings home what an earlier practice page could not send, from any page of practice.
import { Outbox } from "./outbox.js";

const { url, token, whose } = document.getElementById("bring").dataset;
new Outbox({ url, token, whose }, () => {}, () => {}).open();
