// "Compare hops": a packet that routers passed on, at each tap on its way. What changed is marked.
"use strict";

function compareHops(number) {
  const place = byId("pane-hops");
  if (!place) return;
  const compared = data.hops[number];
  place.replaceChildren(...(compared ? [] : [make("p", "", "No router passed this packet on.")]));
  if (!compared) return;
  const [taps, rows] = compared;
  const table = make("table");
  const head = make("tr");
  head.append(make("th", "", "field"), ...taps.map((tap) => make("th", "", data.words[tap])));
  for (const each of head.children) each.scope = "col";
  table.append(make("caption", "aloud", "The same packet at each tap"), head);
  for (const [header, field, ...values] of rows) {
    const row = make("tr");
    const name = make("th", "", `${data.words[header]}: ${data.words[field]}`);
    name.scope = "row";
    row.append(name);
    values.forEach((value, tap) => {
      const changed = tap > 0 && value !== values[tap - 1];
      const cell = make("td", changed ? "changed" : "", value < 0 ? "–" : data.words[value]);
      if (changed) cell.append(make("span", "aloud", " (changed)"));
      row.append(cell);
    });
    table.append(row);
  }
  place.append(table);
}
