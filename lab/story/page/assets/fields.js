// What makes the fields of a header readable: a ruler, bits one by one, relative numbers beside the
// absolute ones, data as text, and one stop of the Tab key for all of them.
"use strict";

const CONTROL_BITS = ["CWR", "ECE", "URG", "ACK", "PSH", "RST", "SYN", "FIN"];

function ruler() {
  const row = make("div", "ruler");
  row.setAttribute("aria-hidden", "true");
  for (const bit of [0, 8, 16, 24, 31]) {
    const mark = make("span", "", bit);
    mark.style.gridColumn = `${bit + 1}`;
    row.append(mark);
  }
  return row;
}

// TCP's control bits are eight fields of one bit each.
function bitByBit(fields, values) {
  const each = fields.map((field, index) => {
    const [name, bit, bits] = field;
    if (name !== "Control Bits" || bits !== CONTROL_BITS.length) return [[field, values[index]]];
    const set = values[index].split(/[ ,]+/);
    return CONTROL_BITS.map((own, at) => [[own, bit + at, 1], set.includes(own) ? "1" : "0"]);
  }).flat();
  return [each.map(([field]) => field), each.map(([, value]) => value)];
}

// Numbers count from a random one, and a window is multiplied: say what that comes to.
function explained(fields, values, packet) {
  const [, seq, ack, window] = /relative seq (\d+)(?:, ack (\d+))?; window (\d+) B/.exec(packet[POSITION]) || [];
  if (seq === undefined) return values;
  const means = { "Sequence Number": `relative ${seq}`, "Acknowledgment Number": ack === undefined ? "not used: ACK is off" : `relative ${ack}` };
  return fields.map(([name], index) => {
    if (name === "Window") return values[index] === window ? `${window} B` : `${values[index]}, scaled ${window} B`;
    return means[name] ? `${values[index]} (${means[name]})` : values[index];
  });
}

// Data as text, where it is text; what cannot be printed is a dot.
function textOf(raw) {
  const text = new TextDecoder().decode(raw.subarray(0, 300));
  const printed = text.replace(/\r?\n/g, "⏎").replace(/[^\P{C}]/gu, "·").replaceAll("\uFFFD", "·");
  return printed.split("·").length - 1 > printed.length / 4 ? "" : printed;
}

// The fields are one stop of the Tab key; arrow keys go from field to field, by rows as they are seen.
function oneStop(headers) {
  const first = headers.querySelector(".field[tabindex]");
  if (first) first.tabIndex = 0;
}

byId("packet-headers").addEventListener("keydown", (event) => {
  const cells = [...byId("packet-headers").querySelectorAll(".field[tabindex]")];
  const at = cells.indexOf(event.target);
  if (at < 0) return;
  const here = event.target.getBoundingClientRect();
  const middle = (box) => box.left + box.width / 2;
  const nearest = (wanted) => {
    const rows = cells.map((cell) => [cell, cell.getBoundingClientRect()]).filter(([, box]) => wanted(box));
    const apart = ([, box]) => Math.abs(box.top - here.top) * 1000 + Math.abs(middle(box) - middle(here));
    return rows.sort((one, other) => apart(one) - apart(other))[0]?.[0];
  };
  const next = {
    ArrowRight: () => cells[at + 1],
    ArrowLeft: () => cells[at - 1],
    Home: () => cells[0],
    End: () => cells[cells.length - 1],
    ArrowDown: () => nearest((box) => box.top >= here.bottom - 1),
    ArrowUp: () => nearest((box) => box.bottom <= here.top + 1),
  }[event.key];
  if (!next) return;
  event.preventDefault();
  const cell = next();
  if (!cell) return;
  for (const each of cells) each.tabIndex = each === cell ? 0 : -1;
  cell.focus();
});
