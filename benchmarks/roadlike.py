"""Road-like distances: how they are fitted, how far they are from an engine, what they do to a plan.

    python -m benchmarks.roadlike fit                   the factors, against the observed medians
    python -m benchmarks.roadlike against day.json      roadlike and crowfly beside the day's own travel
    python -m benchmarks.roadlike plans [day.json]      one day planned by crowfly and by roadlike
    python -m benchmarks.roadlike matrix                2,000 places from OSRM, and from the cache

Tables are written in Markdown to standard output.
"""

import os
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt

import sharedride
from sharedride.day import Day, read_day
from sharedride.day.model import CrowFly, Osrm, RoadLike
from sharedride.rides.pool import RidePool, lawful_rides
from sharedride.rules import rules_of
from sharedride.travel import TravelTable, travel_table
from sharedride.travel.crowfly import crowfly_km, crowfly_km_between
from sharedride.travel.network import french_network
from sharedride.travel.roadlike import Factors, factors, roadlike_km

FloatArray = npt.NDArray[np.float64]

DAY = Path(__file__).parents[1] / "scenarios" / "belfort-company.json"
EDGES = (1.08, 1.10, 1.11, 1.12, 1.13, 1.15)
OFF_NETWORK = (1.30, 1.35, 1.40)
CENTRES = ((47.63, 6.60), (47.24, 5.90), (47.32, 4.90), (46.80, 4.50), (47.80, 3.60))
"""Around Belfort, Besançon, Dijon, Montceau and Auxerre: the region the observed figures go with."""
RADIUS_KM = 40.0
HOMES = 60
SPREAD_KM = 1.0
"""Homes lie this far from their commune's point, standard deviation in each direction (assumption)."""
CROWFLY = CrowFly()
TIME_LIMIT_S = 60.0
LARGE = 2_000
CROSSROADS = 40


def homes(lat: float, lon: float, seed: int, count: int = HOMES) -> tuple[FloatArray, FloatArray]:
    """Homes around the communes near a point."""
    network, random = french_network(), np.random.default_rng(seed)
    away = crowfly_km_between(np.array([lat]), np.array([lon]), network.lat, network.lon)[0]
    chosen = random.choice(np.flatnonzero(away < RADIUS_KM), count)
    degree = SPREAD_KM / 111.195
    north, east = degree * random.standard_normal((2, count))
    return network.lat[chosen] + north, network.lon[chosen] + east / np.cos(np.radians(lat))


def observed() -> tuple[list[tuple[float, float]], FloatArray]:
    """Bands of great-circle km, and the observed median factor of each."""
    text = resources.files("sharedride").joinpath("data/roadlike.toml").read_text(encoding="utf-8")
    values = tomllib.loads(text)["observed"]
    return [tuple(band) for band in values["bands_km"]], np.array(values["median_factor"])


def medians(pairs: tuple[FloatArray, FloatArray], bands: list[tuple[float, float]]) -> FloatArray:
    """Median of road over air distance in each band."""
    air, km = pairs
    return np.array([np.median((km / air)[(air >= low) & (air < high)]) for low, high in bands])


