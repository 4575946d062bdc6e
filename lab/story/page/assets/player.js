// The player of a walk: where each program stands, what it knows, and what crossed the wire at a
// step. It is used by a walk's own page, and by the live page, where steps come one by one.
"use strict";
function makePlayer(root, moved) {
  const $ = (id) => root.getElementById(id);
  const make = (tag, kind, text) => {
    const made = document.createElement(tag);
    if (kind) made.className = kind;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const walk = { programs: [], sources: {}, lanes: [], sockets: [], steps: [] };
  const isServer = (program) => walk.programs[program].role === "server";
  const sides = [];   // which program each side shows at a step: the one of its role that moved last
  const values = [];  // the variables of each lane after each step: those before it, changed
  let last = -1;
  let now = -1;

  // Take steps in that come behind those that are known. What many steps have in common stands
  // once, and steps name it by its number.
  function add(more) {
    if (more.programs) walk.programs = more.programs;
    Object.assign(walk.sources, more.sources);
    walk.lanes.push(...more.lanes);
    walk.sockets.push(...more.sockets);
    for (const step of more.steps) {
      step.lanes = step.lanes.map((number) => walk.lanes[number]);
      step.sockets = step.sockets.map((number) => walk.sockets[number]);
      walk.steps.push(step);
      sides.push(sidesAt(step));
      values.push(valuesAfter(step));
    }
    last = walk.steps.length - 1;
    $("slider").max = Math.max(last, 0);
    if (now >= 0) tellPlace();
  }

  function sidesAt(step) {
    const first = [walk.programs.findIndex((_, n) => isServer(n)), walk.programs.findIndex((_, n) => !isServer(n))];
    if (first[0] < 0) first[0] = first[1];
    if (first[1] < 0) first[1] = first[0];
    const shown = [...(sides[sides.length - 1] || first)];
    const started = Math.max(...step.lanes.map((lane) => lane.program));
    if (step.kind === "start" && step.number && !isServer(started)) shown[1] = started;
    if (step.mover) shown[isServer(step.mover[0]) ? 0 : 1] = step.mover[0];
    return shown;
  }

  function valuesAfter(step) {
    const known = structuredClone(values[values.length - 1] || {});
    for (const each of step.variables) {
      const lane = (known[each.program] ||= {});
      const name = each.lane ? `thread ${each.lane}: ${each.name}` : each.name;
      if (each.text === null) delete lane[name]; else lane[name] = each.text;
    }
    return known;
  }

  function source(side, step) {
    const program = sides[step.number][side];
    const about = walk.programs[program];
    const lanes = step.lanes.filter((lane) => lane.program === program);
    const main = lanes.find((lane) => lane.place) || lanes[0];
    const file = main && main.place ? main.place.file : about.file;
    $(`name-${side}`).textContent = `${about.host}: ${file}`;
    $(`host-${side}`).textContent = about.host;
    const list = $(`source-${side}`);
    if (list.dataset.file !== `${about.host}/${file}`) {
      list.dataset.file = `${about.host}/${file}`;
      const text = (walk.sources[about.host] || {})[file] || "";
      list.replaceChildren(...text.replace(/\n$/, "").split("\n").map((line, number) => {
        const row = make("li");
        row.append(make("b"), make("i", "", number + 1), make("code", "", line || " "));
        return row;
      }));
    }
    for (const row of list.children) {
      row.className = "";
      row.firstChild.textContent = "";
      row.removeAttribute("aria-current");
    }
    let current = null;
    for (const lane of lanes) {
      if (lane.status === "ended" || !lane.place || lane.place.file !== file) continue;
      const row = list.children[lane.place.line - 1];
      if (!row) continue;
      row.className = lane.status === "waits" ? "at waits" : "at";
      row.firstChild.textContent = lane.status === "waits" ? "…" : "▶";
      row.setAttribute("aria-current", "step");
      current ||= row;
    }
    const ran = step.ran && step.mover[0] === program && step.ran.file === file && list.children[step.ran.line - 1];
    if (ran) ran.classList.add("ran");
    const shown = current || ran;
    if (shown) list.scrollTop = shown.offsetTop - list.offsetTop - list.clientHeight / 2;
    const rows = lanes.map((lane) => make("p", "where", lane.words));
    const fresh = new Set(step.variables.filter((each) => each.program === program).map((each) => each.lane ? `thread ${each.lane}: ${each.name}` : each.name));
    for (const [name, text] of Object.entries(values[step.number][program] || {})) {
      rows.push(make("p", fresh.has(name) ? "new" : "", `${name} = ${text}`));
    }
    $(`values-${side}`).replaceChildren(...rows);
  }

  function ladder(number) {
    const list = $("ladder");
    const [left, right] = sides[number].map((program) => walk.programs[program].host);
    const rows = [];
    for (const step of walk.steps.slice(0, number + 1)) {
      if (!step.packets.length && !step.printed.length && step.number !== number) continue;
      const kind = step.number === number ? " current" : "";
      const side = step.mover && !isServer(step.mover[0]) ? "right" : "left";
      const row = make("li", kind);
      const link = make("a", `step ${side}`, step.head);
      link.href = `#step=${step.number}`;
      row.append(link);
      for (const packet of step.packets) {
        const out = packet.sender === left && packet.receiver === right;
        const back = packet.sender === right && packet.receiver === left;
        const text = packet.lost ? `${packet.text} ✗` : packet.text;
        const arrow = out || back
          ? make("div", `way ${out ? "right-to" : "left-to"}${packet.lost ? " lost" : ""}`)
          : make("div", "aside", `${packet.sender} → ${packet.receiver}: ${text}`);
        if (out || back) {
          const line = [make("s"), make("span", "", text), make("s")];
          arrow.append(...(out ? [...line, make("em", "", "▶")] : [make("em", "", "◀"), ...line]));
          arrow.setAttribute("role", "img");
          arrow.setAttribute("aria-label", `${packet.sender} sends ${text} to ${packet.receiver}`);
        }
        row.append(arrow);
      }
      for (const each of step.printed) {
        row.append(make("div", `printed ${isServer(each.program) ? "left" : "right"}`, `│ ${each.text.trimEnd()}`));
      }
      rows.push(row);
    }
    list.replaceChildren(...rows);
    list.scrollTop = list.scrollHeight;
  }

  function tellPlace() {
    $("link").textContent = `Step ${now} of ${last}`;
    $("link").href = `#step=${now}`;
  }

  function show(number) {
    number = Math.min(last, Math.max(0, number || 0));
    if (number === now || last < 0) return;
    now = number;
    const step = walk.steps[number];
    $("slider").value = number;
    $("slider").setAttribute("aria-valuetext", step.head);
    tellPlace();
    $("head").textContent = step.head;
    $("told").replaceChildren(...step.told.map(([kind, text]) => make("li", kind, text)));
    source(0, step);
    source(1, step);
    ladder(number);
    const before = new Set(number ? walk.steps[number - 1].sockets : []);
    $("sockets").replaceChildren(...step.sockets.map((text) => make("li", before.has(text) ? "" : "new", text)));
    if (moved) moved(number);
  }

  $("slider").addEventListener("input", (event) => show(Number(event.target.value)));
  for (const [id, to] of [["first", () => 0], ["back", () => now - 1], ["on", () => now + 1], ["last", () => last]]) {
    $(id).addEventListener("click", () => show(to()));
  }
  root.addEventListener("keydown", (event) => {
    if (event.target === $("slider") || event.ctrlKey || event.altKey || event.metaKey) return;
    const to = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    show(to);
  });
  return { add, show, get now() { return now; }, get last() { return last; } };
}
