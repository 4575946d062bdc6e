// What lies on what in the ladder that is shown, one sentence each.
const svg = [...document.querySelectorAll("svg.ladder")].find((each) => each.getClientRects().length);
const root = svg.getBoundingClientRect();
const scale = svg.viewBox.baseVal.width / root.width;
const box = (element) => {
  const rect = element.getBoundingClientRect();
  return { left: (rect.left - root.left) * scale, right: (rect.right - root.left) * scale,
    top: (rect.top - root.top) * scale, bottom: (rect.bottom - root.top) * scale };
};
const shrunk = (rect, by) => ({ left: rect.left + by, right: rect.right - by, top: rect.top + by, bottom: rect.bottom - by });
const meet = (one, other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
// Where a slanted line is between the left and the right side of a box.
const through = (line, rect) => {
  const low = Math.max(rect.left, Math.min(line.x1, line.x2));
  const high = Math.min(rect.right, Math.max(line.x1, line.x2));
  if (low >= high) return false;
  const at = (x) => line.y1 + (line.y2 - line.y1) * (x - line.x1) / ((line.x2 - line.x1) || 1);
  return Math.max(at(low), at(high)) > rect.top && Math.min(at(low), at(high)) < rect.bottom;
};
// The box of the letters, without the air above and below them: x-height and descenders.
const letters = (element) => { const rect = box(element); return { left: rect.left + 1, right: rect.right - 1, top: rect.top + 4, bottom: rect.bottom - 4 }; };
const lines = [...svg.querySelectorAll(".words:not(.out) > tspan")].filter((each) => each.textContent.trim());
const printed = lines.map((each) => [each.textContent, letters(each)]);
const labels = [...svg.querySelectorAll(".way:not(.out) > text")].map((each) => [each.textContent, shrunk(box(each), 3)]);
const folds = [...svg.querySelectorAll(".gap:not(.out)")].map((gap) => [gap.textContent.trim(), box(gap.querySelector("rect") || gap)]);
const shafts = [...svg.querySelectorAll(".way:not(.out) > line.shaft")].map((each) => {
  const place = svg.getScreenCTM().inverse().multiply(each.getScreenCTM());
  const point = (x, y) => new DOMPoint(each[x].baseVal.value, each[y].baseVal.value).matrixTransform(place);
  const [one, other] = [point("x1", "y1"), point("x2", "y2")];
  return [each.parentNode.querySelector("text").textContent, { x1: one.x, y1: one.y, x2: other.x, y2: other.y }];
});
const drops = [...svg.querySelectorAll(".way:not(.out) > .drop")].map((each) => [each.parentNode.querySelector("text").textContent, box(each)]);
const found = [];
for (const [fold, rect] of folds) {
  for (const [text, place] of [...printed, ...labels]) if (meet(rect, place)) found.push(`under the fold "${fold}": ${text}`);
  for (const [text, line] of shafts) if (through(line, shrunk(rect, 1))) found.push(`through the fold "${fold}": ${text}`);
}
for (const [words, rect] of printed) {
  for (const [text, line] of shafts) if (through(line, rect)) found.push(`through the line "${words}": ${text}`);
  for (const [text, place] of drops) if (meet(place, rect)) found.push(`down through the line "${words}": ${text}`);
}
return found;
