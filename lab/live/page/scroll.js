// The ladder as it grows: what is kept of it here, what of that is shown, and scrolling back. Only
// what is in sight is drawn, so that a long ladder costs no more than a short one.
"use strict";

const MOST_ITEMS = 5000;
const AROUND = 300;
const NARROWEST = 128;
const scroller = byId("scroll");
const canvas = draw("svg", "ladder", { role: "list", "aria-label": "What crosses, in order" });
const lives = draw("g", "", { "aria-hidden": "true" });
const bandsPlace = draw("g", "", { "aria-hidden": "true" });
const itemsPlace = draw("g", "", {});
canvas.append(lives, bandsPlace, itemsPlace);
scroller.append(canvas);

let chosen = -1;
let items = [];          // in order of time
const known = new Map(); // by number
let shownItems = [];
let tops = [0];
let drawn = new Map();   // number: [group, item, layout]
let cleared = 0;         // the highest number of what the reader has cleared
let layout = 0;
let paused = false;
let held = [];
let follows = true;
let due = false;

const order = (one, other) => Number(one.t) - Number(other.t) || one.id - other.id;

function takeItems(more) {
  if (paused) {
    held.push(...more);
    held = held.slice(-MOST_ITEMS);
    tellPaused();
    return;
  }
  let sorted = true;
  for (const item of more) {
    const before = known.get(item.id);
    // Of what was cleared more may be told, as when the receiver's tap saw it later.
    if (!before && (endsForgotten(item) || item.id <= cleared)) continue;
    if (before) items[items.indexOf(before)] = item;
    else {
      sorted &&= !items.length || order(items[items.length - 1], item) <= 0;
      items.push(item);
    }
    known.set(item.id, item);
    remember(item);
  }
  if (!sorted) items.sort(order);
  let gone = 0;
  if (items.length > MOST_ITEMS) {
    for (const item of items.splice(0, items.length - MOST_ITEMS)) {
      known.delete(item.id);
      forget(item.id);
      forgetStates(item);
      if (drawn.has(item.id)) drawn.get(item.id)[0].remove();
      drawn.delete(item.id);
      if (passesAll(item)) gone += heightOf(item);
    }
  }
  if (gone && !follows) scroller.scrollTop -= gone;
  refresh();
}

// A packet as the scripts of a run's page know it (data.js): for the filter and for the panel.
function remember(item) {
  if (item.from === undefined) return;
  const packet = data.packets[item.id] || [];
  packet.splice(0, 8, item.t, item.from, item.to, item.what, item.n, item.at, item.place, item.length);
  data.packets[item.id] = packet;
  data.talks[item.id] = [item.talk[0], ...item.talk[1], ...item.talk[2]];
  data.talkOf[item.id] = item.id;
}

function forget(number) {
  delete data.packets[number];
  delete data.talks[number];
  delete data.talkOf[number];
}

function clearItems() {
  for (const item of [...items, ...held]) cleared = Math.max(cleared, item.id);
  for (const item of items) {
    forget(item.id);
    forgetStates(item);
  }
  items = [];
  held = [];
  known.clear();
  tellPaused();
  refresh();
}

// Ask for one drawing in the next picture, however many things have changed.
function refresh() {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    arrange();
  });
}

function arrange() {
  shownItems = items.filter(passesAll);
  const names = columnsWanted(shownItems);
  const width = Math.max(scroller.clientWidth, GUTTER + 84 + NARROWEST * (names.length - 1));
  if (names.join("|") !== [...columns.keys()].join("|") || width !== across) {
    setColumns(names, width);
    layout += 1;
    drawHeads();
  }
  shownItems = shownItems.filter((item) => (item.gap ? true : item.host ? columns.has(item.host) : columns.has(item.from) || columns.has(item.to)));
  tops = [8];
  for (const item of shownItems) tops.push(tops[tops.length - 1] + heightOf(item));
  const height = Math.max(tops[tops.length - 1] + 12, scroller.clientHeight - 4);
  canvas.setAttribute("width", width);
  canvas.setAttribute("height", height);
  canvas.setAttribute("viewBox", `0 0 ${width} ${height}`);
  lives.replaceChildren(...[...columns.values()].map((x) => draw("line", "life", { x1: x, x2: x, y1: 0, y2: height })));
  arrangeBands(height);
  byId("nothing").hidden = shownItems.length > 0;
  byId("nothing-yet").hidden = items.length > 0;
  byId("nothing-shown").hidden = !items.length;
  tellFiltered();
  follows ||= atEnd();
  if (follows) scroller.scrollTop = height;
  drawInSight();
}

function firstAt(y) {
  let [low, high] = [0, shownItems.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tops[middle + 1] < y) low = middle + 1;
    else high = middle;
  }
  return low;
}

function drawInSight() {
  const top = scroller.scrollTop - AROUND;
  const bottom = scroller.scrollTop + scroller.clientHeight + AROUND;
  const next = new Map();
  for (let at = firstAt(top); at < shownItems.length && tops[at] < bottom; at += 1) {
    const item = shownItems[at];
    let entry = drawn.get(item.id);
    if (!entry || entry[1] !== item || entry[2] !== layout) {
      const fresh = [drawItem(item), item, layout];
      const focused = entry && entry[0].contains(document.activeElement);
      if (entry) entry[0].replaceWith(fresh[0]);
      else itemsPlace.append(fresh[0]);
      if (focused) fresh[0].querySelector(".way")?.focus({ preventScroll: true });
      entry = fresh;
    }
    entry[0].setAttribute("transform", `translate(0 ${tops[at]})`);
    next.set(item.id, entry);
  }
  for (const [number, entry] of drawn) if (next.get(number) !== entry) { if (!next.has(number)) entry[0].remove(); }
  drawn = next;
  drawBands(top, bottom);
  byId("newest").hidden = follows;
  byId("heads").scrollLeft = scroller.scrollLeft;
}

const atEnd = () => scroller.scrollTop + scroller.clientHeight > scroller.scrollHeight - 30;

scroller.addEventListener("scroll", () => {
  follows = atEnd();
  drawInSight();
}, { passive: true });

byId("newest").addEventListener("click", () => {
  follows = true;
  scroller.scrollTop = scroller.scrollHeight;
});

const pauseChip = byId("pause");
function tellPaused() {
  pauseChip.textContent = paused ? `Go on (${held.length.toLocaleString("en")} new)` : "Pause";
}
pauseChip.addEventListener("click", () => {
  paused = !paused;
  pauseChip.setAttribute("aria-pressed", String(paused));
  const waited = held;
  held = [];
  tellPaused();
  if (!paused) takeItems(waited);
});
byId("clear").addEventListener("click", clearItems);
