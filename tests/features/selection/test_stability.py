"""Folds in time, and what counts as selected in one."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from ml_analytics.core.errors import ParameterError
from ml_analytics.features.selection.evidence import Evidence, read_evidence
from ml_analytics.features.selection.stability import Folds, purged_blocks, selected_shares


@settings(max_examples=100, deadline=None)
@given(
    count=st.integers(2, 6), horizon=st.integers(0, 5), symbols=st.integers(1, 3), moments=st.integers(120, 200),
    seed=st.integers(0, 99),
)  # fmt: skip
def test_no_two_blocks_share_a_moment_or_a_label(
    count: int, horizon: int, symbols: int, moments: int, seed: int
) -> None:
    kept = np.random.default_rng(seed).random(moments * symbols) < 0.9  # incomplete rows are gone
    bars = np.repeat(np.arange(moments), symbols)[kept]
    blocks = purged_blocks(bars, Folds(count, horizon), "x")
    assert len(blocks) == count
    for one, two in pairwise(blocks):
        assert bars[one].max() + horizon < bars[two].min()
    together = np.concatenate(blocks)
    assert len(set(together)) == len(together)
    assert len(bars) - len(together) <= (count - 1) * horizon * symbols
    sizes = [len(np.unique(bars[block])) for block in blocks]
    assert max(sizes) - min(sizes) <= horizon + 1


@pytest.mark.parametrize(("rows", "folds", "horizon"), [(3, 5, 0), (49, 5, 0), (60, 5, 5), (30, 2, 40)])
def test_fewer_rows_than_the_folds_need(rows: int, folds: int, horizon: int) -> None:
    with pytest.raises(ParameterError, match=f"'n_folds'.*{rows} complete rows.*{folds} folds"):
        purged_blocks(np.arange(rows), Folds(folds, horizon), "x")
    assert len(purged_blocks(np.arange(50), Folds(5, 0), "x")) == 5


def evidence(frame: pd.DataFrame, target: np.ndarray) -> Evidence:
    return read_evidence(frame, target, task="auto", max_missing=0.5, owner="x")


def shares(
    one: Evidence, methods: tuple[str, ...] = ("f_test",), n_features: int | None = 3
) -> tuple[list[float], int]:
    columns = np.arange(one.values.shape[1])
    made, judged = selected_shares(
        one, columns, methods, n_features, Folds(5, 0), owner="x", n_jobs=None, seed=0
    )
    return made.tolist(), judged


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(0).normal(size=(1000, 12)))


def test_a_relation_of_some_of_the_time_is_selected_then(frame: pd.DataFrame) -> None:
    target = 0.1 * np.random.default_rng(1).normal(size=1000) + frame[0]
    target[:600] += 3 * frame[1][:600]  # the first three of five blocks
    assert shares(evidence(frame, target.to_numpy()))[0][:3] == [1.0, 0.6, 0.0]


def test_more_than_n_features_are_never_selected(frame: pd.DataFrame) -> None:
    target = (frame[0] + frame[1] + frame[2]).to_numpy()
    assert shares(evidence(frame, target), n_features=None)[0][:4] == [1.0, 1.0, 1.0, 0.0]
    assert sum(shares(evidence(frame, target), n_features=2)[0]) == pytest.approx(2.0)


@pytest.mark.parametrize("methods", [("f_test",), ("mutual_info",), ("mutual_info", "f_test")])
@pytest.mark.parametrize("width", [1, 4, 12])
def test_chance_is_not_selected_even_where_everything_would_fit(
    frame: pd.DataFrame, methods: tuple[str, ...], width: int
) -> None:
    for seed in range(5):
        target = np.random.default_rng(100 + seed).normal(size=1000)
        for one in (target, target > 0):
            made, _ = shares(evidence(frame.iloc[:, :width], one), methods, None)
            assert max(made) < 0.6


def test_memory_on_both_sides_is_not_a_relation() -> None:
    shocks = np.random.default_rng(5).normal(size=(3000, 13))
    slow = signal.lfilter(
        [1.0], [1.0, -0.95], shocks, axis=0
    )  # of two, p < 0.05 in most blocks by the plain F test
    for column in range(5):
        rest = pd.DataFrame(np.delete(slow, column, axis=1))
        made, _ = shares(evidence(rest, slow[:, column]), n_features=None)
        assert max(made) < 0.6


def test_folds_that_cannot_judge_do_not_count(frame: pd.DataFrame) -> None:
    target = (frame[0] > 0).to_numpy(copy=True)
    target[:400] = True
    made, judged = shares(evidence(frame, target))
    assert judged == 3
    assert made[0] == 1.0
    nothing = evidence(frame, np.r_[np.zeros(200), np.ones(200), np.zeros(200), np.ones(400)])
    assert shares(nothing) == ([0.0] * 12, 0)


def test_a_column_that_stands_still_in_a_block_is_not_selected_there(frame: pd.DataFrame) -> None:
    target = frame[0].to_numpy(copy=True)
    frame.loc[:399, 0] = 1.0
    assert shares(evidence(frame, target))[0][0] == pytest.approx(0.6)
    assert shares(evidence(frame[[0]], target))[0] == [pytest.approx(0.6)]


def test_many_rows_of_few_moments(frame: pd.DataFrame) -> None:
    frame.index = pd.date_range("2024-01-01", periods=5, tz="UTC").repeat(200)
    made, judged = shares(evidence(frame, frame[0].to_numpy()))
    assert (made[0], judged) == (1.0, 5)
