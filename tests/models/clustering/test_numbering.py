from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.models.clustering.numbering import canonical_order, renamed


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(-3, 3)), min_size=1, max_size=6), st.randoms())
def test_the_names_do_not_depend_on_the_order_they_were_found_in(
    clusters: list[tuple[int, int]], random: object
) -> None:
    clusters = sorted(set(clusters))
    mixed = list(clusters)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    found = []
    for one in (clusters, mixed):
        sizes, centres = np.array([size for size, _ in one]), np.array([[float(c)] for _, c in one])
        order = canonical_order(sizes, centres)
        found.append([one[index] for index in order])
        assert np.array_equal(renamed(order, order), np.arange(len(order)))
    assert found[0] == found[1]
    assert [size for size, _ in found[0]] == sorted((size for size, _ in clusters), reverse=True)


def test_noise_stays_noise() -> None:
    assert renamed(np.array([-1, 0, 1]), np.array([1, 0])).tolist() == [-1, 1, 0]
    assert renamed(np.array([-1, -1]), np.array([], dtype=np.int64)).tolist() == [-1, -1]
