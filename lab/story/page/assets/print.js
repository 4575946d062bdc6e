// On paper everything is open, and the ladder is divided where no packet is on its way. A hand-out
// leaves the answers out.
"use strict";

const FIRST_SHEET = 560, SHEET = 880;
let opened = [];

// Return the heights at which a ladder may be cut, so that no piece is higher than a sheet.
function cutsOf(svg) {
  const box = svg.getBoundingClientRect();
  const scale = svg.viewBox.baseVal.height / box.height;
  const solid = [...svg.querySelectorAll(".heads text, .way, .words, .gap, .clock")];
  const spans = solid.map((each) => each.getBoundingClientRect()).filter((rect) => rect.height)
    .map((rect) => [(rect.top - box.top) * scale, (rect.bottom - box.top) * scale])
    .sort((one, other) => one[0] - other[0]);
  const free = [];
  let below = 0;
  for (const [top, bottom] of spans) {
    if (top > below) free.push((top + below) / 2);
    below = Math.max(below, bottom);
  }
  const whole = svg.viewBox.baseVal.height;
  const cuts = [0];
  const room = () => (cuts.length === 1 ? FIRST_SHEET : SHEET);
  while (whole - cuts[cuts.length - 1] > room()) {
    const from = cuts[cuts.length - 1];
    const within = free.filter((cut) => cut > from + 40 && cut <= from + room());
    cuts.push(within.length ? within[within.length - 1] : from + room());
  }
  return [...cuts, whole];
}

function divide(svg) {
  const place = make("div", "print-ladder");
  releaseHeads(svg);
  const cuts = cutsOf(svg);
  const width = svg.viewBox.baseVal.width;
  for (let at = 1; at < cuts.length; at += 1) {
    const piece = svg.cloneNode(true);
    const height = cuts[at] - cuts[at - 1];
    piece.setAttribute("viewBox", `0 ${cuts[at - 1]} ${width} ${height}`);
    piece.setAttribute("height", height);
    piece.removeAttribute("id");
    place.append(piece);
  }
  svg.closest(".ladders").before(place);
}

addEventListener("beforeprint", () => {
  document.querySelector(".print-ladder")?.remove();
  const svg = shownLadder();
  if (svg?.getClientRects().length) divide(svg);
  opened = [...document.querySelectorAll("main details:not([open])")];
  for (const each of opened) each.open = true;
});
addEventListener("afterprint", () => {
  document.querySelector(".print-ladder")?.remove();
  for (const each of opened) each.open = false;
  document.body.classList.remove("no-answers");
});

for (const [id, answers] of [["print", true], ["hand-out", false]]) {
  byId(id)?.addEventListener("click", () => {
    document.body.classList.toggle("no-answers", !answers);
    print();
  });
}
