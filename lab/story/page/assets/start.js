// Which packet is chosen when the page opens; the last script.
"use strict";

const named = /^#packet-(\d+)$/.exec(location.hash);
const beginning = ladders.length ? arrowsOf(ladders[0])[0] : null;
if (named) choose(Number(named[1]), { show: true });
else if (beginning && matchMedia("(min-width: 1100px)").matches) {
  choose(Number(beginning.dataset.packet));
  history.replaceState(null, "", location.pathname + location.search);
}
