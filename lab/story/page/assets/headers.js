// A packet taken apart: its headers as textbooks draw them, and every byte.
"use strict";

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
    headers.append(make("h3", "", name), ruler(), drawHeader(name, ...bitByBit(fields, explained(fields, values, packet)), start, owners, raw));
    for (const [, bit, bits] of fields) end = Math.max(end, start + Math.ceil((bit + bits) / 8));
  });
  if (end < raw.length) headers.append(make("h3", "", "Data"), drawData(end, packet, owners, raw));
  oneStop(headers);
  bytes.append(make("h3", "", "Every byte"), drawBytes(raw, owners));
  if (raw.length < packet[LENGTH]) {
    bytes.append(make("p", "", `The first ${raw.length} of ${packet[LENGTH]} bytes; the capture file has more.`));
  }
}

// A header as textbooks draw it: 32 bits a row. A field over a row's end has a piece in each row.
function drawHeader(name, fields, values, start, owners, raw) {
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
      cell.dataset.why = data.purposes[`${name}: ${field}`] || "";
      cell.title = `${field}: ${values[index]}`;
      if (piece === main) {
        cell.tabIndex = -1;
        const small = piece.bits < 4;
        if (small || (piece.bits < 8 && field.length > 7 && !field.includes(" "))) cell.classList.add("small");
        cell.append(make("span", "name", small ? initials(field, piece.bits) : piece.bits < 8 && field === "Reserved" ? "Rsrvd" : field), make("span", "value", small ? bitsAt(raw, start * 8 + bit, bits) : values[index]));
        cell.setAttribute("aria-label", `${field}: ${values[index]}`);
      } else cell.setAttribute("aria-hidden", "true");
      list.append(cell);
      for (let at = first; at < Math.min(last, owners.length); at += 1) owners[at] = owners[at] || cell;
    }
  });
  return list;
}

// A single bit has room for one letter. "Rsrvd" is RFC 9293's own (3.1).
const initials = (field, bits) => (bits === 1 ? field[0] : field.includes(" ") ? field.split(" ").map((word) => word[0]).join("") : field.slice(0, 2));

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
  cell.tabIndex = -1;
  cell.dataset.first = start;
  cell.dataset.last = raw.length;
  cell.dataset.said = `Data: ${packet[LENGTH] - start} bytes, from byte ${start} on`;
  cell.append(make("span", "name", "Data"), make("span", "value", `${packet[LENGTH] - start} bytes`), make("span", "value text", textOf(raw.subarray(start))));
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
  byId("field").replaceChildren(cell.dataset.said, make("span", "purpose", cell.dataset.why || ""));
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
