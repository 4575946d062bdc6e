// Opened folds and the overview. The pieces of folds were laid out with the rest of the ladder, in
// Python: here shapes are only copied out of the page's templates and put where they belong.
"use strict";

const shapesOf = (svg) => svg.nextElementSibling.content.firstElementChild.children;
const piecesIn = (svg, gap) => data.folds[ladders.indexOf(svg)][gap.dataset.opens];
const shownPiece = (gap) => (gap.nextElementSibling?.matches(".piece") ? gap.nextElementSibling : null);

// Open a fold, shut it, or go to another piece of it.
function turn(svg, gap) {
  if (gap.dataset.piece) {
    const owner = gap.closest(".piece").previousElementSibling;
    showPiece(svg, owner, Number(gap.dataset.piece));
    goTo(shownPiece(owner).querySelector(".way") || owner);
  } else if (shownPiece(gap)) {
    shownPiece(gap).remove();
    setOpen(gap, false);
    layOut(svg);
  } else showPiece(svg, gap, 0);
}

const TURNED = { "▸": "▾", show: "hide", "▾": "▸", hide: "show" };

function setOpen(gap, open) {
  if (gap.getAttribute("aria-expanded") === String(open)) return;
  gap.setAttribute("aria-expanded", String(open));
  for (const line of gap.querySelectorAll("tspan")) line.textContent = line.textContent.replace(/^[▸▾]|show$|hide$/g, (word) => TURNED[word]);
}

// Show one piece of a fold instead of any other.
function showPiece(svg, gap, number) {
  const [top, bottom, entries] = piecesIn(svg, gap)[number];
  const shapes = shapesOf(svg);
  const piece = document.createElementNS(svg.namespaceURI, "g");
  piece.setAttribute("class", "piece");
  piece.setAttribute("role", "list");
  piece.setAttribute("aria-label", `${number + 1} of ${count(piecesIn(svg, gap).length, "part")}`);
  Object.assign(piece.dataset, { a: gap.dataset.a, top, bottom });
  piece.append(...entries.map(([shape, y, ...rest]) => asItem(copied(shapes[shape], y, rest))));
  shownPiece(gap)?.remove();
  gap.after(piece);
  setOpen(gap, true);
  if (data.shown) sift(svg);
  else layOut(svg);
  mark(chosen);
}

// What happened is an item of a list; times and bands are only seen.
function asItem(copy) {
  if (copy.matches(".band, .clock")) {
    copy.setAttribute("aria-hidden", "true");
    return copy;
  }
  const item = document.createElementNS(copy.namespaceURI, "g");
  item.setAttribute("role", "listitem");
  item.append(copy);
  return item;
}

function copied(shape, y, rest) {
  const copy = document.importNode(shape, true);
  copy.setAttribute("transform", `translate(0 ${y})`);
  if (copy.matches(".way")) {
    const [number, label, words] = rest;
    const packet = data.packets[number];
    const said = (word) => data.words[word] ?? packet[WHAT];
    copy.dataset.packet = number;
    copy.setAttribute("aria-label", `${packet[TIME]} ms: ${copy.getAttribute("aria-label")}: ${said(words)}${packet[POSITION]}`);
    copy.querySelector("text").textContent = said(label);
  } else if (copy.matches(".band")) {
    const [height, talk, said] = rest;
    copy.setAttribute("height", height);
    if (talk >= 0) copy.dataset.talk = talk;
    if (said !== undefined) copy.querySelector("title").textContent = data.words[said];
  } else {
    if (copy.matches("[data-piece]")) copy.dataset.piece = rest.shift();
    const lines = copy.matches(".clock") ? [copy] : copy.querySelectorAll("tspan:not(.source)");
    rest.forEach((word, index) => lines[index].prepend(data.words[word]));
    if (copy.matches(".words")) copy.setAttribute("aria-label", [copy.getAttribute("aria-label"), ...rest.map((word) => data.words[word].replace(/^[│╎⌨$✗ ]+/, ""))].join(" "));
  }
  return copy;
}

// Open whatever hides a packet, choose it, and bring its arrow into view.
function goToPacket(number) {
  const svg = shownLadder();
  choose(number, { show: true });
  const arrow = () => svg.querySelector(`.way[data-packet="${number}"]`);
  if (arrow()) return goTo(arrow());
  const ways = [...shapesOf(svg)].map((shape) => shape.matches(".way"));
  const holds = ([, , entries]) => entries.some(([shape, , packet]) => packet === number && ways[shape]);
  for (const gap of svg.querySelectorAll("[data-opens]")) {
    const at = piecesIn(svg, gap).findIndex(holds);
    if (at < 0) continue;
    showPiece(svg, gap, at);
    return goTo(arrow());
  }
  return goTo(nearest(svg, number));
}

// A packet that is not drawn at all: the last one drawn before it.
function nearest(svg, number) {
  const before = arrowsOf(svg).filter((arrow) => Number(arrow.dataset.packet) <= number);
  return before[before.length - 1] || arrowsOf(svg)[0];
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
