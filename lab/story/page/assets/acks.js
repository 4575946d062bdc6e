// Which ladder is shown: with or without the packets that only acknowledge data, or that of the hosts
// of the conversations that are left by a filter.
"use strict";

const acksChip = byId("acks");
const onlyHosts = byId("only-hosts");
const isPressed = (chip) => chip?.getAttribute("aria-pressed") === "true";

// The smallest group of hosts that has all that are left; -1 where all hosts are to be shown.
function groupLeft() {
  if (!data.left?.size || data.left.has(-1) || isPressed(acksChip)) return -1;
  const needed = new Set([...data.left].flatMap((talk) => data.hostsOf[talk]));
  const fits = [...data.groups.keys()].filter((at) => [...needed].every((host) => data.groups[at].includes(host)));
  return fits.sort((one, other) => data.groups[one].length - data.groups[other].length)[0] ?? -1;
}

function showLadders() {
  const group = groupLeft();
  if (onlyHosts) onlyHosts.hidden = group < 0;
  const only = isPressed(onlyHosts) ? group : -1;
  for (const each of document.querySelectorAll(".ladders")) {
    const own = Number(each.dataset.group ?? -1);
    each.hidden = own !== only || (only < 0 && (each.id === "with-acks") !== isPressed(acksChip));
  }
  holdAll();
}

for (const chip of [acksChip, onlyHosts]) chip?.addEventListener("click", () => {
  chip.setAttribute("aria-pressed", String(!isPressed(chip)));
  showLadders();
});
