from sharedride.study.dearer import dearer, dearer_table

SHARED = {"shared": True, "vehicle_type": "vsl", "certified": True, "solo_fare": 30.0}


def test_dearer_trips_are_counted_where_they_are() -> None:
    """By type of car, certification and length; unserved and unshared trips do not count."""
    counts = dearer(
        [
            SHARED | {"direct_km": 8.0, "fare": 31.5},
            SHARED | {"direct_km": 9.9, "fare": 30.0},
            SHARED | {"direct_km": 10.0, "fare": 20.0},
            SHARED | {"direct_km": 60.0, "fare": 32.0, "vehicle_type": "taxi"},
            SHARED | {"direct_km": 8.0, "fare": 99.0, "shared": False},
            {"trip": "unserved"},
        ]
    )
    table = dearer_table([{"dearer": counts}, {"dearer": counts}])
    assert table[2:] == [
        "| VSL, certified | under 10 | 4 | 2 (50.0%) | 3.00 |",
        "| VSL, certified | 10 to 20 | 2 | 0 (0.0%) | 0.00 |",
        "| taxi | 40 and more | 2 | 2 (100.0%) | 4.00 |",
    ]
