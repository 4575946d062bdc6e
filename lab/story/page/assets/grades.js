const table = document.getElementById("grades");
const rows = () => [...table.tBodies[0].rows];
const key = (row, at) => row.cells[at].dataset.sort ?? row.cells[at].textContent.trim();
let last = -1;
[...table.tHead.rows[0].cells].forEach((head, at) => {
  head.addEventListener("click", () => {
    const way = last === at ? -1 : 1;
    last = way === 1 ? at : -1;
    rows()
      .sort((a, b) => way * key(a, at).localeCompare(key(b, at), undefined, { numeric: true }))
      .forEach((row) => table.tBodies[0].append(row));
  });
});
document.getElementById("filter").addEventListener("input", (event) => {
  const wanted = event.target.value.toLowerCase();
  rows().forEach((row) => {
    row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
});
