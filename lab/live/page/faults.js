// Faults: each is set by the form, and undone by a button. Those of others are told, too.
"use strict";

const UNITS = { lose: ["%", 20], delay: ["ms", 100], rate: ["bit/s", 100000], cut: ["", ""] };
const MINE = "faults";
const faultForm = byId("fault");
const faultItems = new Map(); // by number
let isSetting = false;

if (faultForm) {
  const { link, towards, kind, amount } = faultForm.elements;
  // A host's own link has two directions: towards the host, and away from it.
  link.addEventListener("change", () => {
    const [host, own] = link.value.split("/");
    for (const each of towards.options) {
      each.disabled = own ? !["", host, "/"].includes(each.value) : each.value === "/";
    }
    if (towards.selectedOptions[0].disabled) towards.value = "";
  });
  link.dispatchEvent(new Event("change"));
  kind.addEventListener("change", () => {
    const [unit, usual] = UNITS[kind.value];
    byId("unit").textContent = unit;
    amount.value = usual;
    amount.parentElement.hidden = kind.value === "cut";
  });
  faultForm.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isSetting) return;
    const given = Object.fromEntries(new FormData(faultForm));
    if (ask({ do: "fault", ...given })) tellSetting(true);
  });
}

// Hosts may have to come up first, which takes a while. Focus stays on the button meanwhile.
function tellSetting(is) {
  if (!faultForm) return;
  isSetting = is;
  byId("setting").textContent = is ? "setting …" : "";
  byId("set-it").setAttribute("aria-disabled", String(is));
}

// What was asked for when the connection ended is undone with it, whether or not it was done.
function tellCutOff() {
  if (isSetting) showError("The connection ended while a fault was being set: it is not in force. Set it again when the server answers.");
  tellSetting(false);
}

function showFaults(told, others) {
  const numbers = new Set(told.map((fault) => fault.number));
  for (const [number, item] of faultItems) {
    if (numbers.has(number)) continue;
    const next = item.contains(document.activeElement) ? item.nextElementSibling?.querySelector("button") || byId("set-it") : null;
    item.remove();
    faultItems.delete(number);
    next?.focus({ preventScroll: true });
  }
  for (const fault of told) {
    if (!faultItems.has(fault.number)) addFault(fault);
    const said = fault.met === null ? "nothing crosses" : `met ${count(fault.met, "packet")}`;
    faultItems.get(fault.number).querySelector("span").textContent = `${fault.says}: ${said}`;
  }
  byId("others").replaceChildren(...others.map((each) => make("li", "", each)));
  byId("others-are").hidden = !others.length;
  keepMine(mine().filter((each) => told.some((fault) => fault.says === each)));
}

function addFault(fault) {
  const item = make("li");
  item.append(make("span"));
  if (data.touches) {
    const undo = make("button", "", "Undo");
    undo.type = "button";
    undo.setAttribute("aria-label", `Undo ${fault.says}`);
    undo.addEventListener("click", () => ask({ do: "undo", number: fault.number }));
    item.append(undo);
  }
  faultItems.set(fault.number, item);
  byId("faults").append(item);
}

// The faults that this tab has set: with its connection they end, and it is to say so when it is back.
const mine = () => JSON.parse(sessionStorage.getItem(MINE) || "[]");
const keepMine = (all) => sessionStorage.setItem(MINE, JSON.stringify(all));

function tellEnded() {
  const ended = mine().map((each) => `Undone, since this page was loaded again or lost its connection: ${each}`);
  keepMine([]);
  if (ended.length) showNotice(ended);
}
