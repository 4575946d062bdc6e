// The conversations above the ladder filter it, and so does the box: a host, tcp.port==80, a word.
"use strict";

const talksTable = byId("conversations");
const filterBox = byId("filter");
const chosenTalks = new Set();
let wanted = [];

// What one word of the box asks of a packet; null where it is not understood.
function asks(word) {
  const [, protocol, side, value] = /^(?:(tcp|udp|ip|ipv6)\.)?(port|srcport|dstport|addr|src|dst|host)==?(.+)$/.exec(word) || [];
  const talkOf = (number) => data.talks[data.talkOf[number]];
  if (side?.endsWith("port")) {
    if (!/^\d+$/.test(value)) return null;
    return (number) => {
      const talk = talkOf(number);
      return Boolean(talk) && (!protocol || talk[0] === protocol) && talk.slice(1, 3).includes(Number(value));
    };
  }
  if (side) return (number) => talkOf(number)?.slice(3).includes(value) || [data.packets[number][FROM], data.packets[number][TO]].includes(value);
  if (/[=!<>]=|&&|\|\|/.test(word)) return null;
  if (word === "tcp" || word === "udp") return (number) => talkOf(number)?.[0] === word;
  return (number) => {
    const packet = data.packets[number];
    if (packet[FROM] === word || packet[TO] === word) return true;
    const carried = packet[BYTES] === undefined ? "" : new TextDecoder().decode(Uint8Array.from(atob(packet[BYTES]), (each) => each.charCodeAt(0)));
    return `${packet[WHAT]} ${carried}`.toLowerCase().includes(word.toLowerCase());
  };
}

const filters = () => chosenTalks.size > 0 || wanted.length > 0;
const passes = (number) => (!chosenTalks.size || chosenTalks.has(data.talkOf[number])) && wanted.every((ask) => ask(number));

function clearFilter() {
  chosenTalks.clear();
  wanted = [];
  filterBox.value = "";
  applyFilter();
}

function applyFilter(said = "") {
  const inside = filters();
  const shown = new Set(inside ? data.packets.keys() : []);
  for (const number of [...shown]) if (!passes(number)) shown.delete(number);
  data.shown = inside ? shown : null;
  const left = new Set([...shown].map((number) => data.talkOf[number]));
  data.left = inside ? left : null;
  for (const row of talksTable.querySelectorAll("[data-talk]")) {
    const number = Number(row.dataset.talk);
    row.querySelector("button").setAttribute("aria-pressed", String(chosenTalks.has(number)));
    row.classList.toggle("out", inside && !left.has(number));
  }
  for (const chip of document.querySelectorAll("[data-service]")) {
    const own = talksOf(chip.dataset.service);
    chip.setAttribute("aria-pressed", String(chosenTalks.size > 0 && own.length === chosenTalks.size && own.every((each) => chosenTalks.has(each))));
  }
  for (const row of document.querySelectorAll("#rows tr")) row.hidden = inside && !shown.has(Number(row.dataset.row));
  for (const svg of ladders) sift(svg);
  showLadders();
  byId("filter-clear").hidden = !inside;
  byId("filtered").textContent = said || (inside ? `${shown.size} of ${data.packets.length} packets` : "");
}

// Hide what is not asked for in a ladder, and move the rest together.
function sift(svg) {
  const names = [...talksTable.querySelectorAll("[data-talk]")].filter((row) => data.left?.has(Number(row.dataset.talk))).map((row) => row.dataset.name);
  for (const way of svg.querySelectorAll(".way")) way.classList.toggle("out", Boolean(data.shown) && !data.shown.has(Number(way.dataset.packet)));
  for (const note of svg.querySelectorAll(".w-state, .w-socket")) {
    const own = /#\d+/.exec(note.textContent)?.[0];
    note.classList.toggle("out", Boolean(data.shown) && own !== undefined && names.length > 0 && !names.includes(own));
  }
  // A band of several sockets, or of a conversation that is left out, says nothing of the rest.
  const stays = (each) => (each.dataset.talk === undefined ? !each.matches(".s-SEVERAL") : data.left.has(Number(each.dataset.talk)));
  for (const each of svg.querySelectorAll(".band, .phase")) {
    each.classList.toggle("out", Boolean(data.left) && !stays(each));
    each.classList.toggle("alone", data.left?.size === 1 && !data.left.has(-1));
  }
  for (const gap of svg.querySelectorAll("[data-opens]")) {
    const [inFold, all] = packetsIn(svg, gap);
    gap.classList.toggle("out", Boolean(data.shown) && inFold === 0);
    recount(gap, data.shown ? `${inFold.toLocaleString("en")} of ${count(all, "packet")}` : "");
  }
  const ticks = new Set([...svg.querySelectorAll(".way:not(.out)[data-a], .words:not(.out)[data-a]")].map((each) => each.dataset.a));
  for (const clock of svg.querySelectorAll(".clock[data-a]")) clock.classList.toggle("out", Boolean(data.shown) && !ticks.has(clock.dataset.a));
  // Chromium tells a screen reader of what is in an SVG even where it is not displayed.
  for (const item of svg.querySelectorAll("[role=listitem]")) item.setAttribute("aria-hidden", String(item.firstElementChild.matches(".out")));
  for (const piece of svg.querySelectorAll(".piece")) closeUp(piece);
  layOut(svg);
}

