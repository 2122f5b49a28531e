(() => {
  const rows = all(".lines .row");
  const byVehicle = new Map(rows.map((row) => [row.dataset.vehicle, row]));
  const byRide = new Map(all(".ride").map((bar) => [bar.dataset.ride, bar]));
  const box = document.querySelector(".lines");
  if (!box) return;
  box.addEventListener("click", (event) => {
    const bar = event.target.closest(".ride");
    const row = event.target.closest(".row");
    if (bar) choose(row.dataset.vehicle, bar.dataset.ride);
    else if (event.target.closest(".who")) choose(row.dataset.vehicle === chosen.vehicle ? "" : row.dataset.vehicle);
  });
  // One stop of the Tab key for the whole timeline; arrows move inside it.
  function focus(element) {
    for (const other of all("[tabindex='0']", box)) other.tabIndex = -1;
    element.tabIndex = 0;
    element.focus();
  }
  box.addEventListener("keydown", (event) => {
    const row = event.target.closest(".row");
    if (!row) return;
    const stops = all("button", row);
    const here = stops.indexOf(event.target);
    const line = rows.indexOf(row);
    const next = {
      ArrowDown: () => rows[line + 1]?.querySelector(".who"),
      ArrowUp: () => rows[line - 1]?.querySelector(".who"),
      ArrowRight: () => stops[here + 1],
      ArrowLeft: () => stops[here - 1],
      Home: () => rows[0].querySelector(".who"),
      End: () => rows[rows.length - 1].querySelector(".who"),
    }[event.key];
    if (!next) return;
    event.preventDefault();
    const element = next();
    if (element) focus(element);
  });
  let row = null;
  let bar = null;
  document.addEventListener("choose", () => {
    row?.classList.remove("on");
    bar?.classList.remove("on");
    row = byVehicle.get(chosen.vehicle) || null;
    bar = byRide.get(chosen.ride) || null;
    row?.classList.add("on");
    bar?.classList.add("on");
    if (row && !box.contains(document.activeElement)) {
      const top = row.offsetTop;
      if (top < box.scrollTop + 30 || top > box.scrollTop + box.clientHeight - 60) box.scrollTop = top - box.clientHeight / 2;
    }
  });
})();
