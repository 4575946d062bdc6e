// The panel of one packet: the same as on a run's page; its bytes are fetched when it is chosen.
"use strict";

let chosenBefore = -1;

function mark(number) {
  chosen = number;
  for (const way of canvas.querySelectorAll(".way")) {
    const is = Number(way.dataset.packet) === number;
    way.classList.toggle("chosen", is);
    way.setAttribute("aria-pressed", String(is));
  }
}

async function choose(number, focus = false) {
  const packet = data.packets[number];
  if (!packet) return;
  mark(number);
  panel.classList.add("open");
  bringIntoSight(number);
  byId("packet-title").textContent = `Packet ${packet[NUMBER]} at ${packet[CAPTURE]}`;
  byId("packet-said").textContent = `${(packet[TIME] / 1000).toFixed(6)} s, ${packet[FROM]} → ${packet[TO]}: ${packet[WHAT]}`;
  const before = data.packets[chosenBefore];
  byId("packet-between").textContent = before && chosenBefore !== number ? `Δt ${Math.abs(packet[TIME] - before[TIME]).toFixed(3)} ms ${packet[TIME] < before[TIME] ? "before" : "after"} the packet before` : "";
  chosenBefore = number;
  byId("field").textContent = "Point at a field, or at a byte.";
  if (packet[BYTES] === undefined || packet.shapes === undefined) {
    const answer = await get(`/packet/${number}`);
    if (!answer.ok) {
      byId("packet-headers").replaceChildren(make("p", "", "This packet is kept no longer; the host's capture may still have it."));
      byId("packet-bytes").replaceChildren();
      return;
    }
    const told = await answer.json();
    [packet[BYTES], packet[HEADERS], packet[PROBLEMS]] = [told.bytes, told.headers, told.problems];
    [packet.shapes, packet.purposes] = [told.shapes, told.purposes];
  }
  if (chosen !== number) return;
  [data.shapes, data.purposes] = [packet.shapes, packet.purposes];
  const problems = packet[PROBLEMS].map((each) => `. Malformed: ${each}`).join("");
  byId("packet-place").textContent = `${packet[LENGTH]} bytes${packet[POSITION]}${problems}`;
  takeApart(packet);
  bringIntoSight(number); // the panel has its height only now
  if (focus) panel.focus({ preventScroll: true });
}

function bringIntoSight(number) {
  const at = shownItems.findIndex((item) => item.id === number);
  if (at < 0) return;
  if (follows) scroller.scrollTop = scroller.scrollHeight; // its height may have changed
  const [top, bottom] = [tops[at], tops[at + 1]];
  if (top < scroller.scrollTop || bottom > scroller.scrollTop + scroller.clientHeight) {
    follows = false;
    scroller.scrollTop = (top + bottom - scroller.clientHeight) / 2;
  }
  drawInSight();
  bringAboveThePanel(top - scroller.scrollTop, bottom - scroller.scrollTop);
}

// Scroll the page where a packet of the ladder is out of the window, or under the panel.
function bringAboveThePanel(top, bottom) {
  const covered = getComputedStyle(panel).position === "fixed" && panel.classList.contains("open");
  const most = covered ? panel.getBoundingClientRect().top : innerHeight;
  const heads = byId("heads").offsetHeight + 1;
  const isOut = () => {
    const own = scroller.getBoundingClientRect().top;
    return own + top < heads || own + bottom > most;
  };
  if (isOut() && !covered) byId("story").scrollIntoView({ block: "start", behavior: "instant" });
  if (!isOut()) return;
  scrollBy({ top: scroller.getBoundingClientRect().top - heads, behavior: "instant" });
  if (isOut()) scrollBy({ top: bottom + heads - most, behavior: "instant" });
}

function go(way, focus = false) {
  const packets = shownItems.filter((item) => item.from !== undefined);
  const at = packets.findIndex((item) => item.id === chosen);
  const next = packets[at < 0 ? packets.length - 1 : at + way];
  if (!next) return;
  bringIntoSight(next.id);
  choose(next.id);
  if (focus) drawn.get(next.id)?.[0].querySelector(".way")?.focus({ preventScroll: true });
}

canvas.addEventListener("click", (event) => {
  const way = event.target.closest(".way");
  if (way) choose(Number(way.dataset.packet));
});
scroller.addEventListener("keydown", (event) => {
  const way = event.target.closest(".way");
  if (!way) {
    if (event.key === "Enter") go(0, true);
    return;
  }
  if (event.key === "Enter" || event.key === " ") choose(Number(way.dataset.packet), event.key === "Enter");
  else if (event.key === "ArrowDown") go(1, true);
  else if (event.key === "ArrowUp") go(-1, true);
  else return;
  event.preventDefault();
});

function leavePanel() {
  const within = panel.contains(document.activeElement);
  panel.classList.remove("open");
  if (within) (drawn.get(chosen)?.[0].querySelector(".way") || scroller).focus({ preventScroll: true });
}

byId("next").addEventListener("click", () => go(1));
byId("previous").addEventListener("click", () => go(-1));
byId("close").addEventListener("click", leavePanel);
byId("taller").addEventListener("click", () => byId("taller").setAttribute("aria-pressed", String(panel.classList.toggle("tall"))));
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, .xterm")) return;
  if (event.key === "Escape") leavePanel();
  else if (event.key === "n") go(1);
  else if (event.key === "p") go(-1);
});
