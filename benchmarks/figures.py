"""What the rows of a run say: gaps over time, shares of a peer's cost, time to reach it."""

import math
from typing import Any

Json = dict[str, Any]
US = "sharedride"


def ours(rows: list[Json]) -> dict[str, Json]:
    """Return our row of each instance that has one."""
    return {row["instance"]: row for row in rows if row["peer"] == US and "error" not in row}


def over(row: Json, base: Json | None) -> float | None:
    """How much dearer a lawful plan is than ours, as a share; ``None`` unless both serve as many trips."""
    if base is None or "error" in row or row["lawful"]["served"] != base["lawful"]["served"]:
        return None
    return float(row["lawful"]["cost"] / base["lawful"]["cost"] - 1.0)


def reached(base: Json, row: Json) -> float | None:
    """Seconds after which our search had a plan as good as a peer's lawful one at its end."""
    goal = row["lawful"]
    for point in base["curve"]:
        if point["cost"] is not None and (
            point["served"] > goal["served"]
            or (point["served"] == goal["served"] and point["cost"] <= goal["cost"] + 0.005)
        ):
            return float(point["seconds"])
    return None


def summary(rows: list[Json]) -> list[Json]:
    """Return, per peer and multiple of our limit, how its lawful plans compare with ours.

    ``compared`` counts instances on which both serve as many trips, ``cheaper`` those on which ours costs
    less, ``fewer`` those on which the peer serves fewer; ``mean`` and ``least`` are its cost over ours.
    """
    base = ours(rows)
    groups: dict[tuple[str, float], list[Json]] = {}
    for row in rows:
        if row["peer"] != US and row["instance"] in base and "error" not in row:
            multiple = round(row["limit"] / base[row["instance"]]["limit"], 2)
            groups.setdefault((row["peer"], multiple), []).append(row)
    answer = []
    for (name, multiple), mine in groups.items():
        shares = [share for row in mine if (share := over(row, base[row["instance"]])) is not None]
        times = [(row["seconds"], reached(base[row["instance"]], row)) for row in mine]
        shorter = sorted(seconds / when for seconds, when in times if when)
        served = [(row["lawful"]["served"], base[row["instance"]]["lawful"]["served"]) for row in mine]
        answer.append(
            {
                "peer": name,
                "multiple": multiple,
                "instances": len(mine),
                "compared": len(shares),
                "cheaper": sum(share > 0 for share in shares),
                "fewer": sum(theirs < us for theirs, us in served),
                "mean": sum(shares) / len(shares) if shares else None,
                "least": min(shares, default=None),
                "reached": len(shorter),
                "shorter": shorter[len(shorter) // 2] if shorter else None,
            }
        )
    return answer


def gaps(row: Json) -> list[tuple[float, float]]:
    """Seconds and gap to the best bound of the run, wherever as many trips are served as in the end."""
    bound = row["bound"]
    if bound is None:
        return []
    return [
        (point["seconds"], max(0.0, (point["cost"] - bound) / point["cost"]))
        for point in row["curve"]
        if point["cost"] and point["served"] == row["lawful"]["served"]
    ]


def time_to_gap(row: Json, share: float) -> float | None:
    """Seconds after which plan and bound of that moment were no further apart than a share, and as many trips
    were served as in the end.
    """
    for point in row["curve"]:
        cost, bound = point["cost"], point["bound"]
        if not cost or bound is None or point["served"] < row["lawful"]["served"]:
            continue
        if (cost - bound) / cost <= share:
            return float(point["seconds"])
    return None


def exponent(points: list[tuple[float, float]]) -> float | None:
    """Slope of the least-squares line through the logarithms of size and time; ``None`` of fewer than two."""
    logs = [(math.log(size), math.log(seconds)) for size, seconds in points if size > 0 and seconds > 0]
    if len({size for size, _ in logs}) < 2:
        return None
    mean_x = sum(x for x, _ in logs) / len(logs)
    mean_y = sum(y for _, y in logs) / len(logs)
    spread = sum((x - mean_x) ** 2 for x, _ in logs)
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / spread
