// Bands along the life lines, as a run's page has them (story/page/ladder/bands.py): which state each
// socket is in, from when to when. They follow from the notes of items, also of items that are not
// shown; of what was forgotten, the states that still last are kept.
"use strict";

const LANE = 7;
const MOST_LANES = 3;
const MOST_LASTING = 1000;
const ENDED = ["CLOSED", "CLOSE"];
let lasting = new Map();  // state, until and host of each socket when the first item that is kept began
let bands = [];

// What an item says of sockets: of each its number, host, state, how far below the item's top, and,
// of one that waits for others, until when it did.
function changesOf(item) {
  if (item.state) return [{ socket: item.socket, host: item.host, state: item.state, down: 10, until: item.until }];
  return (item.notes || []).filter((note) => note[4]).map(([host, , , socket, state]) => ({ socket, host, state, down: host === item.from ? 22 : 28 }));
}

// An item is forgotten: what it said of sockets still holds.
function forgetStates(item) {
  for (const change of changesOf(item)) {
    if (ENDED.includes(change.state)) lasting.delete(change.socket);
    else lasting.set(change.socket, change);
  }
  for (const socket of lasting.keys()) if (lasting.size > MOST_LASTING) lasting.delete(socket);
}

// Of a socket whose beginning is forgotten it is told until when it was.
function endsForgotten(item) {
  const change = item.until !== undefined && lasting.get(item.socket);
  if (change) change.until = item.until;
  return Boolean(change);
}

// Find all bands: a state begins where its item stands or, where that is not shown, the next one.
// Under a filter, only sockets of packets that are shown have bands.
function arrangeBands(height) {
  const wanted = asked.length ? new Set(shownItems.flatMap((item) => changesOf(item).map((change) => change.socket))) : null;
  const open = new Map();
  const taken = new Map();
  const due = [];
  bands = [];
  const end = (socket, y) => {
    const band = open.get(socket);
    if (!band) return null;
    open.delete(socket);
    if (band.lane < MOST_LANES) taken.get(band.host)[band.lane] = 0;
    bands.push({ ...band, bottom: y });
    return band;
  };
  const begin = (change, y) => {
    const before = end(change.socket, y);
    const x = columns.get(change.host);
    if (ENDED.includes(change.state) || x === undefined || (wanted && !wanted.has(change.socket))) return;
    if (!taken.has(change.host)) taken.set(change.host, Array(MOST_LANES).fill(0));
    const lanes = taken.get(change.host);
    const free = before ? before.lane : lanes.indexOf(0);
    const lane = free < 0 ? MOST_LANES : free;
    if (lane < MOST_LANES) lanes[lane] = change.socket;
    open.set(change.socket, { host: change.host, x, lane, top: y, state: lane < MOST_LANES ? change.state : "SEVERAL" });
    if (change.until !== undefined) due.push([Number(change.until), change.socket]);
  };
  for (const change of lasting.values()) {
    if (items.length && Number(change.until) < Number(items[0].t)) lasting.delete(change.socket);
    else begin(change, 0);
  }
  let shown = 0;
  for (const item of items) {
    if (due.length) {
      for (const [until, socket] of due) if (until < Number(item.t)) end(socket, tops[shown]);
      for (let at = due.length - 1; at >= 0; at -= 1) if (due[at][0] < Number(item.t)) due.splice(at, 1);
    }
    const is = shownItems[shown] === item;
    for (const change of changesOf(item)) begin(change, tops[shown] + (is ? change.down : 0));
    if (is) shown += 1;
  }
  for (const [, socket] of due) end(socket, tops[shown]);
  for (const socket of [...open.keys()]) end(socket, height);
}

// Draw the bands that are in sight: beside the life line, on the side on which no words stand.
function drawBands(top, bottom) {
  const all = [...columns.values()];
  const last = all.length > 1 ? all[all.length - 1] : -1;
  const seen = bands.filter((band) => band.bottom > top && band.top < bottom);
  bandsPlace.replaceChildren(...seen.map((band) => {
    const x = band.x - 3 + LANE * band.lane * (band.x === last ? 1 : -1);
    const rect = draw("rect", `band s-${band.state}`, { x, y: band.top, width: 6, height: Math.max(band.bottom - band.top, 3) });
    rect.dataset.host = band.host;
    rect.append(draw("title", "", {}, `${band.host}: ${band.state}`));
    return rect;
  }));
}
