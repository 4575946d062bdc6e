// The panel of one packet: choose it, go to the next one, or shut the panel.
"use strict";

function choose(number, { show = false, focus = false } = {}) {
  const packet = data.packets[number];
  if (!packet) return;
  if (data.shown && !data.shown.has(number)) clearFilter();
  chosen = number;
  mark(number, focus);
  for (const row of document.querySelectorAll("#rows tr")) {
    row.classList.toggle("chosen", Number(row.dataset.row) === number);
  }
  byId("packet-title").textContent = `Packet ${number + 1} of ${data.packets.length}`;
  byId("packet-said").textContent = `${packet[TIME]} ms, ${packet[FROM]} → ${packet[TO]}: ${packet[WHAT]}`;
  const problems = (packet[PROBLEMS] || []).map((each) => `. Malformed: ${each}`).join("");
  byId("packet-place").textContent = `${packet[LENGTH]} bytes, packet ${packet[NUMBER]} in ${data.captures[packet[CAPTURE]]}${packet[POSITION]}${problems}`;
  byId("field").textContent = "Point at a field, or at a byte.";
  takeApart(packet);
  showDecrypted(number);
  compareHops(number);
  showOrigin(number);
  showBetween(number);
  if (show || focus) {
    panel.classList.add("open");
    reveal(shownLadder()?.querySelector(".way.chosen"));
  }
  history.replaceState(null, "", `#packet-${number}`);
}

// What TLS hid in the packet. It did not cross the wire so, and the heading says it.
function showDecrypted(number) {
  const said = data.decrypted[number];
  byId("packet-decrypted").replaceChildren(...(said === undefined ? [] : [make("h3", "", "Decrypted with the run's keys"), make("pre", "decrypted", said)]));
}

function go(way) {
  const all = arrowsOf(shownLadder()).map((arrow) => Number(arrow.dataset.packet));
  const at = all.indexOf(chosen);
  const beside = data.shown ? all[way > 0 ? all.findIndex((each) => each > chosen) : all.findLastIndex((each) => each < chosen)] : chosen + way;
  choose((at < 0 ? beside : all[at + way]) ?? chosen, { show: true });
}

byId("next").addEventListener("click", () => go(1));
byId("previous").addEventListener("click", () => go(-1));
byId("close").addEventListener("click", leavePanel);
document.addEventListener("keydown", (event) => {
  if (help.open || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=checkbox]), textarea, select")) return;
  if (event.key === "Escape") leavePanel();
  else if (!singleKeys()) return;
  else if (event.key === "n") go(1);
  else if (event.key === "p") go(-1);
});
