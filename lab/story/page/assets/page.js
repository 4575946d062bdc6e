// What a story page can do: choose packets, take a packet apart, show more rows; folds.js opens folds.
// It only ever writes text (textContent), never markup: packets and programs are strangers.
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
for (const packet of data.packets) for (const each of [1, 2, 3]) packet[each] = data.words[packet[each]];
const byId = (id) => document.getElementById(id);
const ladders = [...document.querySelectorAll("svg.ladder")];
const panel = byId("packet");
const TIME = 0, FROM = 1, TO = 2, WHAT = 3, NUMBER = 4, CAPTURE = 5, POSITION = 6, LENGTH = 7, BYTES = 8, HEADERS = 9, PROBLEMS = 10;
const ROWS_AT_ONCE = 500;
let chosen = -1;

function make(name, className, text) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

// ---- the ladder -------------------------------------------------------------------------------

// Everything below an opened fold moves down by the height of the piece that is shown of it.
function layOut(svg) {
  let height = Number(svg.dataset.top);
  const shown = new Map([...svg.querySelectorAll(".piece")].map((piece) => [piece.dataset.a, piece.dataset]));
  const inPiece = (tick, what) => Number(shown.get(String(tick))?.[what] || 0);
  const heights = svg.dataset.steps.split(" ").map((step, index) => {
    const here = height += Number(step);
    height += inPiece(index, "bottom");
    return here;
  });
  for (const element of svg.querySelectorAll("[data-a]")) {
    const top = heights[element.dataset.a];
    const bottom = heights[element.dataset.b];
    if (element.matches(".way")) layArrow(element, top, bottom);
    else if (element.matches(".band")) {
      // What changed in a fold changes in its piece, with the piece's own bands.
      const start = top + inPiece(element.dataset.a, "bottom");
      element.setAttribute("y", start);
      element.setAttribute("height", Math.max(bottom + inPiece(element.dataset.b, "top") - start, 3));
    } else if (element.matches(".gap, .piece")) element.setAttribute("transform", `translate(0 ${top + 4})`);
    else element.setAttribute("y", top + Number(element.dataset.down));
  }
  for (const line of svg.querySelectorAll(".life")) line.setAttribute("y2", height);
  const width = svg.viewBox.baseVal.width;
  svg.setAttribute("viewBox", `0 0 ${width} ${height + 10}`);
  svg.setAttribute("height", height + 10);
}

function layArrow(arrow, y1, y2) {
  const shaft = arrow.querySelector(".shaft");
  const x1 = Number(shaft.getAttribute("x1"));
  const x2 = Number(shaft.getAttribute("x2"));
  for (const line of arrow.querySelectorAll("line")) {
    line.setAttribute("y1", y1);
    line.setAttribute("y2", y2);
  }
  const across = Math.abs(x2 - x1) || 1;
  const slope = Math.atan2(y2 - y1, across) * 180 / Math.PI * (x2 < x1 ? -1 : 1);
  const label = `translate(${x1 + (x2 < x1 ? -16 : 16)} ${y1 + (y2 - y1) * 16 / across}) rotate(${slope})`;
  arrow.querySelector("text").setAttribute("transform", label);
  arrow.querySelector(".tip").setAttribute("transform", `translate(${x2} ${y2}) rotate(${slope})`);
  for (const joint of arrow.querySelectorAll(".joint")) {
    const x = Number(joint.dataset.x);
    joint.setAttribute("transform", `translate(${x} ${y1 + (y2 - y1) * Math.abs(x - x1) / across}) rotate(${slope})`);
  }
  for (const tip of arrow.querySelectorAll(".also")) {
    const x = Number(tip.dataset.x);
    const y = tip.dataset.behind ? y2 : y1 + (y2 - y1) * Math.abs(x - x1) / across;
    const turn = Math.atan2(y - y1, Math.abs(x - x1) || 1) * 180 / Math.PI * (x < x1 ? -1 : 1);
    tip.setAttribute("transform", `translate(${x} ${y}) rotate(${turn})`);
  }
}

