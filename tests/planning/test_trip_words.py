"""Words that tell sets of trips apart."""

from itertools import combinations

import numpy as np

from sharedride.planning.trip_words import TripWords


def test_every_set_of_trips_has_one_word_of_its_own() -> None:
    """Sets of up to four of twelve trips differ, whatever the order; many at once are told the same."""
    words = TripWords(12)
    sets = [trips for size in range(1, 5) for trips in combinations(range(12), size)]
    one_by_one = [words.of(trips) for trips in sets]
    assert len(set(one_by_one)) == len(sets)
    assert one_by_one == [words.of(reversed(trips)) for trips in sets]
    ptr = np.cumsum([0, *(len(trips) for trips in sets)])
    assert words.each(ptr, np.concatenate(sets).astype(np.int32)).tolist() == one_by_one
    assert len(words.each(ptr[:1], np.empty(0, np.int32))) == 0
