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
  byId("filter-clear").hidden = !inside;
  byId("filtered").textContent = said || (inside ? `${shown.size} of ${data.packets.length} packets` : "");
}

// Hide what is not asked for in a ladder, and move the rest together.
function sift(svg) {
  const names = [...chosenTalks].map((talk) => talksTable.querySelector(`[data-talk="${talk}"]`).dataset.name);
  for (const way of svg.querySelectorAll(".way")) way.classList.toggle("out", Boolean(data.shown) && !data.shown.has(Number(way.dataset.packet)));
  for (const note of svg.querySelectorAll(".w-state, .w-socket")) {
    const own = /#\d+/.exec(note.textContent)?.[0];
    note.classList.toggle("out", Boolean(data.shown) && own !== undefined && names.length > 0 && !names.includes(own));
  }
  for (const band of svg.querySelectorAll(".band")) band.classList.toggle("out", Boolean(data.shown));
  for (const gap of svg.querySelectorAll("[data-opens]")) {
    const inFold = data.shown ? matching(svg, gap) : -1;
    gap.classList.toggle("out", inFold === 0);
  }
  const ticks = new Set([...svg.querySelectorAll(".way:not(.out)[data-a], .words:not(.out)[data-a]")].map((each) => each.dataset.a));
  for (const clock of svg.querySelectorAll(".clock[data-a]")) clock.classList.toggle("out", Boolean(data.shown) && !ticks.has(clock.dataset.a));
  for (const piece of svg.querySelectorAll(".piece")) closeUp(piece);
  layOut(svg);
}

const matching = (svg, gap) => piecesIn(svg, gap).flatMap(([, , entries]) => entries)
  .filter(([shape, , packet]) => shapesOf(svg)[shape].matches(".way") && data.shown.has(packet)).length;

// What is left in a piece of a fold moves together.
function closeUp(piece) {
  const heightOf = (each) => Number(/translate\(0 ([-\d.]+)\)/.exec(each.dataset.was ??= each.getAttribute("transform"))[1]);
  piece.dataset.whole ??= piece.dataset.bottom;
  for (const clock of piece.querySelectorAll(".clock")) clock.classList.toggle("out", Boolean(data.shown));
  let [before, last] = [0, 0];
  const left = [...piece.children].filter((each) => !each.matches(".out, .band")).sort((one, other) => heightOf(one) - heightOf(other));
  for (const each of left) {
    const room = 16 * each.querySelectorAll("tspan").length + 44;
    last = data.shown ? Math.min(heightOf(each), last + Math.min(heightOf(each) - before, room)) : heightOf(each);
    before = heightOf(each);
    each.setAttribute("transform", `translate(0 ${last})`);
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
