"use strict";
// What is chosen: a vehicle, and maybe one of its rides and a trip. Everything on the page listens to it.
const DATA = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const all = (what, where = document) => [...where.querySelectorAll(what)];
const made = (name, className, text) => {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};
const rideOfTrip = new Map();
for (const [vehicle, about] of Object.entries(DATA))
  for (const ride of about.rides) for (const trip of ride.trips) rideOfTrip.set(trip, [vehicle, ride.id]);

const chosen = { vehicle: "", ride: "", trip: "" };
function choose(vehicle, ride = "", trip = "") {
  Object.assign(chosen, { vehicle, ride, trip });
  document.dispatchEvent(new CustomEvent("choose", { detail: chosen }));
}
function chooseTrip(trip) {
  const [vehicle, ride] = rideOfTrip.get(trip) || ["", ""];
  choose(vehicle, ride, trip);
}
document.documentElement.classList.add("js");
document.addEventListener("click", (event) => {
  const trip = event.target.closest("[data-trip]");
  if (trip) chooseTrip(trip.dataset.trip);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") choose("");
  const typing = event.target.closest("input, select, textarea");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    $("search").focus();
  }
});

// The panel beside the map.
const hint = $("about").firstElementChild;
function trips(ids) {
  const span = made("span");
  ids.forEach((id, i) => {
    if (i) span.append(" ");
    const button = made("button", "trip", id);
    button.type = "button";
    button.dataset.trip = id;
    span.append(button);
  });
  return span;
}
const euros = (amount) => (amount > 0 ? "+" : amount < 0 ? "−" : "") + Math.abs(amount).toFixed(2) + " €";
function rideCard(ride) {
  const card = made("div", "ride-card");
  card.dataset.card = ride.id;
  const head = made("header");
  head.append(made("b", "", ride.time), made("span", "meta", ride.id));
  const list = made("ol");
  for (const [time, place, off, on] of ride.stops) {
    const line = made("li");
    const moves = made("span");
    if (off.length) moves.append("▽ ", trips(off), on.length ? " " : "");
    if (on.length) moves.append("▲ ", trips(on));
    line.append(made("span", "", time), made("span", "", place), moves);
    list.append(line);
  }
  card.append(head, list, made("p", ride.tight ? "meta tight" : "meta", ride.slack));
  if (ride.gains)
    card.append(made("p", "meta", `payer ${euros(ride.gains[0])}, operator ${euros(ride.gains[1])} against one by one`));
  return card;
}
let shown = "";
document.addEventListener("choose", () => {
  const about = $("about");
  $("vehicle").value = chosen.vehicle;
  if (shown !== chosen.vehicle) {
    shown = chosen.vehicle;
    if (!shown) about.replaceChildren(hint);
    else {
      const vehicle = DATA[shown];
      about.replaceChildren(made("h3", "", shown), made("p", "meta", vehicle.about));
      for (const line of vehicle.figures) about.append(made("p", "meta", line));
      about.append(...vehicle.rides.map(rideCard));
    }
  }
  for (const card of all(".ride-card", about)) {
    card.classList.toggle("on", card.dataset.card === chosen.ride);
    if (card.dataset.card === chosen.ride) {
      // Only the panel scrolls: the page must stay where the eye is.
      const panel = $("panel");
      panel.scrollTop = card.offsetTop - panel.offsetTop - 80;
    }
  }
});
$("vehicle").addEventListener("change", (event) => choose(event.target.value));
$("clear").addEventListener("click", () => choose(""));
