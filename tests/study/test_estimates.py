import pytest

from sharedride.study.estimates import FRANCE, estimates, weights
from sharedride.synth.volumes import observed_rates
from tests.study.studies import plan_row, small_study

STUDY = small_study(
    days={"departments": ["90", "71", "35"], "dates": ["2026-03-17"], "seeds": [1, 2]},
    policies=[{"name": "decree"}, {"name": "30 km"}],
)
CHANGE = {"90": -10.0, "71": -30.0, "35": -50.0}
ROWS = [
    plan_row(
        department,
        seed,
        policy,
        payer_plan=300.0 + (CHANGE[department] * seed if policy == "30 km" else 0.0),
        margin=50.0 + (5.0 * seed if policy == "30 km" else 0.0),
        payer_saving=20.0,
    )
    for department in CHANGE
    for seed in (1, 2)
    for policy in ("decree", "30 km")
]


def test_areas_are_their_departments_by_weight() -> None:
    """A région is its planned départements by their trips; what was not planned is like them, France too."""
    found = {(each.area, each.policy): each for each in estimates(STUDY, ROWS)}
    held = weights(2026)
    trips = {code: held[code].trips for code in CHANGE}
    belfort = found["Territoire de Belfort", "30 km"]
    assert belfort.planned == 1.0
    assert belfort.payer == pytest.approx((-1.5 * trips["90"], trips["90"] * 0.5**0.5))
    bfc = found["Bourgogne-Franche-Comté", "30 km"]
    mean = (trips["90"] * -1.0 + trips["71"] * -3.0) / (trips["90"] + trips["71"])
    assert bfc.payer is not None
    assert bfc.payer[0] == pytest.approx(1.5 * mean * bfc.trips)
    france = found[FRANCE, "30 km"]
    assert france.trips == pytest.approx(sum(weight.trips for weight in held.values()))
    by_region = {"Bourgogne-Franche-Comté": mean, "Bretagne": -5.0}
    rest = (sum(trips[code] * CHANGE[code] for code in trips) / 10.0) / sum(trips.values())
    whole = sum(weight.trips * by_region.get(weight.region, rest) for weight in held.values())
    assert france.payer is not None
    assert france.payer[0] == pytest.approx(1.5 * whole)
    assert france.margin == pytest.approx((0.75 * france.trips, 0.5 * france.trips * 0.5**0.5))
    assert found[FRANCE, "decree"].saving == pytest.approx((2.0 * france.trips, 0.0), abs=1e-3)
    assert found[FRANCE, "decree"].payer is None


def test_the_weights_are_the_payers_counts() -> None:
    """Where the payer counts VSL trips, a year of the generator holds as many, but for the other schemes."""
    observed = observed_rates()["90"].trips
    assert weights(2024)["90"].observed
    assert weights(2024)["90"].trips * 0.40 * 0.90 == pytest.approx(observed)
    assert not weights(2024)["35"].observed
    assert len(weights(2024)) == 96


def test_days_that_serve_fewer_trips_are_not_compared() -> None:
    """A trip that is not driven costs nothing: such a day says nothing of the policy."""
    rows = [row | ({"served": 9} if row["policy"] == "30 km" else {}) for row in ROWS]
    assert all(each.payer is None for each in estimates(STUDY, rows))
