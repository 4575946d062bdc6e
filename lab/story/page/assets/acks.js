// The chip above the ladder: with and without the packets that only acknowledge data.
"use strict";

const acksChip = byId("acks");
if (acksChip) acksChip.addEventListener("click", () => {
  const shown = acksChip.getAttribute("aria-pressed") !== "true";
  acksChip.setAttribute("aria-pressed", String(shown));
  byId("with-acks").hidden = !shown;
  byId("without-acks").hidden = shown;
});
