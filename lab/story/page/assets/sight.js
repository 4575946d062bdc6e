// What the reader looks for stays in sight: the names of the hosts, and below them the chosen arrow.
"use strict";

const AIR = 12;

function holdHeads(svg) {
  const heads = svg.querySelector(".heads");
  const box = svg.getBoundingClientRect();
  if (!heads || !box.height) return;
  const scale = svg.viewBox.baseVal.height / box.height;
  const last = svg.viewBox.baseVal.height - 2 * Number(svg.dataset.top);
  const down = Math.max(0, Math.min(-box.top * scale, last));
  heads.setAttribute("transform", `translate(0 ${down})`);
  heads.classList.toggle("held", down > 0);
}

const releaseHeads = (svg) => svg.querySelector(".heads")?.removeAttribute("transform");

// Between the heads and the panel, where that lies over the page.
function reveal(element) {
  const svg = element?.ownerSVGElement;
  if (!svg || !element.getClientRects().length) return;
  const box = element.getBoundingClientRect();
  const top = (svg.querySelector(".heads")?.getBoundingClientRect().height || 0) + AIR;
  const covers = getComputedStyle(panel).position === "fixed" && panel.classList.contains("open");
  const bottom = (covers ? panel.getBoundingClientRect().top : innerHeight) - AIR;
  if (box.top >= top && box.bottom <= bottom) return;
  scrollBy({ top: (box.top + box.bottom - top - bottom) / 2, behavior: "instant" });
}

for (const svg of ladders) {
  const heads = svg.querySelector(".heads");
  if (heads) svg.append(heads); // What is drawn last lies on top.
}
const holdAll = () => ladders.forEach(holdHeads);
addEventListener("scroll", holdAll, { passive: true });
addEventListener("resize", holdAll);

const taller = byId("taller");
taller.addEventListener("click", () => {
  const is = panel.classList.toggle("tall");
  taller.setAttribute("aria-pressed", String(is));
  reveal(shownLadder()?.querySelector(".way.chosen"));
});
