from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharedride.day.model import Costs, Operator, VehicleType
from sharedride.study.breakeven import break_even
from sharedride.tariffs import tariff_book
from tests.synth.test_command import run

TODAY = date(2026, 3, 17)


@settings(deadline=None)
@given(km=st.floats(18.1, 120.0), patients=st.sampled_from([2, 3]), certified=st.booleans())
def test_the_formula_is_what_the_invoices_say(km: float, patients: int, certified: bool) -> None:
    """At the break-even detours invoices priced trip by trip are those of riding alone, up to rounding."""
    found = break_even(km, patients, certified=certified, on=TODAY)
    operator = Operator(id="o", certified=certified, vsl_flat="A")

    def fares(lengths: list[float], aboard: int) -> list[float]:
        nothing = np.zeros(len(lengths))
        priced = tariff_book(TODAY).fares(
            VehicleType.VSL,
            operator,
            certified=certified,
            km=lengths,
            aboard=np.full(len(lengths), aboard),
            alone_km=nothing,
            rate=nothing,
            wheelchair=nothing,
            big_city=nothing,
        )
        return [float(fare) for fare in priced]

    (solo,) = fares([km], 1)
    assert found.solo_fare == pytest.approx(solo, abs=0.02)
    assert fares([km + found.payer_trip_km], patients)[0] == pytest.approx(solo, abs=0.02)
    ride = fares([km + found.payer_ride_km] + [km] * (patients - 1), patients)
    assert sum(ride) == pytest.approx(patients * solo, abs=0.05)
    assert found.saving(found.payer_ride_km) == pytest.approx(0.0, abs=1e-6)
    detour = 7.0
    billed = sum(fares([km + detour] + [km] * (patients - 1), patients)) - patients * solo
    saved = found.cost_per_km * ((patients - 1) * km / 0.55 - detour)
    assert found.gain(detour) == pytest.approx(billed + saved, abs=0.08)
    if found.operator_km is not None:
        assert found.gain(found.operator_km) == pytest.approx(0.0, abs=1e-6)


def test_a_certified_trip_of_20_km_by_hand() -> None:
    """15.75 + 17 × 1.10 = 34.45 €; 15 % off pays for 0.15 / 0.85 × 34.45 / 1.10 = 5.53 km, not for 10."""
    found = break_even(20.0, 2, certified=True, on=TODAY)
    assert found.solo_fare == pytest.approx(34.45)
    assert found.payer_trip_km == pytest.approx(5.527, abs=1e-3)


def test_a_dearer_km_makes_detours_pay_less() -> None:
    """With a running cost above what a km brings, the operator's line falls with the detour."""
    cheap = break_even(30.0, 2, certified=True, on=TODAY, costs=Costs(per_km=0.2, per_hour=10.0))
    dear = break_even(30.0, 2, certified=True, on=TODAY, costs=Costs(per_km=0.8, per_hour=30.0))
    assert cheap.operator_slope > 0 > dear.operator_slope


def test_short_trips_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Trips with a short-trip supplement are outside the formula, and the command says so."""
    assert run(["break-even", "--km", "9"]) == 2
    assert "9 is too short" in capsys.readouterr().err
    assert run(["break-even", "--km", "20", "--tariff-date", "2026-03-17"]) == 0
    assert "| certified_2025 | 2 | 20 | 10 km | 34.45 € | 15% | 5.5 km |" in capsys.readouterr().out


def test_the_chart_is_one_file_that_asks_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The picture has a column per regime, refers to nothing outside, and is the same when drawn again."""
    files = [tmp_path / "one.svg", tmp_path / "two.svg"]
    for file in files:
        assert run(["break-even", "--svg", str(file)]) == 0
    assert "| certified_2025 | 2 | 20 |" in capsys.readouterr().out
    one, two = (file.read_text(encoding="utf-8") for file in files)
    assert one == two
    root = ElementTree.fromstring(one)
    texts = {element.text for element in root.iter() if element.tag.endswith("text")}
    assert {"certified, since 2025", "not certified, since October 2025", "3 patients"} <= texts
    links = [value for each in root.iter() for name, value in each.attrib.items() if name.endswith("href")]
    assert all(link.startswith("#") for link in links)


def test_a_chart_that_cannot_be_written_is_told_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing folder is an input error, and no table is printed."""
    assert run(["break-even", "--svg", str(tmp_path / "no" / "one.svg")]) == 2
    assert capsys.readouterr().out == ""
