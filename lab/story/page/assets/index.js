// The index: a search box and chips that leave those scenarios that are looked for.
"use strict";

const find = document.getElementById("find");
if (find) {
  const cards = [...document.querySelectorAll(".card")];
  const chips = [...find.querySelectorAll(".chip")];
  const box = document.getElementById("words");
  const has = {
    failed: (card) => card.dataset.failed === "1",
    part: (card, part) => card.dataset.part === part,
    lecture: (card, number) => card.dataset.lectures.split(" ").includes(number),
  };

  const narrow = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = chips.filter((chip) => chip.getAttribute("aria-pressed") === "true");
    const fits = (card) =>
      words.every((word) => card.dataset.words.includes(word)) &&
      wanted.every((chip) => has[chip.dataset.what](card, chip.dataset.is));
    for (const card of cards) card.hidden = !fits(card);
    for (const part of document.querySelectorAll(".part")) part.hidden = !part.querySelector(".card:not([hidden])");
    const left = cards.filter((card) => !card.hidden).length;
    const all = words.length === 0 && wanted.length === 0;
    document.getElementById("found").textContent = all ? "" : `${left} of ${cards.length} scenarios`;
  };

  // Of the chips of one kind at most one is pressed: a scenario is in one part.
  find.addEventListener("click", (event) => {
    const chip = event.target.closest(".chip");
    if (!chip) return;
    const pressed = chip.getAttribute("aria-pressed") !== "true";
    for (const each of chips) {
      if (each.dataset.what === chip.dataset.what) each.setAttribute("aria-pressed", String(pressed && each === chip));
    }
    narrow();
  });
  box.addEventListener("input", narrow);
  find.addEventListener("submit", (event) => event.preventDefault());
  find.hidden = false;
  narrow(); // a browser that goes back keeps what was typed
}
