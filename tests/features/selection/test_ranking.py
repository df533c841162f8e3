"""Scores of features against a target."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.features.selection import rank_features


@pytest.fixture
def table() -> pd.DataFrame:
    generator = np.random.default_rng(0)
    frame = pd.DataFrame(generator.normal(size=(400, 4)), columns=list("abcd"))
    return frame.assign(constant=1.0)


@pytest.mark.parametrize("method", ["mutual_info", "f_test", "importance"])
@pytest.mark.parametrize("kind", ["number", "class", "text"])
def test_the_informative_column_comes_first(table: pd.DataFrame, method: str, kind: str) -> None:
    number = table["c"] * 2 + np.random.default_rng(1).normal(size=400) * 0.2
    target = {
        "number": number,
        "class": (number > 0).astype(float),
        "text": np.where(number > 0, "up", "down"),
    }
    scores = rank_features(table, target[kind], method)
    assert scores.index[0] == "c"
    assert scores["constant"] == 0
    assert (scores.diff().dropna() <= 0).all()
    pd.testing.assert_series_equal(scores, rank_features(table, target[kind], method))


def test_f_statistic_against_scipy(table: pd.DataFrame) -> None:
    target = (table["a"] + table["b"] > 0).astype(int)
    scores = rank_features(table, target, "f_test")
    for name in "abcd":
        expected = stats.f_oneway(table[name][target == 0], table[name][target == 1]).statistic
        assert scores[name] == pytest.approx(expected)


def test_rows_with_gaps_are_left_out(table: pd.DataFrame) -> None:
    target = table["a"].copy()
    holed = table.copy()
    holed.iloc[:50, 1] = np.nan
    holed["empty"] = np.nan
    target.iloc[-20:] = np.nan
    expected = rank_features(table.iloc[50:-20], target.iloc[50:-20], "f_test")
    made = rank_features(holed, target, "f_test")
    pd.testing.assert_series_equal(made.drop("empty"), expected)
    assert made["empty"] == 0


def test_a_target_that_never_changes_scores_nothing(table: pd.DataFrame) -> None:
    assert (rank_features(table, np.ones(400)) == 0).all()


def test_bad_input(table: pd.DataFrame) -> None:
    with pytest.raises(ParameterError, match="'target'"):
        rank_features(table, np.ones(3))
    with pytest.raises(DataProcessingError, match="at least 10 rows"):
        rank_features(table.iloc[:9], np.ones(9))
    with pytest.raises(DataProcessingError, match="'text'"):
        rank_features(table.assign(text="x"), np.ones(400))
    with pytest.raises(ParameterError, match="'chi2'"):
        rank_features(table, np.ones(400), "chi2")
