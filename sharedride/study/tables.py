"""The tables of a study: which columns, of what type, and what they mean."""

from typing import Literal, NamedTuple

Kind = Literal["text", "int", "float", "bool"]


class Column(NamedTuple):
    """One column. ``meaning`` names the unit."""

    name: str
    kind: Kind
    meaning: str


LABELS = (
    Column("study", "text", "name of the study"),
    Column("plan", "text", "key of the plan: day, policy, objective, options and code, digested"),
    Column(
        "day", "text", "département/date/seed of a synthetic day, or the file's name as the study gives it"
    ),
    Column("department", "text", "département of the day"),
    Column("date", "text", "date of the day, YYYY-MM-DD"),
    Column("seed", "int", "seed of the synthetic day; empty for a file"),
    Column("policy", "text", "name of the policy"),
    Column("objective", "text", "what the plan is best at: cost, savings, margin, km or shared"),
    Column(
        "varied",
        "text",
        "assumption of the sensitivity at one of its ends, such as refusal=0.1; empty in the study proper",
    ),
)
"""Columns every table begins with: no join is needed to compare policies."""

_KM = (
    Column("km", "float", "km driven"),
    Column("loaded_km", "float", "km with a patient aboard"),
    Column("empty_km", "float", "km without"),
)

PLANS = (
    Column("status", "text", "optimal (gap closed to 1e-4) or feasible (stopped at the time limit)"),
    Column("value", "float", "the objective's value: euros, km or trips"),
    Column(
        "bound", "float", "proven limit no plan serving as many trips can beat; empty where nothing is proven"
    ),
    Column("gap", "float", "|value - bound| / |value|"),
    Column(
        "served_bound", "int", "proven largest number of trips any plan can serve; empty where not proven"
    ),
    Column("trips", "int", "trips of the day"),
    Column("served", "int", "trips served"),
    Column("shared", "int", "served trips that were shared on part of their way"),
    Column("vsl_trips", "int", "trips served by VSL"),
    Column(
        "vsl_shared", "int", "shared trips by VSL; vsl_shared / vsl_trips is the payer's VSL rate in number"
    ),
    Column("vsl_amount", "float", "payer's bill for the trips by VSL, euros"),
    Column("vsl_shared_amount", "float", "payer's bill for the shared ones, euros: the VSL rate in amount"),
    Column("shared_amount", "float", "payer's bill for the shared trips by VSL and taxi, euros"),
    Column("payer_solo", "float", "payer's bill if every served trip rode alone and direct, euros"),
    Column("payer_plan", "float", "payer's bill as planned, euros"),
    Column("payer_saving", "float", "payer_solo - payer_plan, euros"),
    Column("dearer_trips", "int", "shared trips that cost the payer more than riding alone"),
    Column("dearer_euros", "float", "by how much more, together, euros"),
    Column("revenue", "float", "operators' revenue, euros"),
    Column("running_cost", "float", "operators' km, driving and service time and vehicle-days, euros"),
    Column("margin", "float", "revenue - running_cost, euros"),
    *_KM,
    Column("vehicles_used", "int", "cars that leave their depot"),
    Column("work_hours", "float", "driving and service, hours"),
    Column("duty_hours", "float", "from leaving the depot to being back, hours"),
    Column("co2_kg", "float", "CO2, kg"),
    Column("vsl_operators", "int", "operators that served a trip by VSL"),
    Column(
        "vsl_operators_malus",
        "int",
        "those of them whose shared VSL rate this day is below the malus threshold",
    ),
    Column("malus_euros", "float", "what they would lose if the year were like this day, euros"),
)

_CAR = (
    Column("vehicle", "text", "id of the car in the day"),
    Column("vehicle_type", "text", "vsl or taxi"),
    Column("operator", "text", "whose car"),
    Column("certified", "bool", "whether that operator is certified"),
)

TRIPS = (
    Column("trip", "text", "id of the trip in the day"),
    Column("direction", "text", "outbound or return"),
    Column("motive", "text", "why the patient goes there"),
    Column("served", "bool", "whether the plan serves it; the columns of the ride are empty if not"),
    Column("unserved_because", "text", "why it is not served"),
    *_CAR,
    Column("ride", "text", "ride it is part of"),
    Column("picked_up_min", "float", "minutes from midnight"),
    Column("dropped_off_min", "float", "minutes from midnight"),
    Column("direct_km", "float", "km alone and direct"),
    Column("ridden_km", "float", "km from boarding to alighting"),
    Column("detour_km", "float", "the difference, km"),
    Column("detour_limit_km", "float", "what the rule allows this patient, km"),
    Column("aboard", "int", "most patients aboard at once, this one included"),
    Column("shared", "bool", "whether another patient was aboard on part of the way"),
    Column("wait_min", "float", "wait at the place of care on this trip's side, minutes"),
    Column("fare", "float", "payer's bill, euros"),
    Column("solo_fare", "float", "payer's bill alone and direct, euros"),
    Column("alone_because", "text", "why a served trip is not shared, a code of plan.json"),
)

RIDES = (
    Column("ride", "text", "id of the ride in the plan"),
    *_CAR,
    Column("trips", "int", "trips it carries"),
    Column("aboard", "int", "most patients aboard at once"),
    Column("begins_min", "float", "first pick-up, minutes from midnight"),
    Column("ends_min", "float", "last drop-off, minutes from midnight"),
    Column("km", "float", "km with somebody aboard"),
    Column("direct_km", "float", "what its trips would ride alone and direct, km together"),
    Column("fare", "float", "payer's bill, euros"),
    Column("solo_fare", "float", "payer's bill if its trips rode alone, euros"),
)

VEHICLES = (
    *_CAR,
    Column("seats", "int", "places for patients and companions"),
    Column("used", "bool", "whether it leaves its depot"),
    Column("rides", "int", "rides it drives"),
    Column("trips", "int", "trips it carries"),
    Column("shared", "int", "shared ones"),
    *_KM,
    Column("fare", "float", "payer's bill for its trips, euros"),
)

RUNS = (
    Column("seconds", "float", "wall time of the plan with making and checking the day, seconds"),
    Column("cpu_seconds", "float", "processor time, seconds"),
    Column("peak_mb", "float", "most memory the worker had held by then, MB"),
    Column("worker", "text", "machine and process"),
    Column("code", "text", "version of the code"),
)

TABLES = {"plans": PLANS, "trips": TRIPS, "rides": RIDES, "vehicles": VEHICLES, "runs": RUNS}
"""Every table by name; ``runs`` holds what differs from machine to machine, the others only figures."""
