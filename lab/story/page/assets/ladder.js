// The ladders: where everything stands, which arrow is chosen, clicks and keys on them.
"use strict";

let chosen = -1;
const ladders = [...document.querySelectorAll("svg.ladder")];
const arrowsOf = (svg) => [...svg.querySelectorAll(".way:not(.out)")];
const shownLadder = () => ladders.find((svg) => svg.getClientRects().length) || ladders[0];

// Everything below an opened fold moves down by the height of the piece that is shown of it.
function layOut(svg) {
  let pushed = 0;
  const shown = new Map([...svg.querySelectorAll(".piece")].map((piece) => [piece.dataset.a, piece.dataset]));
  const inPiece = (tick, what) => Number(shown.get(String(tick))?.[what] || 0);
  const heights = ticksOf(svg).map((height, index) => {
    const here = height + pushed;
    pushed += inPiece(index, "bottom");
    return here;
  });
  const height = heights[heights.length - 1] + inPiece(heights.length - 1, "bottom");
  for (const element of svg.querySelectorAll("[data-a]")) {
    const top = heights[element.dataset.a];
    const bottom = heights[element.dataset.b];
    if (element.matches(".way")) layArrow(element, top, bottom);
    else if (element.matches(".phase")) {
      const { above, under } = element.dataset;
      element.setAttribute("y", top - above);
      element.setAttribute("height", Math.max(bottom + Number(under) - top + Number(above), 0));
    }
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

// The heights of all ticks while folds are shut. Where a filter left things out, the rest moves up:
// two things are as far apart as they were, but no farther than the upper one needs.
function ticksOf(svg) {
  let height = Number(svg.dataset.top);
  const whole = svg.dataset.steps.split(" ").map((step) => (height += Number(step)));
  if (!data.shown) return whole;
  const needs = new Map();
  for (const each of svg.querySelectorAll("[data-a]:not(.out):not(.band):not(.phase):not(.piece):not(.clock)")) {
    if (each.closest(".piece")) continue;
    const room = 16 * each.querySelectorAll("tspan").length + Number(each.dataset.down || 0) + 34;
    for (const tick of [each.dataset.a, each.dataset.b].filter(Boolean)) needs.set(Number(tick), Math.max(needs.get(Number(tick)) || 0, room));
  }
  const moved = [];
  const kept = [];
  whole.forEach((at, tick) => {
    const above = kept.slice(-12).map((each) => moved[each] + Math.min(at - whole[each], needs.get(each)));
    moved[tick] = Math.max(Number(svg.dataset.top), ...above);
    if (needs.has(tick)) kept.push(tick);
  });
  return moved;
}

const FALL = 10;

function layArrow(arrow, y1, below) {
  const drop = arrow.querySelector(".drop");
  const y2 = drop ? Math.min(below, y1 + FALL) : below;
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
  drop?.setAttribute("d", `M${x2} ${y2}V${below}H${drop.dataset.x}`);
  arrow.querySelector(".tip").setAttribute("transform", drop ? `translate(${drop.dataset.x} ${below})` : `translate(${x2} ${y2}) rotate(${slope})`);
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

function goTo(element) {
  if (!element) return false;
  for (const each of document.querySelectorAll(".found")) each.classList.remove("found");
  element.classList.add("found");
  element.setAttribute("tabindex", element.getAttribute("tabindex") || "-1");
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "center", behavior: "instant" });
  reveal(element);
  return true;
}
