"""Who comes on a date: series of care that go on for weeks, and patients who come once.

A series is a seat that patients hold in turn: each holds it for a course. So the number of patients stays
what the volume asks for, the same patients come back, and any date can be asked for on its own.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sharedride.synth.calendar import is_working_day, one_off_weight, week, weekday_number
from sharedride.synth.chance import digest, generator, whole
from sharedride.synth.patients import Patient, Patients
from sharedride.synth.stays import dialysis_times, ready

_RADIOTHERAPY_SESSIONS = (25, 35)
_RADIOTHERAPY_TURN = 35
_CHEMOTHERAPY_WEEKDAYS, _CHEMOTHERAPY_CYCLES = 15, 6
_REHABILITATION_WEEKS, _DAY_HOSPITAL_WEEKS = 8, 10
_REHABILITATION_PATTERNS = ((0, 2, 4), (1, 3))
_DIALYSIS_PATTERNS = ((0, 2, 4), (1, 3, 5))


@dataclass(frozen=True)
class Visit:
    """One patient's day of care: minutes from midnight; ``None`` where there is no such trip."""

    patient: Patient
    appointment: int | None
    ready: int | None

    @property
    def trips(self) -> int:
        """One, or two for there and back."""
        return (self.appointment is not None) + (self.ready is not None)


class Agenda:
    """The visits of any date, for a weekday of ``trips`` trips."""

    def __init__(self, patients: Patients, trips: float) -> None:
        self._patients = patients
        self._assumed = patients.territory.assumed
        self._trips = trips
        self._dialysis: dict[int, list[Patient]] = {}

    def visits(self, date: datetime.date) -> list[Visit]:
        """Return a date's visits: the series first, then patients who come once, in a fixed order."""
        series = [self._visit(patient, date) for patient in self._series(date)]
        wanted = round(self._wanted(date))
        kept: list[Visit] = []
        count = 0
        for visit in series:
            if count + visit.trips <= max(wanted, 1):
                kept.append(visit)
                count += visit.trips
        return kept + self._one_offs(date, wanted - count)

    def _wanted(self, date: datetime.date) -> float:
        """Trips of a date; on a working day those of the weekday, exactly."""
        if is_working_day(date):
            return self._trips
        dialysis = self._assumed.dialysis if date.weekday() < 6 else 0.0
        return self._trips * (dialysis + one_off_weight(date, self._assumed))

    def _visit(self, patient: Patient, date: datetime.date) -> Visit:
        times = patient.times
        if times.ends is None:
            return Visit(patient, times.begins, None)
        rng = generator(self._patients.seed, self._patients.territory.code, "ready", patient.key, date)
        return Visit(patient, times.begins, ready(patient.motive, times, self._assumed, rng))

    def _round_trips(self, share: float, motive: str, turn: object) -> int:
        code, seed = self._patients.territory.code, self._patients.seed
        return whole(self._trips * share / 2.0, seed, code, "seats", motive, turn)

    def _series(self, date: datetime.date) -> Iterator[Patient]:
        for pattern, weekdays in enumerate(_DIALYSIS_PATTERNS):
            if date.weekday() in weekdays:
                yield from self._dialysis_patients(pattern)
        if is_working_day(date):
            yield from self._radiotherapy(date)
            yield from self._chemotherapy(date)
            yield from self._rehabilitation(date)
            yield from self._day_hospital(date)

    def _dialysis_patients(self, pattern: int) -> list[Patient]:
        if pattern not in self._dialysis:
            count = self._round_trips(self._assumed.dialysis, "dialysis", pattern)
            drawn = [self._patients.patient("dialysis", pattern, seat) for seat in range(count)]
            centres: dict[int, list[Patient]] = defaultdict(list)
            for patient in drawn:
                centres[patient.place].append(patient)
            self._dialysis[pattern] = [
                replace(patient, times=dialysis_times(rank, len(centre)))
                for _, centre in sorted(centres.items())
                for rank, patient in enumerate(centre)
            ]
        return self._dialysis[pattern]

    def _radiotherapy(self, date: datetime.date) -> Iterator[Patient]:
        least, most = _RADIOTHERAPY_SESSIONS
        held = (least + most) / 2 / _RADIOTHERAPY_TURN
        seats = self._round_trips(self._assumed.radiotherapy / held, "radiotherapy", 0)
        for seat in range(seats):
            phase = digest(self._patients.seed, "phase", seat) % _RADIOTHERAPY_TURN
            course, session = divmod(weekday_number(date) + phase, _RADIOTHERAPY_TURN)
            length = least + digest(self._patients.seed, "course", seat, course) % (most - least + 1)
            if session < length:
                yield self._patients.patient("radiotherapy", seat, course)

    def _chemotherapy(self, date: datetime.date) -> Iterator[Patient]:
        cycle, turn = divmod(weekday_number(date), _CHEMOTHERAPY_WEEKDAYS)
        for seat in range(self._round_trips(self._assumed.chemotherapy, "chemotherapy", turn)):
            course = (cycle + seat) // _CHEMOTHERAPY_CYCLES
            yield self._patients.patient("chemotherapy", turn, seat, course)

    def _rehabilitation(self, date: datetime.date) -> Iterator[Patient]:
        for pattern, weekdays in enumerate(_REHABILITATION_PATTERNS):
            if date.weekday() in weekdays:
                for seat in range(self._round_trips(self._assumed.rehabilitation, "rehabilitation", pattern)):
                    course = (week(date) + seat) // _REHABILITATION_WEEKS
                    yield self._patients.patient("rehabilitation", pattern, seat, course)

    def _day_hospital(self, date: datetime.date) -> Iterator[Patient]:
        turn = date.weekday()
        for seat in range(self._round_trips(self._assumed.day_hospital, "day_hospital", turn)):
            course = (week(date) + seat) // _DAY_HOSPITAL_WEEKS
            yield self._patients.patient("day_hospital", turn, seat, course)

    def _one_offs(self, date: datetime.date, trips: int) -> list[Visit]:
        """Admissions and discharges, one trip each, and consultations, two; together ``trips`` trips."""
        share = self._assumed.hospital_in_out / max(self._assumed.one_off, 1e-12)
        single = min(trips, round(share * trips))
        single += (trips - single) % 2
        visits = [
            self._visit(self._patients.patient(("admission", "discharge")[seat % 2], date, seat), date)
            for seat in range(max(single, 0))
        ]
        visits += [
            self._visit(self._patients.patient("consultation", date, seat), date)
            for seat in range(max(trips - single, 0) // 2)
        ]
        return visits
