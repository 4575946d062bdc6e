// Long runs: folds too long to be in the page are drawn a piece at a time, and the overview leads
// to any packet.
"use strict";

const PIECE = 200, ROW = 26, FALL = 15, TEXT = 16, CELL = 7.25;

function draw(name, attributes, text) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

const openFolds = (svg) => new Set([...svg.querySelectorAll("[data-opens][aria-expanded=true]")].map((gap) => gap.dataset.opens));
const pieceOf = (gap) => (gap.nextElementSibling?.matches(".piece") ? gap.nextElementSibling : null);

// Show the piece of a fold that begins with its moment number `from`, in place of any other.
function showPiece(svg, gap, from) {
  const moments = data.folds[gap.dataset.lazy];
  const stop = Math.min(from + PIECE, moments.length);
  const piece = draw("g", { class: "piece", "data-a": gap.dataset.a });
  const lines = gap.querySelectorAll("tspan").length;
  let y = 12 + TEXT * lines;
  const tell = (start, said) => {
    const middle = gap.querySelector("tspan").getAttribute("x");
    const more = draw("g", { class: "gap", role: "button", tabindex: 0, "data-from": start, transform: `translate(0 ${y})` });
    more.append(draw("text", { "text-anchor": "middle", x: middle }, `… ${said} …`));
    piece.append(more);
    y += 2 * TEXT;
  };
  if (from > 0) tell(Math.max(from - PIECE, 0), `${from.toLocaleString("en")} before these`);
  for (const moment of moments.slice(from, stop)) {
    if (Array.isArray(moment)) y = drawWords(svg, piece, moment, y);
    else y = drawPacket(svg, piece, moment, y);
  }
  y += 12;
  if (stop < moments.length) tell(stop, `${(moments.length - stop).toLocaleString("en")} more`);
  piece.dataset.extra = y;
  pieceOf(gap)?.remove();
  gap.after(piece);
  gap.setAttribute("aria-expanded", "true");
  layOut(svg, openFolds(svg));
  mark(chosen);
}

function hidePiece(svg, gap) {
  pieceOf(gap)?.remove();
  gap.setAttribute("aria-expanded", "false");
  layOut(svg, openFolds(svg));
}

function lifeLine(svg, host) {
  const lines = [...svg.querySelectorAll(".life")];
  return lines.find((line) => line.dataset.host === host) || lines[lines.length - 1];
}

function drawWords(svg, piece, [host, text], y) {
  const line = lifeLine(svg, host);
  const room = Number(line.dataset.room);
  const short = text.length > room ? `${text.slice(0, room - 1)}…` : text;
  const words = draw("text", { class: "words", x: line.dataset.words, y: y + 4 }, short);
  if (line.dataset.ends) words.setAttribute("text-anchor", "end");
  piece.append(words);
  return y + TEXT + 2;
}

function drawPacket(svg, piece, moment, y) {
  const lost = moment < 0;
  const number = lost ? -1 - moment : moment;
  const packet = data.packets[number];
  const x1 = Number(lifeLine(svg, packet[FROM]).getAttribute("x1"));
  const end = Number(lifeLine(svg, packet[TO]).getAttribute("x1"));
  const x2 = lost ? Math.round(x1 + (end - x1) * 0.6) : end;
  const room = Math.max(Math.floor((Math.abs(x2 - x1) - 46) / CELL), 3);
  const label = packet[WHAT].length > room ? `${packet[WHAT].slice(0, room - 1)}…` : packet[WHAT];
  const said = `${packet[TIME]} ms: ${packet[FROM]} to ${packet[TO]}: ${packet[WHAT]}`;
  const arrow = draw("g", { class: lost ? "way lost" : "way", role: "button", tabindex: -1, "aria-label": said, "data-packet": number });
  for (const name of ["touch", "shaft"]) arrow.append(draw("line", { class: name, x1, x2 }));
  arrow.append(draw("path", { class: "tip", d: lost ? "M-5-5 5 5M-5 5 5-5" : x2 >= x1 ? "M0 0-10-4.5-10 4.5z" : "M0 0 10-4.5 10 4.5z" }));
  arrow.append(draw("text", { x: 0, y: -5, "text-anchor": x2 >= x1 ? "start" : "end" }, label));
  piece.append(draw("text", { class: "clock", x: 0, y: y + 4 }, Number(packet[TIME]).toFixed(1)), arrow);
  layArrow(arrow, y, y + FALL);
  return y + ROW;
}

// Open whatever hides a packet, choose it, and bring its arrow into view.
function goToPacket(number) {
  const svg = shownLadder();
  choose(number, { show: true });
  const arrow = svg.querySelector(`.way[data-packet="${number}"]`);
  if (arrow?.hasAttribute("hidden")) openFold(svg, svg.querySelector(`[data-opens="${arrow.dataset.fold}"]`));
  if (arrow) return goTo(arrow);
  for (const gap of svg.querySelectorAll("[data-lazy]")) {
    const moments = data.folds[gap.dataset.lazy];
    const at = moments.findIndex((each) => each === number || each === -1 - number);
    if (at < 0) continue;
    showPiece(svg, gap, at - (at % PIECE));
    return goTo(svg.querySelector(`.way[data-packet="${number}"]`));
  }
  return goTo(nearest(svg, number));
}

// A packet that is not drawn at all: the last one drawn before it.
function nearest(svg, number) {
  const before = arrowsOf(svg).filter((arrow) => Number(arrow.dataset.packet) <= number);
  return before[before.length - 1] || arrowsOf(svg)[0];
}

for (const svg of ladders) {
  const act = (event) => {
    const more = event.target.closest("[data-from]");
    const gap = event.target.closest("[data-lazy]");
    if (more) {
      const owner = more.closest(".piece").previousElementSibling;
      showPiece(svg, owner, Number(more.dataset.from));
      goTo(pieceOf(owner).querySelector(".way") || owner);
    } else if (gap && gap.getAttribute("aria-expanded") === "true") hidePiece(svg, gap);
    else if (gap) showPiece(svg, gap, 0);
    else return false;
    return true;
  };
  svg.addEventListener("click", act);
  svg.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && act(event)) event.preventDefault();
  });
}

const strip = byId("overview");
if (strip) {
  const bars = [...strip.querySelectorAll("[data-bar]")];
  let at = 0;
  const point = (index) => {
    at = Math.max(0, Math.min(index, bars.length - 1));
    bars.forEach((bar, number) => bar.classList.toggle("at", number === at));
    strip.setAttribute("aria-valuenow", at + 1);
    strip.setAttribute("aria-valuetext", bars[at].querySelector("title").textContent);
  };
  strip.addEventListener("click", (event) => {
    const bar = event.target.closest("[data-bar]");
    if (!bar) return;
    point(bars.indexOf(bar));
    goToPacket(Number(bar.dataset.bar));
  });
  strip.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, PageDown: 10, PageUp: -10, Home: -bars.length, End: bars.length }[event.key];
    if (step) point(at + step);
    else if (event.key === "Enter") goToPacket(Number(bars[at].dataset.bar));
    else return;
    event.preventDefault();
  });
}
