// The tab "Code": the program that sent the chosen packet, or printed the chosen line, and which line
// of it did, as far as the lab knows that.
"use strict";

const codePane = byId("pane-code");
const sourceOf = (anchor) => byId("sources")?.querySelector(`[data-file="${CSS.escape(anchor)}"]`);
const nameOf = (anchor) => sourceOf(anchor)?.getAttribute("aria-label");

// Show a program; mark the lines that are known (several: it was one of them), and say how.
function showCode(anchor, lines, said) {
  if (!codePane) return;
  const files = [...byId("sources").querySelectorAll("[data-file]")];
  const source = sourceOf(anchor) || files[0];
  const choice = make("p", "chips");
  for (const file of files) {
    const chip = make("button", "chip", file.getAttribute("aria-label"));
    chip.type = "button";
    chip.setAttribute("aria-pressed", String(file === source));
    chip.addEventListener("click", () => showCode(file.dataset.file, [], ""));
    choice.append(chip);
  }
  const copy = source.cloneNode(true);
  delete copy.dataset.file;
  for (const each of copy.querySelectorAll("[id]")) each.removeAttribute("id");
  const marked = lines.map((line) => copy.querySelectorAll(".l")[line - 1]);
  for (const each of marked) {
    each.classList.add("sent");
    each.classList.toggle("perhaps", marked.length > 1);
    each.setAttribute("aria-current", "true");
  }
  codePane.replaceChildren(...(files.length > 1 ? [choice] : []), make("p", "why", said), copy);
  if (!said) codePane.querySelector(".why").remove();
  if (marked.length && !codePane.hidden) marked[0].scrollIntoView({ block: "nearest" });
}

// What is known of where a packet comes from. Lines are inferred from the source: no other can have
// made the call that sent the packet.
function showOrigin(number) {
  const place = byId("packet-origin");
  place.replaceChildren();
  const [anchor, lines, method] = data.origins.packets[number] || ["", [], ""];
  const name = nameOf(anchor);
  const sender = data.packets[number][FROM];
  if (!name) return showCode("", [], `Which program of ${sender} sent this packet is not known.`);
  if (!lines.length) return showCode(anchor, [], `${name} ran on ${sender} when this packet was sent. No line of it is known to have sent the packet: the kernel sends much by itself.`);
  place.append(make("span", "inferred", `Sent by ${method ? `${method}, ` : ""}`));
  lines.forEach((line, index) => {
    const link = make("a", "inferred", index ? String(line) : `${name}:${line}`);
    link.href = `#${anchor}-${line}`;
    link.addEventListener("click", (event) => { event.preventDefault(); showTab("tab-code"); showOrigin(number); });
    place.append(...(index ? [index + 1 < lines.length ? ", " : " or "] : []), link);
  });
  const only = lines.length === 1;
  place.append(make("span", "inferred", only ? " (inferred: no other line can make this call)" : " (inferred: it was one of these lines)"));
  showCode(anchor, lines, only
    ? `Line ${lines[0]} sent it. Inferred: no other line of ${name} can make the call that sent this packet.`
    : `One of the ${lines.length} marked lines sent it. Inferred: no other line of ${name} can make the call that sent this packet.`);
}

// A printed line in the ladder leads to the line of the source that printed it.
function showPrinted(name) {
  const [anchor, line] = data.origins.lines[name] || ["", 0];
  if (!nameOf(anchor)) return false;
  const unknown = `${nameOf(anchor)} printed it; which line did is not certain.`;
  showCode(anchor, line ? [line] : [], line ? `Line ${line} printed it: no other line can have.` : unknown);
  panel.classList.add("open");
  showTab("tab-code");
  return true;
}

document.addEventListener("click", (event) => {
  const note = event.target.closest?.(".ladder [data-name]");
  if (note) showPrinted(note.dataset.name);
});