def fit() -> Iterator[str]:
    """Compare the factors of a grid by the mean square of the relative error of the medians."""
    bands, wanted = observed()
    samples = [homes(*centre, seed) for seed, centre in enumerate(CENTRES)]
    airs = [crowfly_km(*sample) for sample in samples]
    uppers = [np.triu_indices(len(air), 1) for air in airs]
    air = np.concatenate([table[upper] for table, upper in zip(airs, uppers, strict=True)])
    shipped, found = factors(), []

    def pairs(by: Factors) -> tuple[FloatArray, FloatArray]:
        tables = [roadlike_km(lat, lon, french_network(), by) for lat, lon in samples]
        return air, np.concatenate([table[upper] for table, upper in zip(tables, uppers, strict=True)])

    for edge in EDGES:
        for off in OFF_NETWORK:
            got = medians(pairs(Factors(edge, off, shipped.km, shipped.minutes)), bands)
            found.append((float(np.sqrt(np.mean((got / wanted - 1.0) ** 2))), edge, off, got))
    best = min(found, key=lambda one: one[0])
    ours = medians(pairs(shipped), bands)
    constant = np.full(len(bands), CROWFLY.road_factor)
    yield f"Best of {len(found)}: edge_factor {best[1]:g}, off_network_factor {best[2]:g}."
    yield f"Shipped: edge_factor {shipped.edge:g}, off_network_factor {shipped.off_network:g}."
    yield ""
    yield (
        "| median of road over air | "
        + " | ".join(f"{low:g}–{high:g} km" for low, high in bands)
        + " | rms error |"
    )
    yield "|---|" + "---:|" * (len(bands) + 1)
    for name, row in (("observed", wanted), ("`roadlike`", ours), (f"`crowfly` × {constant[0]:g}", constant)):
        error = float(np.sqrt(np.mean((row / wanted - 1.0) ** 2)))
        yield f"| {name} | " + " | ".join(f"{value:.2f}" for value in row) + f" | {100 * error:.1f} % |"


def against(day: Day) -> Iterator[str]:
    """Hold both estimates against the table of the day's own travel model, band by band."""
    real = travel_table(day)
    lat, lon = (np.array([getattr(place, key) for place in day.places]) for key in ("lat", "lon"))
    air = crowfly_km(lat, lon)
    bands, _ = observed()
    data = real.data_version or "unnamed"
    yield f"Relative error against `{day.travel.model}`, data {data}: median [5 %, 95 %]."
    yield ""
    yield "| | " + " | ".join(f"km, {low:g}–{high:g} km" for low, high in bands)
    yield "|---|" + "---:|" * len(bands)
    for model in (CROWFLY, RoadLike(model="roadlike")):
        km = travel_table(day.model_copy(update={"travel": model})).km
        cells = []
        for low, high in bands:
            band = (air >= low) & (air < high) & (real.km > 0)
            error = 100.0 * (km[band] / real.km[band] - 1.0)
            cells.append(
                "{1:+.1f} % [{0:+.1f}, {2:+.1f}]".format(*np.quantile(error, (0.05, 0.5, 0.95)))
                if band.any()
                else "none"
            )
        yield f"| `{model.model}` | " + " | ".join(cells) + " |"


def plans(path: Path) -> Iterator[str]:
    """Plan a day by both estimates, and count the rides lawful under one and not under the other."""
    day = read_day(path)
    models = (CROWFLY, RoadLike(model="roadlike"))
    days = [day.model_copy(update={"travel": model}) for model in models]
    tables = [travel_table(each) for each in days]
    pools = [lawful_rides(each, table, rules_of(each)) for each, table in zip(days, tables, strict=True)]
    yield f"`{path.name}`, {len(day.trips)} trips, `--time-limit {TIME_LIMIT_S:g}`."
    yield ""
    yield "| | " + " | ".join(f"`{model.model}`" for model in models) + " |"
    yield "|---|---:|---:|"
    results = [sharedride.plan(each, time_limit=TIME_LIMIT_S) for each in days]
    for each, result in zip(days, results, strict=True):
        wrong = sharedride.check(each, result)
        if wrong:
            raise SystemExit(f"the checker finds {len(wrong)} violations, the first: {wrong[0]}")
    kpis = [result.document.kpis for result in results]
    sets = [_patients_together(pool) for pool in pools]
    orders = [_stop_orders(pool) for pool in pools]
    rows = {
        "trips served": [f"{one.served} of {one.trips}" for one in kpis],
        "shared rate": [f"{100 * (one.shared_rate or 0):.1f} %" for one in kpis],
        "km driven": [f"{one.km:,.0f}" for one in kpis],
        "km loaded": [f"{one.loaded_km:,.0f}" for one in kpis],
        "running cost, €": [f"{one.operator.running_cost:,.2f}" for one in kpis],
        "gap proven": [
            "none" if r.document.solver.gap is None else f"{100 * r.document.solver.gap:.2f} %"
            for r in results
        ],
        "sum of direct km": [
            f"{_direct(each, table):,.0f}" for each, table in zip(days, tables, strict=True)
        ],
        "groups that may share": [f"{len(one):,}" for one in sets],
        "of these under this model alone": [f"{len(sets[i] - sets[1 - i]):,}" for i in (0, 1)],
        "lawful shared rides (stop orders)": [f"{len(one):,}" for one in orders],
        "of these under this model alone, orders": [f"{len(orders[i] - orders[1 - i]):,}" for i in (0, 1)],
        "all lawful rides listed": ["yes" if pool.complete else "no" for pool in pools],
    }
    for name, cells in rows.items():
        yield f"| {name} | " + " | ".join(cells) + " |"


