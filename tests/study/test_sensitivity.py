import pytest

from sharedride.errors import InputError
from sharedride.study.sensitivity import tornado, tornado_table
from tests.study.studies import plan_row, small_study

DAYS = {"departments": ["90"], "dates": ["2026-03-17"], "seeds": [1, 2], "trips": 10}
POLICIES = [{"name": "decree"}, {"name": "30 km"}]


def asked(**changes: object) -> dict[str, object]:
    return {"policy": "30 km", "assumptions": ["incompatible", "refusal"]} | changes


def test_the_widest_swing_comes_first() -> None:
    """Each assumption's headline at both ends, per trip, beside that of the same days as they are."""
    study = small_study(days=DAYS, policies=POLICIES, sensitivity=asked())
    plans = [plan_row("90", seed, "decree") for seed in (1, 2)]
    plans += [plan_row("90", seed, "30 km", payer_plan=300.0 - 90.0 * seed) for seed in (1, 2)]
    saves = {"incompatible=0.05": 20.0, "incompatible=0.25": 10.0, "refusal=0": 40.0, "refusal=0.1": 5.0}
    varied = [plan_row("90", 1, "decree", varied=what) for what in saves]
    varied += [
        plan_row("90", 1, "30 km", varied=what, payer_plan=300.0 - euros, margin=51.0)
        for what, euros in saves.items()
    ]
    found = tornado(study, plans, varied)
    assert found is not None
    assert found.days == ("90/2026-03-17/1",)
    assert found.headline.payer == pytest.approx(-9.0)
    assert [swing.assumption for swing in found.swings] == ["refusal", "incompatible"]
    assert "| 0 | 0.1 | -4.00 … -0.50 | +0.10 … +0.10 |" in "\n".join(tornado_table(found))


def test_nothing_is_said_before_it_is_planned() -> None:
    """Without a plan of the sensitivity there is no tornado."""
    study = small_study(days=DAYS, policies=POLICIES, sensitivity=asked())
    assert tornado(study, [plan_row("90", 1, "decree")], []) is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"policy": "decree"}, 'sensitivity compares "decree", no policy after the first'),
        ({"assumptions": ["incompatble"]}, 'no assumption is "incompatble", did you mean "incompatible"?'),
    ],
)
def test_a_sensitivity_that_cannot_be_is_told(changes: dict[str, object], told: str) -> None:
    """The policy must be another than the first, and the assumptions must be known."""
    with pytest.raises(InputError) as error:
        small_study(days=DAYS, policies=POLICIES, sensitivity=asked(**changes))
    assert told in str(error.value)
