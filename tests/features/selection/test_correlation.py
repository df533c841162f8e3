"""Pruning of near copies."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.features.rank_correlation import rank_correlation
from ml_analytics.features.selection.correlation import prune


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12), st.floats(0, 1))
def test_laws_of_pruning(seed: int, width: int, limit: float) -> None:
    generator = np.random.default_rng(seed)
    values = generator.normal(size=(30, width)) + generator.normal(size=(30, 1))
    correlation = rank_correlation(values)
    order = generator.permutation(width)
    pruned = prune(order, correlation, limit)
    kept = [one for one in order if one not in pruned]
    assert order[0] in kept
    assert all(abs(correlation[one, two]) <= limit for one in kept for two in kept if one != two)
    place = {one: at for at, one in enumerate(order.tolist())}
    for gone, (winner, value) in pruned.items():
        assert winner in kept
        assert place[winner] < place[gone]
        assert value == correlation[gone, winner]
        assert abs(value) > limit
    assert prune(order, correlation, limit) == pruned


def test_a_chain_prunes_only_what_is_near_to_something_kept() -> None:
    chain = np.asarray([[1.0, 0.9, 0.2], [0.9, 1.0, 0.9], [0.2, 0.9, 1.0]])
    assert prune([0, 1, 2], chain, 0.8) == {1: (0, 0.9)}
    assert prune([1, 0, 2], chain, 0.8) == {0: (1, 0.9), 2: (1, 0.9)}
