// The time between two packets: of one pointed at and the chosen one, and of the last two chosen.
"use strict";

let chosenBefore = -1;

function between(one, other) {
  const [first, second] = [data.packets[one], data.packets[other]];
  if (!first || !second || one === other) return "";
  const apart = Number(second[TIME]) - Number(first[TIME]);
  return `Δt ${Math.abs(apart).toFixed(3)} ms ${apart < 0 ? "before" : "after"} packet ${one + 1}`;
}

function showBetween(number) {
  byId("packet-between").textContent = between(chosenBefore, number);
  chosenBefore = number;
}

document.addEventListener("mouseover", (event) => {
  const way = event.target.closest?.(".way");
  const place = byId("pointed-between");
  const number = way ? Number(way.dataset.packet) : -1;
  const said = way ? between(chosen, number) : "";
  place.hidden = !said;
  if (!said) return;
  place.textContent = `${data.packets[number][TIME]} ms · ${said}`;
  const room = innerWidth - place.offsetWidth - 8;
  place.style.left = `${Math.max(8, Math.min(event.clientX + 12, room))}px`;
  place.style.top = `${Math.max(8, event.clientY - 34)}px`;
});
