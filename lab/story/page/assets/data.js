// What the page knows of its run, and what all of its scripts need. They only ever write text
// (textContent), never markup: packets and programs are strangers.
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
for (const packet of data.packets) for (const each of [1, 2, 3]) packet[each] = data.words[packet[each]];
const byId = (id) => document.getElementById(id);
const panel = byId("packet");
const TIME = 0, FROM = 1, TO = 2, WHAT = 3, NUMBER = 4, CAPTURE = 5, POSITION = 6, LENGTH = 7, BYTES = 8, HEADERS = 9, PROBLEMS = 10;

const count = (number, unit) => `${number.toLocaleString("en")} ${unit}${number === 1 ? "" : "s"}`;

function make(name, className, text) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}
