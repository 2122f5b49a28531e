from sharedride.tariffs import published


def test_the_published_figures_fit_together() -> None:
    """Both parts of the protocol's target make it up, and it is a small part of the bill."""
    found = published()
    assert found.from_relevance + found.from_tariffs == found.target_ambulance_vsl == 150e6
    assert found.spend_ambulance_vsl + found.spend_taxi == 6.74e9
