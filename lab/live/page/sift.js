// What of the ladder is shown: hosts by chips, packets by the box, whose words are those of a run's
// page (filter.js), look-ups and bare ACKs by a chip each.
"use strict";

const removed = new Set();
const added = new Set();
let asked = [];
let strange = "";
const isOn = (id) => byId(id).getAttribute("aria-pressed") === "true";

function passesAll(item) {
  if (item.gap) return !asked.length;
  if (item.host !== undefined) return !removed.has(item.host) && !asked.length;
  if (removed.has(item.from) || removed.has(item.to)) return false;
  if (item.aside && !isOn("aside")) return false;
  if (item.silent && !isOn("acks")) return false;
  return asked.every((ask) => ask(item.id));
}

// The hosts that have something in the ladder, or were chosen, as they stand on the map.
function columnsWanted(shown) {
  const names = new Set(added);
  for (const item of shown) {
    if (item.host !== undefined) names.add(item.host);
    for (const each of [item.from, item.to, ...(item.via || []), ...(item.reached || [])]) if (each && each !== "all") names.add(each);
  }
  if (!asked.length) for (const each of lasting.values()) names.add(each.host);
  if (names.size < 2) for (const each of data.order.filter(isUp).slice(0, 2)) names.add(each);
  for (const each of removed) names.delete(each);
  const place = (name) => (data.order.indexOf(name) + 1 || 999);
  // A router stands between those it connects, so the far ones come last; the server ends a pair.
  return [...names].sort((one, other) => place(one) - place(other) || one.localeCompare(other));
}

function hostsChanged() {
  const chips = data.order.filter((name) => states[name]).map((name) => {
    const chip = make("button", "chip", name);
    chip.type = "button";
    chip.setAttribute("aria-pressed", String(!removed.has(name)));
    chip.addEventListener("click", () => {
      if (removed.delete(name)) added.add(name);
      else {
        removed.add(name);
        added.delete(name);
      }
      hostsChanged();
    });
    return chip;
  });
  const at = [...byId("chosen-hosts").children].indexOf(document.activeElement);
  byId("chosen-hosts").replaceChildren(...chips);
  if (at >= 0) chips[at]?.focus();
  refresh();
}

function tellFiltered() {
  const all = items.filter((item) => item.from !== undefined).length;
  const left = shownItems.filter((item) => item.from !== undefined).length;
  byId("filtered").textContent = strange || (all === left ? "" : `${left.toLocaleString("en")} of ${count(all, "packet")} shown`);
}

byId("filter").addEventListener("input", () => {
  const words = byId("filter").value.trim().split(/\s+/).filter(Boolean);
  const asks_ = words.map(asks);
  const odd = words.find((_, at) => !asks_[at]);
  strange = odd ? `"${odd}" is not understood. Write a host, tcp.port==80, ip.addr==10.77.0.10, or a word of the data.` : "";
  asked = asks_.filter(Boolean);
  byId("filter-clear").hidden = !words.length;
  refresh();
});
byId("filter-clear").addEventListener("click", () => {
  byId("filter").value = "";
  byId("filter").dispatchEvent(new Event("input"));
});
for (const id of ["aside", "acks"]) byId(id).addEventListener("click", () => {
  byId(id).setAttribute("aria-pressed", String(!isOn(id)));
  refresh();
});

function tellUndrawn(undrawn, lost, forgotten = {}) {
  const place = byId("undrawn");
  if (!undrawn && !lost) return place.replaceChildren();
  const said = [undrawn ? `${count(undrawn, "packet")} crossed faster than anybody reads, and are not drawn` : "", lost ? `${lost.toLocaleString("en")} were lost to this page` : ""].filter(Boolean).join("; ");
  const up = data.order.filter(isUp);
  const saves = up.map((name) => {
    const link = make("a", "", `${name}.pcap`);
    link.href = `/capture/${encodeURIComponent(name)}.pcap`;
    link.download = `${name}.pcap`;
    const gone = forgotten[name] ? ` (without the oldest ${forgotten[name].toLocaleString("en")}) ` : " ";
    return [link, gone];
  }).flat();
  renew(place, `${said}. All that crossed at a host: `, ...saves);
}
