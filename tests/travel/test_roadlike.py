from functools import lru_cache

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist, squareform

from sharedride.day import parse_day
from sharedride.travel import travel_table
from sharedride.travel.crowfly import crowfly_km
from sharedride.travel.network import Network, french_network, gabriel_network
from sharedride.travel.roadlike import Factors, factors, roadlike_km
from tests.travel.days import day_on_roads

BELFORT = (47.64, 6.86)
ROUNDING_KM = 1e-9
NEAR = st.tuples(st.floats(47.5, 47.8), st.floats(6.7, 7.0))
SOME = settings(max_examples=40, deadline=None)
Point = tuple[float, float]


@lru_cache(maxsize=1)
def near_belfort() -> Network:
    """The communes around Belfort: tests of hundreds of days need no more of France."""
    whole = french_network()
    near = (abs(whole.lat - BELFORT[0]) < 0.3) & (abs(whole.lon - BELFORT[1]) < 0.4)
    return whole.part(np.flatnonzero(near))


def km_of(points: list[Point], network: Network | None = None, by: Factors | None = None) -> np.ndarray:
    lat, lon = np.array(points, dtype=np.float64).T
    return roadlike_km(lat, lon, near_belfort() if network is None else network, by or factors())


@SOME
@given(st.lists(NEAR, min_size=3, max_size=6))
@example([(47.64, 6.86), (47.64, 6.86), (47.5, 6.8)])
@example([(0.0, 0.0), (47.64, 6.86), (-33.0, 151.0)])
def test_km_and_minutes_are_metrics(points: list[Point]) -> None:
    """Distances and times are symmetric, 0 to oneself, and never longer than by way of a third place."""
    km = km_of(points)
    for table in (km, factors().minutes_of(km)):
        assert np.array_equal(table, table.T)
        assert not table.diagonal().any()
        over = table[:, :, None] + table[None, :, :]
        assert (table[:, None, :] <= over + ROUNDING_KM * (1.0 + over)).all()


@SOME
@given(st.lists(NEAR, min_size=4, max_size=6))
def test_the_other_places_of_a_day_change_nothing(points: list[Point]) -> None:
    """The distance of two places is the same in every day that holds both, in whatever order."""
    whole = km_of(points)
    assert km_of(points[:2]) == pytest.approx(whole[:2, :2], abs=ROUNDING_KM)
    assert km_of(points[::-1])[::-1, ::-1] == pytest.approx(whole, abs=ROUNDING_KM)


@SOME
@given(st.lists(NEAR, min_size=2, max_size=4))
def test_roads_are_never_shorter_than_edges_nor_longer_than_the_land(points: list[Point]) -> None:
    """Every distance lies between the two factors times the great circle."""
    lat, lon = np.array(points).T
    air, km, by = crowfly_km(lat, lon), km_of(points), factors()
    assert (km >= by.edge * air - ROUNDING_KM).all()
    assert (km <= by.off_network * air + ROUNDING_KM).all()


COORDINATES = st.integers(0, 40)
GRID = st.lists(st.tuples(COORDINATES, COORDINATES), min_size=2, max_size=9, unique=True)


@SOME
@given(GRID, st.lists(st.tuples(COORDINATES, COORDINATES), min_size=2, max_size=4))
def test_distances_are_those_of_every_chain_of_moves(
    towns: list[tuple[int, int]], places: list[tuple[int, int]]
) -> None:
    """Against all shortest paths over towns, places and moves of both kinds, nothing left out."""
    around = np.array([47.4, 6.5])
    network = gabriel_network(*(around + 0.01 * np.array(towns)).T)
    lat, lon = (around + 0.01 * np.array(places)).T
    by = Factors(1.1, 1.7, factors().km, factors().minutes)
    every = crowfly_km(np.concatenate([network.lat, lat]), np.concatenate([network.lon, lon]))
    km = by.off_network * every
    for first, second in network.edges:
        km[first, second] = km[second, first] = by.edge * every[first, second]
    for middle in range(len(km)):
        km = np.minimum(km, km[:, middle, None] + km[None, middle, :])
    assert roadlike_km(lat, lon, network, by) == pytest.approx(km[len(network) :, len(network) :], abs=1e-9)


@SOME
@given(GRID)
def test_neighbours_have_an_empty_circle_between_them(towns: list[tuple[int, int]]) -> None:
    """Two towns are joined exactly when no third lies within the circle over their line."""
    around = np.array([47.4, 6.5])
    # Off the grid, so that no town lies on a circle.
    shaken = np.array(towns) + 0.2 * np.sin(np.array(towns) * [[12.9898, 78.233]] + 1.0)
    points = np.unique(around + 0.01 * shaken, axis=0)
    network = gabriel_network(*points.T)
    plane = np.column_stack([np.radians(points[:, 1]), np.arcsinh(np.tan(np.radians(points[:, 0])))])
    square = squareform(pdist(plane, "sqeuclidean"))
    expected = {
        (i, j)
        for i in range(len(points))
        for j in range(i + 1, len(points))
        if all(square[i, k] + square[k, j] >= square[i, j] for k in range(len(points)) if k not in (i, j))
    }
    assert {tuple(edge) for edge in network.edges.tolist()} == expected


def test_france_is_one_network() -> None:
    """All communes hang together, and a day anywhere in France has distances."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    network = french_network()
    ones = np.ones(len(network.edges))
    graph = coo_matrix((ones, network.edges.T), shape=(len(network), len(network)))
    assert connected_components(graph, directed=False)[0] == 1
    km = km_of([(43.30, 5.37), (43.53, 5.45), (43.12, 5.93)], network)
    assert 30 < km[0, 1] < 36
    table = travel_table(parse_day(day_on_roads({"model": "roadlike"})))
    assert table.metric
    assert (table.km[0, 1:] > 0).all()


def test_minutes_hold_the_observed_speeds() -> None:
    """At the middle of each band the mean speed is the one observed, and it only grows with distance."""
    by = factors()
    speeds = 60.0 * by.km[1:] / by.minutes_of(by.km[1:])
    assert speeds == pytest.approx([36, 50, 64, 77])
    slopes = np.diff(by.minutes) / np.diff(by.km)
    assert (np.diff(slopes) < 0).all()
    assert by.minutes_of(np.array([1000.0]))[0] == pytest.approx(
        by.minutes[-1] + (1000 - by.km[-1]) * slopes[-1]
    )
