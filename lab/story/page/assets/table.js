// The table of packets, and links to packets, lines and programs from all over the page.
"use strict";

const ROWS_AT_ONCE = 500;

const more = byId("more");
if (more) more.addEventListener("click", () => {
  const rows = byId("rows");
  const start = rows.children.length;
  const stop = Math.min(start + ROWS_AT_ONCE, data.packets.length);
  for (let number = start; number < stop; number += 1) {
    const packet = data.packets[number];
    const row = make("tr");
    row.dataset.row = number;
    const link = make("a", "", number + 1);
    link.href = `#packet-${number}`;
    const first = make("td");
    first.append(link);
    row.append(first, make("td", "n", packet[TIME]), make("td", "", packet[FROM]), make("td", "", packet[TO]), make("td", "", packet[WHAT]), make("td", "n", packet[LENGTH]));
    rows.append(row);
  }
  more.textContent = `Show more of the other ${data.packets.length - stop}`;
  if (stop === data.packets.length) more.remove();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#packet-']");
  if (!link) return;
  event.preventDefault();
  const number = Number(link.getAttribute("href").slice(8));
  if (link.dataset.place) goToPacket(number);
  else choose(number, { show: true });
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-place]");
  if (!link || link.dataset.place.startsWith("packet-")) return;
  const named = () => shownLadder().querySelector(`[data-name="${link.dataset.place}"]:not(.out)`);
  if (!named() && data.shown) clearFilter();
  if (goTo(named())) event.preventDefault();
});
