(() => {
  const table = $("trip-table");
  const body = table.tBodies[0];
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const rows = [...body.rows].map((row) => ({
    row,
    text: plain(row.textContent),
    trip: row.querySelector("[data-trip]").dataset.trip,
    states: row.dataset.state.split(" "),
  }));
  const byTrip = new Map(rows.map((each) => [each.trip, each.row]));

  function filter() {
    const words = plain($("search").value).split(/\s+/).filter(Boolean);
    const state = $("state").value;
    const way = $("way").value;
    const vehicle = $("only").checked ? chosen.vehicle : null;
    let found = 0;
    for (const { row, text, states } of rows) {
      const fits =
        (!state || states.includes(state)) && (!way || row.dataset.way === way) &&
        (vehicle === null || row.dataset.vehicle === vehicle) && words.every((word) => text.includes(word));
      if (row.hidden === fits) row.hidden = !fits;
      found += fits;
    }
    $("found").textContent = found === rows.length ? `${found} trips` : `${found} of ${rows.length} trips`;
  }
  for (const id of ["search", "state", "way", "only"]) $(id).addEventListener("input", filter);
  document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());

  const figure = (cell) => (cell.textContent.trim() ? parseFloat(cell.textContent) : -Infinity);
  for (const [column, button] of all("[data-sort]", table).entries())
    button.addEventListener("click", () => {
      const head = button.closest("th");
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of all("[aria-sort]", table)) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const value = button.dataset.sort === "number" ? figure : (cell) => cell.textContent;
      const order = new Intl.Collator(undefined, { numeric: true }).compare;
      const keyed = rows.map(({ row }) => [value(row.cells[column]), row]);
      keyed.sort(([a], [b]) => (typeof a === "number" ? (a > b) - (a < b) : order(a, b)));
      if (down) keyed.reverse();
      body.append(...keyed.map(([, row]) => row));
    });

  let on = [];
  document.addEventListener("choose", () => {
    for (const row of on) row.classList.remove("on");
    const ride = chosen.ride && DATA[chosen.vehicle].rides.find((each) => each.id === chosen.ride);
    on = (ride ? ride.trips : chosen.trip ? [chosen.trip] : []).map((trip) => byTrip.get(trip)).filter(Boolean);
    for (const row of on) row.classList.add("on");
    if ($("only").checked) filter();
  });
  filter();
})();