// How many packets of a fold are asked for, and how many it has.
function packetsIn(svg, gap) {
  const ways = [...shapesOf(svg)].map((shape) => shape.matches(".way"));
  const packets = piecesIn(svg, gap).flatMap(([, , entries]) => entries).filter(([shape]) => ways[shape]).map(([, , packet]) => packet);
  return [data.shown ? packets.filter((packet) => data.shown.has(packet)).length : 0, packets.length];
}

// A pill says how much of it is asked for, instead of all that it has.
function recount(gap, said) {
  const text = gap.querySelector("tspan");
  gap.dataset.whole ??= text.textContent.slice(2).replace(/ +(show|hide)$/, "");
  gap.dataset.label ??= gap.getAttribute("aria-label");
  const open = gap.getAttribute("aria-expanded") === "true";
  text.textContent = `${open ? "▾" : "▸"} ${said || gap.dataset.whole}   ${open ? "hide" : "show"}`;
  gap.setAttribute("aria-label", said || gap.dataset.label);
}

// What is left in a piece of a fold moves together.
function closeUp(piece) {
  const heightOf = (each) => Number(/translate\(0 ([-\d.]+)\)/.exec(each.dataset.was ??= each.getAttribute("transform"))[1]);
  piece.dataset.whole ??= piece.dataset.bottom;
  for (const clock of piece.querySelectorAll(".clock")) clock.classList.toggle("out", Boolean(data.shown));
  let [before, last] = [0, 0];
  const moved = [[0, 0]];
  const left = [...piece.querySelectorAll(".way, .words, .gap")].filter((each) => !each.matches(".out")).sort((one, other) => heightOf(one) - heightOf(other));
  for (const each of left) {
    const room = 16 * each.querySelectorAll("tspan").length + 44;
    last = data.shown ? Math.min(heightOf(each), last + Math.min(heightOf(each) - before, room)) : heightOf(each);
    before = heightOf(each);
    moved.push([before, last]);
    each.setAttribute("transform", `translate(0 ${last})`);
  }
  // A band goes from where what it stands beside begins to where that ends.
  const here = (height) => {
    const at = moved.findLastIndex(([was]) => was <= height);
    return Math.min(moved[at][1] + height - moved[at][0], moved[at + 1]?.[1] ?? last + 20);
  };
  for (const band of piece.querySelectorAll(".band:not(.out)")) {
    const [top, high] = [heightOf(band), Number(band.dataset.high ??= band.getAttribute("height"))];
    const [start, stop] = data.shown ? [here(top), here(top + high)] : [top, top + high];
    band.setAttribute("transform", `translate(0 ${start})`);
    band.setAttribute("height", Math.max(stop - start, 3));
  }
  piece.dataset.bottom = data.shown ? last + 40 : piece.dataset.whole;
}

const talksOf = (service) => [...talksTable.querySelectorAll("[data-talk]")].filter((row) => row.dataset.of === service).map((row) => Number(row.dataset.talk));

if (talksTable) {
  talksTable.addEventListener("click", (event) => {
    const row = event.target.closest("[data-talk]");
    if (!row) return;
    const number = Number(row.dataset.talk);
    if (!chosenTalks.delete(number)) chosenTalks.add(number);
    applyFilter();
  });
  for (const chip of document.querySelectorAll("[data-service]")) chip.addEventListener("click", () => {
    const was = chip.getAttribute("aria-pressed") === "true";
    chosenTalks.clear();
    if (!was) for (const each of talksOf(chip.dataset.service)) chosenTalks.add(each);
    applyFilter();
  });
  filterBox.addEventListener("input", () => {
    const words = filterBox.value.trim().split(/\s+/).filter(Boolean);
    const asked = words.map(asks);
    const strange = words.find((_, at) => !asked[at]);
    wanted = asked.filter(Boolean);
    applyFilter(strange && `"${strange}" is not understood. Write a host, tcp.port==80, ip.addr==10.77.0.10, or a word of the data.`);
  });
  byId("filter-clear").addEventListener("click", clearFilter);
}
