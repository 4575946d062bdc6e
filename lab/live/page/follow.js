// What the server tells, and what it is asked for: one websocket. The last script.
"use strict";

const AGAIN_MS = 500;
const TRIES = 5;
let longestPress = 1000; // ms
let following = null;
let pressed = null;
const late = [];

function ask(what) {
  clearNotices();
  const isOpen = following?.readyState === WebSocket.OPEN;
  if (isOpen) following.send(JSON.stringify(what));
  else showError("The lab's server does not answer.");
  return isOpen;
}

// Get something from the server; again where the browser gave up, as when a network changes here.
async function get(path) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await fetch(path);
    } catch (error) {
      if (tries === TRIES) throw error;
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
}

function take(told) {
  if (told.hosts) {
    showHosts(told.hosts, told.watched);
    tellProblem(told.problem);
  }
  if (told.links) lightLinks(told.links);
  if (told.items?.length) takeItems(told.items);
  if (told.undrawn !== undefined) tellUndrawn(told.undrawn, told.lost, told.forgotten);
  if (told.running) showRun(told.running);
  if (told.set) keepMine([...mine(), told.set]);
  if (told.faults) showFaults(told.faults, told.others);
  if (told.did === "fault") tellSetting(false);
  if (told.walked) takeSteps(told.run, told.walked);
  if (told.said) showNotice(told.said);
  if (told.error) showError(told.error);
  if (told.missed) get("/items").then((answer) => answer.json()).then((missed) => takeItems(missed.items));
}

// A press and a release are a click only if both meet the same thing. So nothing moves in between.
function takeSteadily(told) {
  if (pressed === null) take(told);
  else late.push(told);
}

function release() {
  clearTimeout(pressed);
  pressed = null;
  for (const told of late.splice(0)) take(told);
}

document.addEventListener("pointerdown", () => {
  clearTimeout(pressed);
  pressed = setTimeout(release, longestPress);
}, true);
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => {
  if (pressed !== null) setTimeout(release); // behind the click
}, true);

function connect() {
  following = new WebSocket(`ws://${location.host}/follow`);
  const connected = byId("connected");
  following.addEventListener("open", () => {
    connected.textContent = "connected";
    connected.classList.remove("lost");
    tellEnded();
  });
  following.addEventListener("message", (event) => takeSteadily(JSON.parse(event.data)));
  following.addEventListener("close", () => {
    connected.textContent = "The server has ended, or does not answer: lab live starts another.";
    connected.classList.add("lost");
    tellCutOff();
    setTimeout(connect, AGAIN_MS);
  });
}

new ResizeObserver(refresh).observe(scroller);
hostsChanged();
connect();
