// A walk as it goes: the player of a walk's own page (player.js), fed step by step. Who looks at an
// earlier step stays there; who looks at the last one sees each that comes.
"use strict";

let player = null;
let walkShown = 0;      // the number of the run whose walk the player has
let walkFetched = 0;    // the one that is being fetched, and what has come of it meanwhile
let walkWaits = [];

function newPlayer() {
  const host = make("div", "player");
  const shadow = host.attachShadow({ mode: "open" });
  shadow.append(byId("player-body").content.cloneNode(true));
  byId("player").replaceChildren(host);
  player = makePlayer(shadow);
  shadow.addEventListener("click", (event) => {
    const step = /^#step=(\d+)$/.exec(event.target.closest("a")?.getAttribute("href") || "");
    if (!step) return;
    event.preventDefault();
    player.show(Number(step[1]));
  });
}

async function fetchWalk(run) {
  walkFetched = run;
  walkWaits = [];
  const answer = await get("/walk");
  const told = answer.ok ? await answer.json() : null;
  if (walkFetched !== run) return;
  walkFetched = 0;
  if (told?.run !== run) return;
  walkShown = run;
  newPlayer();
  addSteps(told.walked);
  for (const more of walkWaits) if (more.first + more.steps.length > player.last + 1) takeSteps(run, more);
}

function addSteps(more) {
  const atEnd = player.now === player.last;
  player.add(more);
  if (atEnd && player.last >= 0) requestAnimationFrame(() => player.show(player.last));
}

// Steps that come behind those that are known; where some are missing, all are fetched.
function takeSteps(run, more) {
  if (walkFetched === run) walkWaits.push(more);
  else if (run !== walkShown || more.first !== player.last + 1) fetchWalk(run);
  else addSteps(more);
}

function showWalk(told) {
  const stepped = Boolean(told.wanted?.step);
  byId("walk").hidden = !stepped;
  byId("walk-result").textContent = told.result ? `Result: ${told.result}` : "";
  const lacks = told.run !== walkShown || (!told.going && player.last + 1 < told.steps);
  if (stepped && lacks && told.run !== walkFetched) fetchWalk(told.run);
}
