(() => {
  const svg = $("map");
  const whole = [0, 0, Number(svg.dataset.width), Number(svg.dataset.height)];
  let view = [...whole];
  const routes = new Map(all(".route", svg).map((g) => [g.dataset.vehicle, g]));
  // What is pressed is all of a way; written here, not in the file, it takes no room in it.
  for (const g of routes.values())
    g.querySelector(".hit").setAttribute("d", all("path:not(.hit)", g).map((path) => path.getAttribute("d")).join(""));
  const marks = all(".mark", svg).map((g) => ({ g, x: +g.dataset.x, y: +g.dataset.y, text: g.querySelector("text"), name: g.textContent }));
  const vehicles = [...routes.keys()];
  const scale = $("scale");
  const LETTER = 7.4; // pixels a letter of a name takes
  let numbered = [];

  function size() {
    const box = svg.getBoundingClientRect();
    // Units of the drawing per pixel; the drawing fits whole, so the tighter side decides.
    return { box, unit: Math.max(view[2] / box.width, view[3] / box.height) };
  }
  function draw() {
    svg.setAttribute("viewBox", view.map((value) => value.toFixed(2)).join(" "));
    const { unit, box: rect } = size();
    svg.style.setProperty("--u", unit.toFixed(4));
    const bar = Number(scale.dataset.width) / unit;
    const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((part) => bar / part < 180) || 500;
    scale.firstElementChild.style.width = `${bar / step}px`;
    scale.lastElementChild.textContent = `${Number((scale.dataset.km / step).toPrecision(2))} km`;
    // Numbers of stops first, where there is room around their point; then the busiest place keeps its name
    // where names would lie on each other.
    const [middle, half, top] = [view[0] + view[2] / 2, (rect.width / 2) * unit, view[1] + view[3] / 2 - (rect.height / 2) * unit];
    const taken = [[middle + half - 50 * unit, top, middle + half, top + 120 * unit]]; // the buttons
    const free = (box) => !taken.some((b) => box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3]);
    for (const { text, x, y } of numbered) {
      const width = text.textContent.length * LETTER + 6;
      const corners = [["", 0, -20], ["south", 0, 9], ["west", -width, -20], ["west south", -width, 9]];
      const boxes = corners.map(([, dx, dy]) => [x + dx * unit, y + dy * unit, x + (dx + width) * unit, y + (dy + 11) * unit]);
      const at = Math.max(boxes.findIndex((box) => free(box) && box[0] > middle - half && box[2] < middle + half), 0);
      text.setAttribute("class", corners[at][0]);
      taken.push(boxes[at]);
    }
    for (const mark of marks) {
      // Near the right edge a name stands to the left of its place; what fits on neither side is cut.
      const before = (mark.x - view[0] - view[2] / 2) / unit + rect.width / 2;
      const after = rect.width - before;
      const asks = mark.name.length * LETTER + 12;
      const better = asks > after && before > after;
      const tries = [better, !better].map((left) => {
        const fits = Math.floor(((left ? before : after) - 12) / LETTER);
        const text = mark.name.length <= fits ? mark.name : fits < 4 ? "" : `${mark.name.slice(0, fits - 1)}…`;
        const width = (text.length * LETTER + 12) * unit;
        const from = left ? mark.x - width : mark.x;
        return { left, text, box: [from, mark.y - 8 * unit, from + width, mark.y + 8 * unit] };
      });
      const clear = (box) => !marks.some((other) => other !== mark && (other.x - box[0]) * (other.x - box[2]) < 0 && (other.y - box[1]) * (other.y - box[3]) < 0);
      const way = tries.find((one) => one.text && free(one.box) && clear(one.box));
      mark.g.classList.toggle("covered", !way);
      if (!way) continue;
      mark.g.classList.toggle("left", way.left);
      if (mark.text.textContent !== way.text) mark.text.textContent = way.text;
      taken.push(way.box);
    }
  }
  let onMap = false;
  let waiting = 0;
  const redraw = () => {
    if (!waiting) waiting = requestAnimationFrame(() => { waiting = 0; draw(); });
  };
  function zoom(factor, x = view[0] + view[2] / 2, y = view[1] + view[3] / 2) {
    const width = Math.min(Math.max(view[2] / factor, whole[2] / 60), whole[2] * 1.5);
    const by = width / view[2];
    view = [x - (x - view[0]) * by, y - (y - view[1]) * by, view[2] * by, view[3] * by];
    redraw();
  }
  function move(dx, dy) {
    view = [view[0] + dx, view[1] + dy, view[2], view[3]];
    redraw();
  }
  function at(event) {
    const { box, unit } = size();
    return [
      view[0] + view[2] / 2 + (event.clientX - box.left - box.width / 2) * unit,
      view[1] + view[3] / 2 + (event.clientY - box.top - box.height / 2) * unit,
    ];
  }
  function showAll() {
    view = [...whole];
    redraw();
  }

  // One finger or the mouse moves, two fingers zoom; a press that does not move chooses.
  const fingers = new Map();
  let travelled = 0;
  svg.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, event);
    if (fingers.size === 1) travelled = 0;
  });
  svg.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const { unit } = size();
    if (fingers.size === 1) {
      travelled += Math.abs(event.clientX - before.clientX) + Math.abs(event.clientY - before.clientY);
      if (travelled > 4) {
        svg.classList.add("moving");
        svg.setPointerCapture(event.pointerId);
        move((before.clientX - event.clientX) * unit, (before.clientY - event.clientY) * unit);
      }
    } else if (fingers.size === 2) {
      travelled = 99;
      const other = [...fingers.values()].find((finger) => finger.pointerId !== event.pointerId);
      const apart = (finger) => Math.hypot(finger.clientX - other.clientX, finger.clientY - other.clientY) || 1;
      zoom(apart(event) / apart(before), ...at(other));
    }
    fingers.set(event.pointerId, event);
  });
  const lift = (event) => {
    fingers.delete(event.pointerId);
    svg.classList.remove("moving");
  };
  svg.addEventListener("pointerup", lift);
  svg.addEventListener("pointercancel", lift);
  svg.addEventListener("pointerleave", (event) => { if (!svg.hasPointerCapture(event.pointerId)) lift(event); });
  svg.addEventListener("click", (event) => {
    if (travelled > 4) return;
    const here = [];
    for (const element of document.elementsFromPoint(event.clientX, event.clientY)) {
      const route = element.closest(".route");
      if (route && !here.includes(route.dataset.vehicle)) here.push(route.dataset.vehicle);
    }
    if (!here.length) return;
    onMap = true;
    // The one on top first; then in the order of the plan, for the chosen one is drawn on top.
    const order = vehicles.filter((vehicle) => here.includes(vehicle));
    const next = order[(order.indexOf(chosen.vehicle) + 1) % order.length];
    choose(here.includes(chosen.vehicle) ? next : here[0]);
    onMap = false;
  });
  // The wheel belongs to the page until the map is what one works with.
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && document.activeElement !== svg) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 400), ...at(event));
  }, { passive: false });
  const keys = {
    "+": () => zoom(1.4), "=": () => zoom(1.4), "-": () => zoom(1 / 1.4), 0: showAll,
    ArrowLeft: () => move(-view[2] / 10, 0), ArrowRight: () => move(view[2] / 10, 0),
    ArrowUp: () => move(0, -view[3] / 10), ArrowDown: () => move(0, view[3] / 10),
  };
  svg.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[event.key]();
  });
  for (const button of all("[data-zoom]"))
    button.addEventListener("click", () => ({ in: () => zoom(1.6), out: () => zoom(1 / 1.6), all: showAll })[button.dataset.zoom]());

  // A vehicle chosen elsewhere is brought into view; one chosen on the map is in it already.
  function showRoute(route) {
    const box = route.getBBox();
    const least = whole[2] / 20;
    const wide = Math.max(box.width, least) * 1.3;
    const high = Math.max(box.height, least) * 1.3;
    view = [box.x + (box.width - wide) / 2, box.y + (box.height - high) / 2, wide, high];
    redraw();
  }

  const made2 = (name, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  let shownRoute = null;
  document.addEventListener("choose", () => {
    const route = routes.get(chosen.vehicle);
    svg.classList.toggle("chosen", Boolean(route));
    for (const [vehicle, g] of routes) g.classList.toggle("on", vehicle === chosen.vehicle);
    const numbers = $("numbers");
    numbers.replaceChildren();
    numbered = [];
    redraw();
    if (!route) {
      if (shownRoute) showAll();
      shownRoute = null;
      return;
    }
    if (route !== shownRoute && !onMap) showRoute(route);
    shownRoute = route;
    route.parentNode.append(route);
    for (const [x, y, text] of JSON.parse(route.dataset.stops)) {
      const label = made2("text", { x, y });
      label.textContent = text;
      numbers.append(made2("path", { d: `M${x} ${y}h0` }), label);
      numbered.push({ text: label, x, y });
    }
  });
  new ResizeObserver(redraw).observe(svg);
  window.addEventListener("beforeprint", () => { view = [...whole]; draw(); });
  draw();
})();