const arrowsOf = (svg) => [...svg.querySelectorAll(".way")];
const shownLadder = () => ladders.find((svg) => svg.getClientRects().length) || ladders[0];

for (const svg of ladders) {
  const act = (event) => {
    const gap = event.target.closest("[data-opens], [data-piece]");
    const arrow = event.target.closest(".way");
    if (gap) turn(svg, gap);
    else if (arrow) choose(Number(arrow.dataset.packet), { show: true });
    return gap || arrow;
  };
  svg.addEventListener("click", act);
  svg.addEventListener("keydown", (event) => {
    const arrow = event.target.closest(".way");
    if (event.key === "Enter" || event.key === " ") {
      if (!act(event)) return;
    } else if (arrow && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const all = arrowsOf(svg);
      const next = all[all.indexOf(arrow) + (event.key === "ArrowDown" ? 1 : -1)];
      if (next) choose(Number(next.dataset.packet), { focus: true });
    } else return;
    event.preventDefault();
  });
}

// ---- the packet -------------------------------------------------------------------------------

function choose(number, { show = false, focus = false } = {}) {
  const packet = data.packets[number];
  if (!packet) return;
  chosen = number;
  mark(number, focus);
  for (const row of document.querySelectorAll("#rows tr")) {
    row.classList.toggle("chosen", Number(row.dataset.row) === number);
  }
  byId("packet-title").textContent = `Packet ${number + 1} of ${data.packets.length}`;
  byId("packet-said").textContent = `${packet[TIME]} ms, ${packet[FROM]} → ${packet[TO]}: ${packet[WHAT]}`;
  const problems = (packet[PROBLEMS] || []).map((each) => `. Malformed: ${each}`).join("");
  byId("packet-place").textContent = `${packet[LENGTH]} bytes, packet ${packet[NUMBER]} in ${data.captures[packet[CAPTURE]]}${packet[POSITION]}${problems}`;
  byId("field").textContent = "Point at a field, or at a byte.";
  takeApart(packet);
  compareHops(number);
  if (show || focus) panel.classList.add("open");
  history.replaceState(null, "", `#packet-${number}`);
}

function mark(number, focus = false) {
  for (const svg of ladders) {
    for (const arrow of svg.querySelectorAll(".way")) {
      const is = Number(arrow.dataset.packet) === number;
      arrow.classList.toggle("chosen", is);
      arrow.setAttribute("aria-pressed", String(is));
      if (is) for (const other of svg.querySelectorAll(".way")) other.setAttribute("tabindex", other === arrow ? 0 : -1);
      if (is && focus && svg === shownLadder()) arrow.focus();
    }
  }
}

function takeApart(packet) {
  const headers = byId("packet-headers");
  const bytes = byId("packet-bytes");
  headers.replaceChildren();
  bytes.replaceChildren();
  if (packet[BYTES] === undefined) {
    headers.append(make("p", "", "In a run this long not every packet is in the page. The capture file has it."));
    return;
  }
  const raw = Uint8Array.from(atob(packet[BYTES]), (character) => character.charCodeAt(0));
  const owners = new Array(raw.length).fill(null);
  let end = 0;
  packet[HEADERS].forEach(([shape, start, values]) => {
    const [name, fields] = data.shapes[shape];
    headers.append(make("h3", "", name), drawHeader(name, fields, start, values, owners, raw));
    for (const [, bit, bits] of fields) end = Math.max(end, start + Math.ceil((bit + bits) / 8));
  });
  if (end < raw.length) headers.append(make("h3", "", "Data"), drawData(end, packet, owners, raw));
  bytes.append(make("h3", "", "Every byte"), drawBytes(raw, owners));
  if (raw.length < packet[LENGTH]) {
    bytes.append(make("p", "", `The first ${raw.length} of ${packet[LENGTH]} bytes; the capture file has more.`));
  }
}

