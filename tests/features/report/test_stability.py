"""Drift from fold to fold beside the drift room's own figure; what stays is not said to drift."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.core.columns import ColumnKind
from ml_analytics.evaluation.drift.psi import PopulationStabilityIndex
from ml_analytics.evaluation.drift.sample import Sample
from ml_analytics.features.report.bins import read_answers
from ml_analytics.features.report.inputs import read_inputs
from ml_analytics.features.report.stability import Stability, follow, population_stability


def followed(table: pd.DataFrame, target: object = None, folds: int = 5) -> Stability:
    inputs = read_inputs(table, None, target)
    answers = None if inputs.target is None else read_answers(inputs.target)
    made = follow(inputs, answers, np.arange(len(table)), folds, 0)
    assert made is not None
    return made


@given(seed=st.integers(0, 200), shift=st.floats(-3, 3), digits=st.integers(0, 6))
def test_psi_is_that_of_the_drift_room(seed: int, shift: float, digits: int) -> None:
    generator = np.random.default_rng(seed)
    before, now = generator.normal(size=300).round(digits), (generator.normal(size=120) + shift).round(digits)
    samples = (Sample(ColumnKind.NUMBER, side, np.zeros(len(side), bool)) for side in (before, now))
    expected = PopulationStabilityIndex().compare(*samples)
    assert expected is not None
    assert population_stability(before, now) == pytest.approx(expected.statistic, abs=1e-12)


def test_a_feature_that_shifts_is_worst_and_one_that_stays_is_stable() -> None:
    generator = np.random.default_rng(0)
    table = pd.DataFrame({"stays": generator.normal(size=2000), "moves": generator.normal(size=2000)})
    table.loc[1600:, "moves"] = 2 * table.loc[1600:, "moves"] + 3
    made: Any = followed(table)
    assert made.worst.index.tolist() == ["moves", "stays"] and made.worst["stays"] < 0.1
    assert made.psi.columns.tolist() == [2, 3, 4, 5]
    assert made.psi.loc["moves", 4] < 0.1 < 1.0 < made.psi.loc["moves", 5]
    before, last = table["moves"][:1600], table["moves"][1600:]
    assert made.mean_shift.loc["moves", 5] == pytest.approx(
        (last.mean() - before.mean()) / before.std(ddof=0)
    )
    assert made.spread.loc["moves", 5] == pytest.approx(last.std(ddof=0) / before.std(ddof=0))


def test_few_rows_do_not_make_noise_a_shift() -> None:
    alarms = 0
    for seed in range(50):
        made = followed(pd.DataFrame(np.random.default_rng(seed).normal(size=(200, 10))))
        assert made.psi.max().max() > 0.25, "the usual limit alone would call noise a shift"
        alarms += bool(made.shifted)
    assert alarms <= 8  # 40 comparisons each, once in 1,000 by chance


def test_folds_are_equally_long_and_leave_nothing_out() -> None:
    days = pd.date_range("2024-01-01", periods=403, tz="UTC")
    made = followed(pd.DataFrame({"a": np.arange(403.0)}, index=days), folds=4)
    assert [one.stop - one.start for one in made.folds] == [101, 101, 101, 100]
    assert made.folds[0].first == days[0] and made.folds[-1].last == days[-1]
    assert all(left.stop == right.start for left, right in zip(made.folds, made.folds[1:], strict=False))


def test_what_has_no_values_before_or_does_not_vary_is_unknown() -> None:
    late = np.full(500, np.nan)
    late[300:] = np.random.default_rng(0).normal(size=200)
    made: Any = followed(pd.DataFrame({"late": late, "flat": 1.0, "none": np.nan}))
    assert made.psi.loc["late"].isna().tolist() == [True, True, True, False]
    assert made.psi.loc["none"].isna().all() and (made.psi.loc["flat"] < 0.02).all()
    assert made.mean_shift.loc["flat"].isna().all()


def test_what_tells_in_every_fold_is_first_in_every_fold() -> None:
    generator = np.random.default_rng(1)
    table = pd.DataFrame(generator.normal(size=(3000, 8)), columns=list("abcdefgh"))
    made: Any = followed(table, table["c"] + 0.5 * table["f"] + 0.3 * generator.normal(size=3000) > 0)
    assert made.rank is not None
    assert made.rank.loc["c"].tolist() == [1] * 5 and made.rank.loc["f"].tolist() == [2] * 5
    assert made.agreement > 0.3


def test_noise_has_no_order() -> None:
    generator = np.random.default_rng(2)
    made = followed(pd.DataFrame(generator.normal(size=(3000, 60))), generator.integers(0, 2, 3000))
    assert abs(made.agreement) < 0.25


def test_without_a_target_there_are_no_ranks() -> None:
    made = followed(pd.DataFrame({"a": np.arange(200.0)}))
    assert made.rank is None and np.isnan(made.agreement)


def test_a_fold_without_a_target_has_no_ranks() -> None:
    generator = np.random.default_rng(3)
    target = np.where(np.arange(1000) < 400, np.nan, generator.integers(0, 2, 1000))
    made = followed(pd.DataFrame(generator.normal(size=(1000, 4))), target)
    assert made.rank is not None
    assert made.rank.isna().all().tolist() == [True, True, False, False, False]


def test_too_few_rows() -> None:
    inputs = read_inputs(pd.DataFrame({"a": np.arange(149.0)}), None, None)
    assert follow(inputs, None, np.arange(149), 5, 0) is None
