// The tab "Code": the program that sent the chosen packet, or printed the chosen line, and which line
// of it did, as far as the lab knows that.
"use strict";

const codePane = byId("pane-code");
const sourceOf = (anchor) => byId("sources")?.querySelector(`[data-file="${CSS.escape(anchor)}"]`);
const nameOf = (anchor) => sourceOf(anchor)?.getAttribute("aria-label");

// Show a program; mark its line, if one is known, and say how it is known.
function showCode(anchor, line, said) {
  if (!codePane) return;
  const files = [...byId("sources").querySelectorAll("[data-file]")];
  const source = sourceOf(anchor) || files[0];
  const choice = make("p", "chips");
  for (const file of files) {
    const chip = make("button", "chip", file.getAttribute("aria-label"));
    chip.type = "button";
    chip.setAttribute("aria-pressed", String(file === source));
    chip.addEventListener("click", () => showCode(file.dataset.file, 0, ""));
    choice.append(chip);
  }
  const copy = source.cloneNode(true);
  delete copy.dataset.file;
  for (const each of copy.querySelectorAll("[id]")) each.removeAttribute("id");
  const marked = line ? copy.querySelectorAll(".l")[line - 1] : null;
  if (marked) {
    marked.classList.add("sent");
    marked.setAttribute("aria-current", "true");
  }
  codePane.replaceChildren(...(files.length > 1 ? [choice] : []), make("p", "why", said), copy);
  if (!said) codePane.querySelector(".why").remove();
  if (marked && !codePane.hidden) marked.scrollIntoView({ block: "nearest" });
}

// What is known of where a packet comes from. A line is inferred from the source: no other can make
// the call that sent the packet.
function showOrigin(number) {
  const place = byId("packet-origin");
  place.replaceChildren();
  const [anchor, line] = data.origins.packets[number] || ["", 0];
  const name = nameOf(anchor);
  const sender = data.packets[number][FROM];
  if (!name) return showCode("", 0, `Which program of ${sender} sent this packet is not known.`);
  if (!line) return showCode(anchor, 0, `${name} ran on ${sender} when this packet was sent. No line of it is known to have sent the packet: the kernel sends much by itself.`);
  const link = make("a", "inferred", `Sent by ${name}:${line}`);
  link.href = `#${anchor}-${line}`;
  link.addEventListener("click", (event) => { event.preventDefault(); showTab("tab-code"); showOrigin(number); });
  place.append(link, make("span", "inferred", " (inferred: no other line can make this call)"));
  showCode(anchor, line, `Line ${line} sent it. Inferred: no other line of ${name} can make the call that sent this packet.`);
}

// A printed line in the ladder leads to the line of the source that printed it.
function showPrinted(name) {
  const [anchor, line] = data.origins.lines[name] || ["", 0];
  if (!nameOf(anchor)) return false;
  const unknown = `${nameOf(anchor)} printed it; which line did is not certain.`;
  showCode(anchor, line, line ? `Line ${line} printed it: no other line can have.` : unknown);
  panel.classList.add("open");
  showTab("tab-code");
  return true;
}

document.addEventListener("click", (event) => {
  const note = event.target.closest?.(".ladder [data-name]");
  if (note) showPrinted(note.dataset.name);
});
