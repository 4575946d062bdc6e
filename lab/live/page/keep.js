// What is drawn anew keeps the keyboard where it was: each time something is counted, say.
"use strict";

const REACHED = "a[href], button, summary, input";

function renew(place, ...children) {
  const at = [...place.querySelectorAll(REACHED)].indexOf(document.activeElement);
  place.replaceChildren(...children);
  if (at >= 0) [...place.querySelectorAll(REACHED)][at]?.focus({ preventScroll: true });
}