// A header as textbooks draw it: 32 bits a row. A field over a row's end has a piece in each row.
function drawHeader(name, fields, start, values, owners, raw) {
  const list = make("ul", "bits");
  list.setAttribute("aria-label", `${name} header, 32 bits a row`);
  fields.forEach(([field, bit, bits], index) => {
    const first = start + Math.floor(bit / 8);
    const last = start + Math.ceil((bit + bits) / 8);
    const pieces = piecesOf(bit, bits);
    const main = pieces.reduce((best, piece) => (piece.bits * piece.rows > best.bits * best.rows ? piece : best), pieces[0]);
    for (const piece of pieces) {
      const cell = make("li", piece === main ? "field" : "field more");
      cell.style.gridColumn = `${piece.column + 1} / span ${piece.bits}`;
      cell.style.gridRow = `${piece.row + 1} / span ${piece.rows}`;
      cell.dataset.first = first;
      cell.dataset.last = last;
      cell.dataset.said = `${name}: ${field} = ${values[index]} (${bits} ${bits === 1 ? "bit" : "bits"}, byte ${first}${last - first > 1 ? `–${last - 1}` : ""})`;
      cell.title = `${field}: ${values[index]}`;
      if (piece === main) {
        cell.tabIndex = 0;
        const small = piece.bits < 4;
        if (small || (piece.bits < 8 && field.length > 7 && !field.includes(" "))) cell.classList.add("small");
        cell.append(make("span", "name", small ? initials(field) : field), make("span", "value", small ? bitsAt(raw, start * 8 + bit, bits) : values[index]));
        cell.setAttribute("aria-label", `${field}: ${values[index]}`);
      } else cell.setAttribute("aria-hidden", "true");
      list.append(cell);
      for (let at = first; at < Math.min(last, owners.length); at += 1) owners[at] = owners[at] || cell;
    }
  });
  return list;
}

const initials = (field) => (field.includes(" ") ? field.split(" ").map((word) => word[0]).join("") : field.slice(0, 2));

function bitsAt(raw, bit, bits) {
  let value = 0;
  for (let at = bit; at < bit + bits; at += 1) value = value * 2 + ((raw[at >> 3] >> (7 - (at & 7))) & 1);
  return value;
}

function piecesOf(bit, bits) {
  const pieces = [];
  while (bits > 0) {
    const column = bit % 32;
    const whole = column === 0 ? Math.floor(bits / 32) : 0;
    const taken = whole ? whole * 32 : Math.min(32 - column, bits);
    pieces.push({ row: Math.floor(bit / 32), column, bits: whole ? 32 : taken, rows: whole || 1 });
    bit += taken;
    bits -= taken;
  }
  return pieces.length ? pieces : [{ row: Math.floor(bit / 32), column: bit % 32, bits: 1, rows: 1 }];
}

function drawData(start, packet, owners, raw) {
  const list = make("ul", "bits");
  const cell = make("li", "field data");
  cell.style.gridColumn = "1 / span 32";
  cell.tabIndex = 0;
  cell.dataset.first = start;
  cell.dataset.last = raw.length;
  cell.dataset.said = `Data: ${packet[LENGTH] - start} bytes, from byte ${start} on`;
  cell.append(make("span", "name", "Data"), make("span", "value", `${packet[LENGTH] - start} bytes`));
  for (let at = start; at < raw.length; at += 1) owners[at] = owners[at] || cell;
  list.append(cell);
  return list;
}

function drawBytes(raw, owners) {
  const box = make("div", "hex");
  for (let row = 0; row < raw.length; row += 16) {
    const line = make("div", "row");
    line.append(make("span", "offset", row.toString(16).padStart(4, "0")));
    const text = make("span", "text");
    for (let at = row; at < Math.min(row + 16, raw.length); at += 1) {
      const byte = make("span", "byte", raw[at].toString(16).padStart(2, "0"));
      const letter = make("span", "letter", raw[at] > 31 && raw[at] < 127 ? String.fromCharCode(raw[at]) : "·");
      byte.dataset.at = letter.dataset.at = at;
      byte.owner = letter.owner = owners[at];
      line.append(byte);
      text.append(letter);
    }
    line.append(text);
    box.append(line);
  }
  return box;
}

