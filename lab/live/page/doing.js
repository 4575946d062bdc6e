// What the page does: runs and steps scenarios or two files.
"use strict";

const MARKS = { HOLDS: "✓", FAILS: "✗", INCONCLUSIVE: "?" };
const runForm = byId("run");
const filesOfMine = runForm?.querySelector("details");

function beginRun(step) {
  const given = new FormData(runForm);
  const over = given.get("over");
  const two = filesOfMine.open && (given.get("server") || given.get("client"));
  if (two && !(given.get("server") && given.get("client"))) return showError("Which other file? Two files of yours are a server and a client.");
  const what = two ? { server: given.get("server"), client: given.get("client") } : { scenario: given.get("scenario") };
  if (!two && !what.scenario) return showError("Which scenario? Write its name: tcp_connect");
  ask({ do: "run", ...what, step, families: over ? [over] : [] });
}

if (runForm) {
  runForm.addEventListener("submit", (event) => {
    event.preventDefault();
    beginRun(false);
  });
  // Whoever chooses a scenario wants that, and no longer the files.
  runForm.elements.scenario.addEventListener("input", () => { filesOfMine.open = false; });
  byId("step-it").addEventListener("click", () => beginRun(true));
  byId("stop-it").addEventListener("click", () => ask({ do: "stop" }));
  for (const move of document.querySelectorAll("[data-move]")) move.addEventListener("click", () => ask({ do: "move", move: move.dataset.move }));
}

function showRun(told) {
  byId("running").hidden = false;
  const going = Boolean(told.going);
  const wanted = told.wanted || {};
  byId("running-title").textContent = wanted.scenario || `${wanted.server} and ${wanted.client}`;
  const last = told.says?.at(-1) || "";
  // Calls are not traced in a walk: expectations about them cannot be judged.
  const ended = wanted.step && !told.error && told.status !== 130 ? "The walk has ended." : told.error ? told.error : { 0: "All holds.", 1: "Not all holds.", 130: "It was stopped." }[told.status] ?? "It could not be judged.";
  byId("running-says").textContent = going ? `running: ${told.plays || last || "beginning"} …` : ended;
  const runs = told.runs || [];
  const opened = [...byId("verdicts").children].map((each) => each.open);
  renew(byId("verdicts"), ...runs.map((run, at) => runOf(run, opened[at] ?? run.outcome !== "HOLDS")));
  const pages = (told.pages || []).map(([name, path]) => {
    const link = make("a", "", `The page of ${name}`);
    link.href = `/out/${path.split("/").map(encodeURIComponent).join("/")}`;
    link.target = "_blank";
    link.rel = "noopener";
    return [link, " "];
  }).flat();
  renew(byId("pages"), ...pages);
  showWalk(told);
  if (!runForm) return;
  byId("run-it").disabled = byId("step-it").disabled = going;
  byId("stop-it").hidden = !going;
  for (const each of document.querySelectorAll("[data-move]")) each.disabled = !going || !told.can || (each.dataset.move !== "on" && !told.can.includes(each.dataset.move));
}

// A run as a line that opens; one that does not hold is open.
function runOf(run, open) {
  const place = make("details", `o-${run.outcome}`);
  const title = make("summary");
  title.append(make("span", "mark", `${MARKS[run.outcome] || "·"} `), make("strong", "", run.name), ` ${run.reason || run.outcome.toLowerCase()}`);
  const verdicts = make("ul", "verdicts");
  verdicts.append(...run.verdicts.map((each) => verdict(each.outcome, each.sentence)));
  place.append(title, verdicts);
  place.open = open;
  return place;
}

function verdict(outcome, sentence) {
  const item = make("li", `o-${outcome}`);
  const words = make("span", "", sentence);
  item.append(make("span", "mark", MARKS[outcome] || "·"), words);
  words.append(make("span", "aloud", ` ${outcome.toLowerCase()}`));
  return item;
}
