// What the page says aside from all else, wherever it is scrolled to: what went wrong, and what was
// undone or has ended.
"use strict";

const MOST_LINES = 6;
let noticed = [];
let problem = "";

function showError(text) {
  byId("error").hidden = !text;
  byId("error").querySelector("span").textContent = text;
}

// Several lines are there together: what one event ended, and what ended before. Of the same thing
// (behind the colon) only the last line is there.
function showNotice(lines) {
  const before = noticed.filter((line) => !lines.some((each) => each.includes(line.slice(line.indexOf(": ") + 2))));
  noticed = [...before, ...lines].slice(-MOST_LINES);
  byId("notice").hidden = !noticed.length;
  byId("notice").querySelector("span").textContent = noticed.join("\n");
}

// Why the engine cannot be asked: shown until it can.
function tellProblem(now) {
  if (problem && !now && byId("error").querySelector("span").textContent === problem) showError("");
  if (now && now !== problem) showError(now);
  problem = now;
}

function clearNotice() {
  noticed = [];
  showNotice([]);
}

function clearNotices() {
  showError("");
  clearNotice();
}

byId("error").querySelector("button").addEventListener("click", () => showError(""));
byId("notice").querySelector("button").addEventListener("click", clearNotice);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.target.closest(".xterm")) clearNotices();
});