// Hover or focus a field: its bytes light up. Hover a byte: its field does, and all of its bytes.
function light(cell) {
  for (const lit of panel.querySelectorAll(".lit")) lit.classList.remove("lit");
  if (!cell) return;
  const first = Number(cell.dataset.first);
  const last = Number(cell.dataset.last);
  for (const each of panel.querySelectorAll(".field")) {
    if (each.dataset.said === cell.dataset.said && each.dataset.first === cell.dataset.first) each.classList.add("lit");
  }
  for (const each of panel.querySelectorAll("[data-at]")) {
    const at = Number(each.dataset.at);
    if (at >= first && at < last) each.classList.add("lit");
  }
  byId("field").textContent = cell.dataset.said;
}

const fieldAt = (target) => target.closest(".field") || (target.dataset.at !== undefined ? target.owner : null);
panel.addEventListener("mouseover", (event) => { const cell = fieldAt(event.target); if (cell) light(cell); });
panel.addEventListener("focusin", (event) => { const cell = fieldAt(event.target); if (cell) light(cell); });
panel.addEventListener("click", (event) => { const cell = fieldAt(event.target); if (cell) light(cell); });

// The two IP versions: a field and what it is called in the other version light up together.
const versions = byId("versions");
function lightPair(event) {
  const cell = event.target.closest("[data-key]");
  for (const each of versions.querySelectorAll("[data-key]")) each.classList.toggle("lit", Boolean(cell) && each.dataset.key === cell.dataset.key);
}
if (versions) for (const what of ["mouseover", "focusin", "click"]) versions.addEventListener(what, lightPair);

function go(way) {
  const all = arrowsOf(shownLadder()).map((arrow) => Number(arrow.dataset.packet));
  const at = all.indexOf(chosen);
  choose(at < 0 ? chosen + way : all[at + way] ?? chosen, { show: true });
}

byId("next").addEventListener("click", () => go(1));
byId("previous").addEventListener("click", () => go(-1));
byId("close").addEventListener("click", () => panel.classList.remove("open"));
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "n") go(1);
  else if (event.key === "p") go(-1);
  else if (event.key === "Escape") panel.classList.remove("open");
});

// ---- the table --------------------------------------------------------------------------------

const more = byId("more");
if (more) more.addEventListener("click", () => {
  const rows = byId("rows");
  const start = rows.children.length;
  const stop = Math.min(start + ROWS_AT_ONCE, data.packets.length);
  for (let number = start; number < stop; number += 1) {
    const packet = data.packets[number];
    const row = make("tr");
    row.dataset.row = number;
    const link = make("a", "", number + 1);
    link.href = `#packet-${number}`;
    const first = make("td");
    first.append(link);
    row.append(first, make("td", "n", packet[TIME]), make("td", "", packet[FROM]), make("td", "", packet[TO]), make("td", "", packet[WHAT]), make("td", "n", packet[LENGTH]));
    rows.append(row);
  }
  more.textContent = `Show more of the other ${data.packets.length - stop}`;
  if (stop === data.packets.length) more.remove();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#packet-']");
  if (!link) return;
  event.preventDefault();
  const number = Number(link.getAttribute("href").slice(8));
  if (link.dataset.place) goToPacket(number);
  else choose(number, { show: true });
});

// ---- from a failed expectation to its place in the ladder ------------------------------------------

function goTo(element) {
  if (!element) return false;
  for (const each of document.querySelectorAll(".found")) each.classList.remove("found");
  element.classList.add("found");
  element.setAttribute("tabindex", element.getAttribute("tabindex") || "-1");
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "center", behavior: "instant" });
  return true;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-place]");
  if (!link || link.dataset.place.startsWith("packet-")) return;
  if (goTo(shownLadder().querySelector(`[data-name="${link.dataset.place}"]`))) event.preventDefault();
});

const named = /^#packet-(\d+)$/.exec(location.hash);
const beginning = ladders.length ? arrowsOf(ladders[0])[0] : null;
if (named) choose(Number(named[1]), { show: true });
else if (beginning && matchMedia("(min-width: 1100px)").matches) {
  choose(Number(beginning.dataset.packet));
  history.replaceState(null, "", location.pathname + location.search);
}
