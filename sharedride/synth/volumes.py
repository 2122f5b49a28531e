"""How many seated trips a département has on a weekday, and how many of them ride in a VSL."""

from dataclasses import dataclass

from sharedride.synth.assumptions import Assumptions
from sharedride.synth.calendar import weekday_equivalents
from sharedride.synth.geography import of_department, read_rows

OBSERVED_YEAR = 2024


@dataclass(frozen=True)
class Volume:
    """Trips of a weekday and the fraction in a VSL; ``observed`` where a payer's count is behind."""

    trips: float
    vsl_share: float
    observed: bool


@dataclass(frozen=True)
class ObservedRate:
    """The payer's counts of 2024: VSL trips and shared ones, general scheme, carriers' département."""

    department: str
    name: str
    trips: int
    shared: int

    @property
    def rate(self) -> float:
        """Shared trips out of all."""
        return self.shared / self.trips


def observed_rates() -> dict[str, ObservedRate]:
    """The payer's table for Bourgogne-Franche-Comté, by département; ``"BFC"`` is the whole."""
    return {
        row["dept"]: ObservedRate(row["dept"], row["name"], int(row["trips_2024"]), int(row["shared_2024"]))
        for row in read_rows("observed_rates.csv")
    }


def volume(department: str, assumed: Assumptions) -> Volume:
    """Return a département's weekday.

    From the payer's VSL count where there is one: divided by the general scheme's part, by the weekdays'
    worth of the year, and by the VSL share. Elsewhere from the inhabitants.
    """
    rate = observed_rates().get(department)
    if rate is None:
        inhabitants = float(of_department(department).population.sum())
        return Volume(assumed.trips_per_1000 * inhabitants / 1000.0, assumed.vsl_share, observed=False)
    vsl = rate.trips / assumed.general_scheme / weekday_equivalents(OBSERVED_YEAR, assumed)
    return Volume(vsl / assumed.vsl_share_bfc, assumed.vsl_share_bfc, observed=True)
