// Terminals: a shell on a host in each window. What a host prints may move the cursor and choose
// colours, and no more: no title, no link, no clipboard, no answer about the window.
"use strict";

const FORBIDDEN = [0, 1, 2, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 17, 19, 21, 22, 50, 52, 99, 104, 105, 110, 111, 112, 117, 119, 133, 633, 777, 1337];
const CONFIRMS = 16384;
const windows = byId("windows");

function openShell(host) {
  if (!windows) return;
  const root = Boolean(byId("as-root")?.checked);
  const place = make("div", "window");
  place.dataset.host = host;
  const name = `Shell on ${host}${root ? ", as root" : ""}`;
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", name);
  const bar = make("div", "bar");
  const close = make("button", "", "✕");
  close.type = "button";
  close.setAttribute("aria-label", `Close the shell on ${host}`);
  bar.append(make("h3", "", root ? `${host}, root` : host), make("span", "hint", "Shift+Tab leaves"), close);
  const screen = make("div", "screen");
  const said = make("p", "said", "");
  said.setAttribute("role", "status");
  place.append(bar, screen, said);
  windows.append(place);
  const terminal = newTerminal();
  const fit = new FitAddon.FitAddon();
  terminal.loadAddon(fit);
  terminal.open(screen);
  terminal.textarea.setAttribute("aria-label", `${name}: Shift+Tab leaves it`);
  const chip = addChip(host, terminal);
  const socket = new WebSocket(`ws://${location.host}/terminal/${encodeURIComponent(host)}${root ? "?root=1" : ""}`);
  socket.binaryType = "arraybuffer";
  const tell = (what) => { if (socket.readyState === WebSocket.OPEN) socket.send(what); };
  const resize = () => {
    fit.fit();
    tell(JSON.stringify({ rows: terminal.rows, columns: terminal.cols }));
  };
  let unconfirmed = 0;
  socket.addEventListener("open", resize);
  socket.addEventListener("message", (event) => {
    if (typeof event.data === "string") {
      said.textContent = JSON.parse(event.data).ended || "";
      return;
    }
    const piece = new Uint8Array(event.data);
    terminal.write(piece, () => {
      unconfirmed += piece.length;
      if (unconfirmed < CONFIRMS && piece.length >= 1024) return;
      tell(JSON.stringify({ shown: unconfirmed }));
      unconfirmed = 0;
    });
  });
  socket.addEventListener("close", () => {
    said.textContent = `${said.textContent || "the connection has ended"}. `;
    const again = make("button", "", "A new shell");
    again.type = "button";
    again.addEventListener("click", () => { put(); openShell(host); });
    said.append(again);
    terminal.options.disableStdin = true;
  });
  const encoder = new TextEncoder();
  terminal.onData((typed) => tell(encoder.encode(typed)));
  terminal.onBinary((typed) => tell(Uint8Array.from(typed, (each) => each.charCodeAt(0))));
  const watching = new ResizeObserver(resize);
  watching.observe(screen);
  const put = () => {
    watching.disconnect();
    socket.close();
    terminal.dispose();
    place.remove();
    chip.remove();
  };
  close.addEventListener("click", () => {
    put();
    boxes.get(host)?.querySelector("button.open")?.focus({ preventScroll: true });
  });
  place.scrollIntoView({ block: "nearest", behavior: "instant" });
  terminal.focus();
}

// A way to each shell that is open: Tab is typed into a shell, and leads to no other.
function addChip(host, terminal) {
  const chip = make("button", "chip", host);
  chip.type = "button";
  chip.setAttribute("aria-label", `To the shell on ${host}`);
  chip.addEventListener("click", () => terminal.focus());
  byId("shells").append(chip);
  return chip;
}

function newTerminal() {
  const terminal = new Terminal({
    scrollback: 2000,
    fontSize: 13,
    fontFamily: 'ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace',
    theme: { background: "#101419", foreground: "#e3e8ee" },
    linkHandler: { activate() {}, hover() {}, leave() {} },
  });
  for (const each of FORBIDDEN) terminal.parser.registerOscHandler(each, () => true);
  terminal.parser.registerDcsHandler({ intermediates: "$", final: "q" }, () => true);
  terminal.parser.registerCsiHandler({ final: "t" }, () => true);
  terminal.attachCustomKeyEventHandler((event) => !(event.key === "Tab" && event.shiftKey));
  return terminal;
}
