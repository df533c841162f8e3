"""Bins: about equal counts, equal values together, whatever the numbers are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ml_analytics.features.report.bins import MISSING, MOST_CLASSES, binned, quantile_edges, read_answers

NUMBERS = st.lists(
    st.one_of(st.floats(allow_nan=False), st.sampled_from([0.0, 1.0])), min_size=1, max_size=60
)


@example(values=[-1.7976931348623157e308] * 3, bins=2)
@given(values=NUMBERS, bins=st.integers(2, 12))
def test_equal_values_share_a_bin_and_larger_ones_never_a_lower(values: list[float], bins: int) -> None:
    column = np.array([*values, np.nan])[:, None]
    codes, width = binned(column, bins)
    assert codes[-1, 0] == MISSING and codes[:-1].min() >= 0 and codes.max() < width
    order = np.argsort(column[:-1, 0], kind="stable")
    assert (np.diff(codes[order, 0]) >= 0).all()
    for value in set(values):
        assert len({code for code, one in zip(codes[:, 0], values, strict=False) if one == value}) == 1


@given(seed=st.integers(0, 100), bins=st.integers(2, 12))
def test_without_ties_bins_are_equally_full(seed: int, bins: int) -> None:
    values = np.random.default_rng(seed).normal(size=600)
    counts = np.bincount(np.searchsorted(quantile_edges(np.sort(values), bins), values))
    assert counts.size == bins and np.ptp(counts) <= 2


def test_a_value_that_fills_bins_has_one_of_its_own() -> None:
    values = np.concatenate([np.zeros(80), np.arange(-10.0, 0.0), np.arange(1.0, 11.0)])[:, None]
    codes, _ = binned(values, 10)
    of_zero = set(codes[:80, 0].tolist())
    assert len(of_zero) == 1 and not of_zero & set(codes[80:, 0].tolist())


@pytest.mark.parametrize(
    ("target", "classes", "levels"),
    [
        (["up", "down", None, "up"], True, 2),
        ([True, False, True, True], True, 2),
        ([0.0, 1.0, np.nan, 1.0], True, 2),
        (pd.array([0, 1, None, 1], dtype="Int64"), True, 2),
        ([3.0, 3.0, 3.0, 3.0], True, 1),
        ([0.5, 0.1, np.inf, 0.2], False, 4),
        ([None, None, None, None], True, 1),
    ],
)
def test_targets_become_classes(target: object, classes: bool, levels: int) -> None:
    answers = read_answers(pd.Series(target))
    assert (answers.classes, answers.levels) == (classes, levels)
    assert answers.codes.max(initial=0) < max(levels, 1)


def test_missing_targets_are_unknown() -> None:
    assert read_answers(pd.Series(["a", None, "b"])).known.tolist() == [True, False, True]
    assert read_answers(pd.Series([0.0, np.nan, np.inf, 1.0])).known.tolist() == [True, False, False, True]
    assert read_answers(pd.Series([], dtype=float)).known.tolist() == []


def test_the_rarest_of_many_texts_are_taken_together() -> None:
    texts = [f"t{number}" for number in range(60) for _ in range(60 - number)]
    answers = read_answers(pd.Series(texts))
    assert answers.levels == MOST_CLASSES
    assert np.bincount(answers.codes)[:3].tolist() == [60, 59, 58]
