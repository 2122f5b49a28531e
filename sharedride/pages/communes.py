"""Names of communes, offline: what people call the place of a home.

GeoNames, CC BY 4.0; INSEE, code officiel géographique et populations, Licence Ouverte 2.0, via Etalab.
"""

import csv
import gzip
import io
from functools import cache
from importlib import resources

_FILE = "synth/data/communes.csv.gz"


@cache
def commune_names() -> dict[str, str]:
    """Return the name of every French commune that is known by its INSEE code."""
    data = (resources.files("sharedride") / _FILE).read_bytes()
    rows = csv.DictReader(io.StringIO(gzip.decompress(data).decode("utf-8"), newline=""))
    return {row["insee"]: row["name"] for row in rows}
