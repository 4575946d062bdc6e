// The map: which hosts are up, a light on each link that packets cross, and a shell by a click.
"use strict";

const MOST_AWAY = 6;
const LIT_MS = 450;
const boxes = new Map([...document.querySelectorAll("#map [data-host]")].map((box) => [box.dataset.host, box]));
const links = new Map();
const darkens = new Map();
let states = {};

// A host's link to a network: the line above its box; to a network behind it, the one below.
for (const wire of document.querySelectorAll("#map .wire")) {
  const name = wire.querySelector(":scope > .about strong").textContent;
  for (const box of wire.querySelectorAll(":scope > .hosts > li > .box")) links.set(`${box.dataset.host}|${name}`, box);
  const router = wire.parentElement.querySelector(":scope > .box");
  if (router) links.set(`${router.dataset.host}|${name}`, wire);
}

for (const [name, box] of boxes) {
  box.append(make("span", "state", ""));
  if (!data.touches) continue;
  const title = box.querySelector("strong");
  const open = make("button", "open", name);
  open.type = "button";
  open.setAttribute("aria-label", `A shell on ${name}`);
  open.addEventListener("click", () => openShell(name));
  title.replaceChildren(open);
}

// Hosts on demand that are not up are put away where they are many.
const mapMore = make("button", "", "");
mapMore.id = "map-more";
mapMore.type = "button";
mapMore.addEventListener("click", () => {
  mapMore.setAttribute("aria-expanded", String(mapMore.getAttribute("aria-expanded") !== "true"));
  putAway();
});
byId("map").append(mapMore);

function putAway() {
  const items = [...document.querySelectorAll("#map .hosts > li")].reverse();
  const away = items.filter((item) => ![...item.querySelectorAll(".box")].some((box) => box.matches(".up, .dead")));
  const many = away.length > MOST_AWAY;
  const shown = mapMore.getAttribute("aria-expanded") === "true";
  for (const item of items) item.classList.toggle("away", many && !shown && away.includes(item));
  mapMore.hidden = !many;
  mapMore.textContent = shown ? "Only hosts that are up" : `${count(away.length, "host")} more, on demand`;
}

// "Up 3 minutes" is running, "Exited (137)" was, and of all others the engine knows nothing.
function showHosts(told, watched) {
  states = told;
  for (const [name, box] of boxes) {
    const said = told[name] || "";
    const up = said.startsWith("Up");
    box.classList.toggle("up", up);
    box.classList.toggle("watched", watched.includes(name));
    box.classList.toggle("dead", Boolean(said) && !up);
    box.classList.toggle("down", !up);
    const open = box.querySelector("button.open");
    if (open) open.disabled = !up;
    box.querySelector(".state").textContent = up ? (watched.includes(name) ? "up" : "up, unwatched") : said ? `dead: ${said}` : "not up";
  }
  byId("none-up").hidden = [...boxes.keys()].some(isUp);
  putAway();
  hostsChanged();
}

const isUp = (name) => (states[name] || "").startsWith("Up");

function lightLinks(counts) {
  for (const key of Object.keys(counts)) {
    const link = links.get(key);
    if (!link) continue;
    link.classList.add("lit");
    link.closest("li")?.classList.add("lit");
    clearTimeout(darkens.get(key));
    darkens.set(key, setTimeout(() => {
      link.classList.remove("lit");
      link.closest("li")?.classList.remove("lit");
    }, LIT_MS));
  }
}
