(() => {
  const sheets = new Map(all(".sheet").map((sheet) => [sheet.dataset.vehicle, sheet]));
  const select = $("sheet-vehicle");
  function show(vehicle) {
    for (const [id, sheet] of sheets) sheet.classList.toggle("on", id === vehicle);
    select.value = vehicle;
  }
  select.addEventListener("change", () => show(select.value));
  document.addEventListener("choose", () => { if (sheets.has(chosen.vehicle)) show(chosen.vehicle); });
  function print(...names) {
    document.documentElement.classList.add(...names);
    window.print();
    document.documentElement.classList.remove(...names);
  }
  $("print-one").addEventListener("click", () => print("only-sheets", "only-one"));
  $("print-all").addEventListener("click", () => print("only-sheets"));
  if (sheets.size) show(sheets.keys().next().value);
})();