def _direct(day: Day, table: TravelTable) -> float:
    at = {place.id: index for index, place in enumerate(day.places)}
    return float(sum(table.km[at[trip.origin], at[trip.destination]] for trip in day.trips))


def _patients_together(pool: RidePool) -> set[tuple[int, ...]]:
    together = np.flatnonzero(np.diff(pool.ptr) > 1)
    return {tuple(sorted(pool.members(int(ride)).tolist())) for ride in together}


def _stop_orders(pool: RidePool) -> set[tuple[int, ...]]:
    together = np.flatnonzero(np.diff(pool.ptr) > 1)
    return {tuple(pool.events[2 * pool.ptr[ride] : 2 * pool.ptr[ride + 1]].tolist()) for ride in together}


def matrix() -> Iterator[str]:
    """Time the table of many places on a made-up region of crossroads, and again from the cache."""
    from sharedride.day.model import Place
    from sharedride.travel import cache
    from sharedride.travel.osrm_build import build
    from sharedride.travel.osrm_files import serving
    from tests.travel.osm import LAT, LON, STEP, write_osm

    random = np.random.default_rng(0)
    reach = STEP * (CROSSROADS - 1)
    lat, lon = LAT + reach * random.random(LARGE), LON + reach * random.random(LARGE)
    places = tuple(
        Place(id=str(at), lat=float(lat[at]), lon=float(lon[at]), kind="home") for at in range(LARGE)
    )
    empty = {"schema": "sharedride/day/1", "date": "2026-03-17"}
    lists: dict[str, tuple[()]] = dict.fromkeys(("places", "operators", "vehicles", "trips"), ())
    bare = Day.model_validate(empty | lists)
    with tempfile.TemporaryDirectory() as work:
        os.environ[cache.FOLDER_VARIABLE] = str(Path(work) / "kept")
        data = build(write_osm(Path(work) / "region.osm", CROSSROADS), Path(work) / "region")
        with serving(str(data), "data") as url:
            travel = Osrm(model="osrm", url=url, max_snap_m=5_000.0)
            day = bare.model_copy(update={"places": places, "travel": travel})
            yield f"| table of {LARGE:,} places, region of {CROSSROADS**2:,} crossroads | s |"
            yield "|---|---:|"
            yield f"| from the server | {_seconds(day):.2f} |"
        cache._recent.clear()
        yield f"| from the disk | {_seconds(day):.2f} |"


def _seconds(day: Day) -> float:
    begun = time.perf_counter()
    travel_table(day)
    return time.perf_counter() - begun


def main(arguments: list[str]) -> int:
    """Print one of the tables."""
    match arguments:
        case ["fit"]:
            lines = fit()
        case ["against", day]:
            lines = against(read_day(day))
        case ["plans"]:
            lines = plans(DAY)
        case ["plans", day]:
            lines = plans(Path(day))
        case ["matrix"]:
            lines = matrix()
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    for line in lines:
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
