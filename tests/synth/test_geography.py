import pytest

from sharedride.errors import InputError
from sharedride.synth.care import MOTIVES, listed_care
from sharedride.synth.care_rule import care_by_rule
from sharedride.synth.geography import communes, department, departments, of_department, region
from sharedride.synth.volumes import observed_rates


def test_the_whole_of_metropolitan_france_is_there() -> None:
    """96 départements, nearly 35,000 communes and 66 million inhabitants, each in a plausible place."""
    whole = communes()
    assert len(departments()) == 96
    assert set(whole.department) == set(departments())
    assert len(set(whole.insee)) == len(whole) == 34_788
    assert 65e6 < whole.population.sum() < 67e6
    assert whole.lat.min() > 41.3
    assert whole.lat.max() < 51.2
    assert whole.lon.min() > -5.2
    assert whole.lon.max() < 9.7


def test_bourgogne_franche_comte_is_what_it_is() -> None:
    """The région has its 8 départements, 3,685 communes and 2,802,670 inhabitants."""
    codes = [item.code for item in region("BFC")]
    assert codes == ["21", "25", "39", "58", "70", "71", "89", "90"]
    assert sum(name in codes for name in communes().department) == 3685
    assert sum(of_department(code).population.sum() for code in codes) == 2_802_670


def test_the_payers_table_adds_up() -> None:
    """The eight départements' counts sum to the région's, 21.0 % shared."""
    rates = observed_rates()
    whole = rates.pop("BFC")
    assert sum(rate.trips for rate in rates.values()) == whole.trips == 1_000_593
    assert round(100 * whole.rate, 1) == 21.0


def test_there_is_care_for_every_motive_everywhere() -> None:
    """The rule gives every département dialysis, radiotherapy, a hospital and rehabilitation in reach."""
    places = care_by_rule(frozenset())
    for motive in MOTIVES:
        assert {place.department for place in places if place.draw(motive)} <= set(departments())
    for kind in ("dialyse", "radiotherapie"):
        assert {place.department for place in places if kind in place.kinds} == set(departments())
    listed = {place.department for place in listed_care()}
    near = [place for place in places if place.department in listed]
    assert 0.5 < len(near) / len(listed_care()) < 1.5


@pytest.mark.parametrize("call", [lambda: department("97"), lambda: region("Bourgogne")])
def test_what_is_not_in_france_is_refused(call: object) -> None:
    """A département or région that is none is named, with what would be right."""
    with pytest.raises(InputError, match=r"is no (département|région)"):
        call()  # type: ignore[operator]
