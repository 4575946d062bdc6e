// A walk's own page: its address names the step.
(() => {
  const walk = JSON.parse(document.getElementById("walk").textContent);
  const player = makePlayer(document, (number) => history.replaceState(null, "", `#step=${number}`));
  const asked = () => {
    const found = /^#step=(\d+)$/.exec(location.hash);
    return found ? Number(found[1]) : walk.opens;
  };
  addEventListener("hashchange", () => player.show(asked()));
  player.add(walk);
  player.show(asked());
})();
