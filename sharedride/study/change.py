"""Change a day by a policy, with common random numbers.

Every draw belongs to the patient, operator or vehicle it is about, by a hash of its id and the day's salt:
not to the order of draws, nor to the policy. Whoever refuses at 1 % refuses at 3 %, so that a difference
between two policies is the policies'.
"""

from sharedride.day.model import Costs, Day, Lock, RuleOverrides, Trip, Vehicle, VehicleType
from sharedride.study.chance import draw
from sharedride.study.spec import Policy


def changed(day: Day, policy: Policy, salt: str) -> Day:
    """Return the day as it is under a policy.

    Parameters
    ----------
    salt
        What the draws of this day depend on beside ids; the same for every policy.
    """
    rules = day.rules.model_dump() | policy.rules.model_dump(exclude_none=True)
    costs = day.costs.model_dump() | policy.costs.model_dump(exclude_none=True)
    parts: dict[str, object] = {"rules": RuleOverrides(**rules), "costs": Costs(**costs)}
    if policy.certified is not None:
        parts["operators"] = tuple(
            each.model_copy(update={"certified": draw(salt, "certified", each.id) < policy.certified})
            for each in day.operators
        )
    parts["vehicles"] = _vehicles(day, policy, salt)
    parts["trips"] = _trips(day, policy, salt)
    return day.model_copy(update=parts)


def _vehicles(day: Day, policy: Policy, salt: str) -> tuple[Vehicle, ...]:
    seats = {VehicleType.VSL: policy.seats.vsl, VehicleType.TAXI: policy.seats.taxi}
    # Cars of a lock are part of what the dispatcher has decided: they stay.
    locked = {trip.lock.vehicle for trip in day.trips if trip.lock is not None}
    return tuple(
        each.model_copy(update={"seats": seats[each.type]}) if seats[each.type] is not None else each
        for each in day.vehicles
        if policy.fleet is None or each.id in locked or draw(salt, "fleet", each.id) < policy.fleet
    )


def _trips(day: Day, policy: Policy, salt: str) -> tuple[Trip, ...]:
    types: dict[str, set[VehicleType]] = {}
    for vehicle in day.vehicles:
        types.setdefault(vehicle.operator, set()).add(vehicle.type)
    shifts = _shifts(day, policy.appointment_shift_min) if policy.appointment_shift_min else {}
    trips = []
    for trip in day.trips:
        parts: dict[str, object] = {}
        forbidden = trip.share_incompatible
        if policy.incompatible is not None:
            forbidden = draw(salt, "incompatible", trip.patient) < policy.incompatible
            parts["share_incompatible"] = forbidden
        if policy.refusal is not None:
            refuses = draw(salt, "refusal", trip.patient) < policy.refusal
            parts["refuses_sharing"] = refuses and not forbidden
        if not policy.sharing:
            lock = trip.lock or Lock()
            parts["lock"] = lock.model_copy(update={"alone": True, "with_": ()})
        if policy.pooled and trip.operator is not None:
            mine = types.get(trip.operator, set())
            parts["operator"] = None
            parts["vehicle_types"] = tuple(kind for kind in trip.vehicle_types if kind in mine)
        if trip.id in shifts:
            at = "appointment" if trip.outbound else "ready"
            parts[at] = getattr(trip, at) + shifts[trip.id]
        trips.append(trip.model_copy(update=parts))
    return tuple(trips)


def _shifts(day: Day, most: float) -> dict[str, float]:
    """Minutes each trip moves: a visit whole, to the nearest common time of its place of care.

    The times are ``2 * most`` apart from midnight on, so nobody moves by more than ``most``. A visit without
    appointment is moved by when it ends. A trip without visit moves by itself. A visit with a pick-up the
    dispatcher has fixed stays.
    """
    visits: dict[str, list[Trip]] = {}
    for trip in day.trips:
        visits.setdefault(trip.visit or f"\0{trip.id}", []).append(trip)
    moved = {}
    for trips in visits.values():
        leads = min(trips, key=lambda trip: not trip.outbound)
        at = leads.appointment if leads.appointment is not None else leads.ready
        if at is None or any(trip.lock is not None and trip.lock.pickup is not None for trip in trips):
            continue
        common = 2.0 * most * int(at / (2.0 * most) + 0.5)
        moved.update({trip.id: common - at for trip in trips})
    return moved
