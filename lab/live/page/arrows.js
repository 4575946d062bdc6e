// How an item of the ladder is drawn: a packet's arrow with states beside its ends, a note, a gap.
// Texts are written as text (textContent), never as markup: packets and programs are strangers.
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const CELL = 7.3;
const LINE = 16;
const GUTTER = 78;
let columns = new Map();
let across = 0;

function draw(name, className, settings, text) {
  const element = document.createElementNS(SVG, name);
  if (className) element.setAttribute("class", className);
  for (const [key, value] of Object.entries(settings)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

// Where each host's life line stands.
function setColumns(names, width) {
  across = width;
  const room = width - GUTTER - 60;
  columns = new Map(names.map((name, at) => [name, GUTTER + 24 + (names.length > 1 ? (room * at) / (names.length - 1) : room / 2)]));
}

const cut = (text, pixels) => {
  const most = Math.max(Math.floor(pixels / CELL), 4);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
};

// The space beside a life line, up to the next one; the last has its words to its left.
function beside(x) {
  const all = [...columns.values()];
  const at = all.indexOf(x);
  if (at === all.length - 1 && at > 0) return { x: x - 8, anchor: "end", room: x - all[at - 1] - 24 };
  return { x: x + 8, anchor: "start", room: (all[at + 1] ?? across) - x - 24 };
}

const seconds = (item) => (Number(item.t) / 1000).toFixed(3);
const linesOf = (item) => {
  const counts = new Map();
  for (const [host] of item.notes || []) if (columns.has(host)) counts.set(host, (counts.get(host) || 0) + 1);
  return Math.max(0, ...counts.values());
};

function heightOf(item) {
  if (item.gap) return 26;
  if (item.host) return 20;
  return 34 + LINE * linesOf(item);
}

function drawItem(item) {
  const group = draw("g", "", { role: "listitem" });
  const clock = draw("text", "clock", { x: 4, y: item.gap || item.host ? 14 : 22 }, seconds(item));
  clock.append(draw("title", "", {}, new Date(data.began + Number(item.t)).toLocaleTimeString()));
  group.append(clock);
  if (item.gap) group.append(drawGap(item));
  else if (item.host) group.append(drawNote(item.host, item.text, item.css, 14));
  else group.append(...drawPacket(item));
  return group;
}

// What is not drawn can be had: everything that crossed in that time, as a capture.
function drawGap(item) {
  const group = draw("g", "gap", {});
  const link = draw("a", "", { href: `/between/${item.between}.pcapng`, download: "not-drawn.pcapng" });
  link.append(draw("title", "", {}, "Save all that crossed in this time, at every host, as a capture for Wireshark"));
  link.append(draw("text", "", { x: (across + GUTTER) / 2, y: 14, "text-anchor": "middle" }, `… ${count(item.gap, "packet")} not drawn …`));
  group.append(link);
  return group;
}

function drawNote(host, text, kind, y) {
  const place = beside(columns.get(host));
  const note = draw("text", `words w-${kind}`, { x: place.x, y, "text-anchor": place.anchor }, cut(text, place.room));
  note.append(draw("title", "", {}, `${host}: ${text}`));
  return note;
}

function drawPacket(item) {
  const x1 = columns.get(item.from) ?? GUTTER;
  const reached = item.reached.filter((host) => columns.has(host)).map((host) => columns.get(host));
  const aim = columns.get(item.to) ?? reached.sort((one, other) => Math.abs(other - x1) - Math.abs(one - x1))[0] ?? (x1 > across / 2 ? GUTTER : across - 12);
  const x2 = item.lost ? x1 + (aim - x1) * 0.6 : aim;
  const [y1, y2] = [22, 28];
  const right = x2 >= x1;
  const turn = (Math.atan2(y2 - y1, Math.abs(x2 - x1) || 1) * 180 / Math.PI) * (right ? 1 : -1);
  const way = draw("g", `way k-${item.css}${item.lost ? " lost" : ""}${item.id === chosen ? " chosen" : ""}`, {
    role: "button", tabindex: -1, "aria-pressed": String(item.id === chosen),
    "aria-label": `${seconds(item)} s: ${item.from} to ${item.to}${item.lost ? ", lost on the way" : ""}: ${item.what}${item.place}`,
  });
  way.dataset.packet = item.id;
  const ends = { x1, y1, x2, y2 };
  way.append(draw("line", "touch", ends), draw("line", "shaft", ends));
  const tip = right ? "M0 0-10-4.5-10 4.5z" : "M0 0 10-4.5 10 4.5z";
  way.append(draw("path", "tip", { d: item.lost ? "M-5-5 5 5M-5 5 5-5" : tip, transform: `translate(${x2} ${y2}) rotate(${turn})` }));
  for (const x of reached) {
    if (x !== x2) way.append(draw("path", "tip", { d: x > x1 ? "M0 0-10-4.5-10 4.5z" : "M0 0 10-4.5 10 4.5z", transform: `translate(${x} ${y1 + (y2 - y1) * Math.min(Math.abs(x - x1) / (Math.abs(x2 - x1) || 1), 1)})` }));
  }
  for (const host of item.via) {
    if (!columns.has(host)) continue;
    const x = columns.get(host);
    const joint = draw("g", "joint", { transform: `translate(${x} ${y1 + (y2 - y1) * Math.abs(x - x1) / (Math.abs(x2 - x1) || 1)})` });
    joint.append(draw("circle", "", { r: 3.2 }));
    way.append(joint);
  }
  way.append(draw("text", "", { x: x1 + (right ? 14 : -14), y: 16, "text-anchor": right ? "start" : "end" }, cut(item.what, Math.abs(aim - x1) - 24)));
  const down = new Map();
  const notes = item.notes.filter(([host]) => columns.has(host)).map(([host, text, kind]) => {
    const line = down.get(host) || 0;
    down.set(host, line + 1);
    return drawNote(host, text, kind, 44 + LINE * line);
  });
  return [way, ...notes];
}

function drawHeads() {
  const svg = draw("svg", "ladder", { height: 24, width: across, viewBox: `0 0 ${across} 24` });
  svg.append(draw("text", "clock", { x: 4, y: 17 }, "s"));
  const last = columns.size - 1;
  [...columns].forEach(([name, x], at) => {
    const settings = at === last && at > 0 ? { x: x + 24, "text-anchor": "end" } : { x, "text-anchor": at === 0 ? "start" : "middle" };
    svg.append(draw("text", "host", { ...settings, y: 17 }, cut(name, at && at < last ? 140 : 200)));
  });
  byId("heads").replaceChildren(svg);
}
