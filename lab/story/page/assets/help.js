// The help behind "?": a picture with numbers, keys, words. It is in the page, which may lie anywhere.
"use strict";

const help = byId("help");
byId("help-open").addEventListener("click", () => help.showModal());
help.addEventListener("click", (event) => { if (event.target === help) help.close(); });
document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || !singleKeys() || help.open || event.target.matches("input:not([type=checkbox]), textarea, select")) return;
  help.showModal();
  event.preventDefault();
});
