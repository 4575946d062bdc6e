// The panel beside the picture: its tabs, and how the keyboard gets into it and back.
"use strict";

const tabs = [...panel.querySelectorAll("[role=tab]")];
const paneOf = (tab) => byId(tab.getAttribute("aria-controls"));

function showTab(id, focus = false) {
  const tab = tabs.find((each) => each.id === id);
  if (!tab) return;
  for (const each of tabs) {
    each.setAttribute("aria-selected", String(each === tab));
    each.tabIndex = each === tab ? 0 : -1;
    paneOf(each).hidden = each !== tab;
  }
  if (focus) tab.focus();
  panel.scrollTop = 0;
}

for (const tab of tabs) {
  tab.addEventListener("click", () => showTab(tab.id));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -tabs.indexOf(tab), End: tabs.length - 1 - tabs.indexOf(tab) }[event.key];
    if (step === undefined) return;
    showTab(tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length].id, true);
    event.preventDefault();
  });
}

// Enter on an arrow leads into the panel, Escape back to the arrow.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.closest?.(".way")) panel.focus({ preventScroll: true });
});

function leavePanel() {
  const within = panel.contains(document.activeElement);
  panel.classList.remove("open");
  if (within) shownLadder()?.querySelector(".way.chosen")?.focus({ preventScroll: true });
}

// The lesson beside the picture is a copy: the page's own stays where it can be printed.
const lessonPane = byId("pane-lesson");
if (lessonPane) {
  lessonPane.append(...[...byId("lesson").children].map((each) => each.cloneNode(true)));
  for (const each of lessonPane.querySelectorAll("[id]")) each.removeAttribute("id");
}

// A reader who dictates, or whose hand slips, can do without keys of one letter (WCAG 2.1.4).
const keysBox = byId("single-keys");
const KEYS = "socketlab-single-keys";
const singleKeys = () => !keysBox || keysBox.checked;
if (keysBox) {
  try { keysBox.checked = localStorage.getItem(KEYS) !== "off"; } catch { /* a page without a store */ }
  keysBox.addEventListener("change", () => {
    try { localStorage.setItem(KEYS, keysBox.checked ? "on" : "off"); } catch { /* it holds until the page is left */ }
  });
}
