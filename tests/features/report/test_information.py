"""Information beside scikit-learn; noise is called noise, also when it hangs together in time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import mutual_info_score

from ml_analytics.features.report.bins import MISSING, binned, read_answers
from ml_analytics.features.report.information import Importance, mutual_information, weigh
from ml_analytics.features.report.inputs import read_inputs


def weighed(table: pd.DataFrame, target: object, seed: int = 0) -> Importance:
    inputs = read_inputs(table, None, target)
    assert inputs.target is not None
    made = weigh(inputs, read_answers(inputs.target), np.arange(len(table)), seed)
    assert made is not None
    return made


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 1000), levels=st.integers(2, 6), missing=st.floats(0.0, 0.9))
def test_information_is_that_of_scikit_learn(seed: int, levels: int, missing: float) -> None:
    generator = np.random.default_rng(seed)
    values = generator.normal(size=(200, 20))
    values[generator.uniform(size=values.shape) < missing] = np.nan
    answers = generator.integers(0, levels, size=(200, 3))
    bins, width = binned(values, 7)
    found = mutual_information(bins, width, answers, levels)
    for feature in range(20):
        known = bins[:, feature] != MISSING
        for tried in range(3):
            expected = mutual_info_score(bins[known, feature], answers[known, tried]) if known.any() else 0.0
            assert found[feature, tried] == pytest.approx(expected, abs=1e-6)


def test_a_feature_without_values_tells_nothing() -> None:
    made = weighed(pd.DataFrame({"none": np.nan, "flat": np.ones(200)}), np.arange(200) % 2)
    assert made.table[["information", "noise"]].abs().max().max() == 0.0
    assert made.table["p_value"].tolist() == [1.0, 1.0] and made.telling == ()


@pytest.mark.parametrize("kind", ["classes", "texts", "numbers"])
def test_what_tells_stands_first_and_is_beyond_chance(kind: str) -> None:
    generator = np.random.default_rng(1)
    table = pd.DataFrame(generator.normal(size=(1500, 30)), columns=[f"f{at}" for at in range(30)])
    signal = table["f7"] + generator.normal(size=1500)
    target = {
        "classes": (signal > 0).astype(int),
        "texts": np.where(signal > 0, "up", "down"),
        "numbers": signal,
    }[kind]
    made = weighed(table, target)
    assert made.telling == ("f7",) and made.table.index[0] == "f7"
    assert made.classes == (kind != "numbers") and made.rotations == 200
    strongest = made.table.loc["f7"]
    assert strongest["information"] > 5 * strongest["noise"] > 0


def test_a_relation_without_a_correlation_is_found() -> None:
    x = np.random.default_rng(2).normal(size=1000)
    made = weighed(pd.DataFrame({"x": x, "y": np.roll(x, 300)}), np.abs(x) > 0.7)
    assert made.telling == ("x",)


def test_slow_noise_beside_a_target_with_overlapping_rows_is_noise() -> None:
    """A false alarm in at most about one report in 20; shuffled rows raised one in all 40."""
    alarms = 0
    for seed in range(40):
        generator = np.random.default_rng(seed)
        table = pd.DataFrame(generator.normal(size=(800, 12)).cumsum(axis=0))
        moves = generator.normal(size=830)
        target = np.convolve(moves, np.ones(20), "valid")[:800] > 0
        alarms += bool(weighed(table, target, seed).telling)
    assert alarms <= 6


def test_the_order_of_features_and_a_monotone_change_do_not_matter() -> None:
    generator = np.random.default_rng(3)
    table = pd.DataFrame(generator.normal(size=(600, 5)), columns=list("abcde"))
    target = table["a"] + table["b"] ** 2 > 1
    made = weighed(table, target).table
    bent = pd.DataFrame({name: np.exp(table[name]) for name in "edcba"})
    pd.testing.assert_frame_equal(made, weighed(bent, target).table.loc[made.index])


def test_missing_values_are_left_out_for_their_feature_only() -> None:
    generator = np.random.default_rng(4)
    table = pd.DataFrame({"a": generator.normal(size=600), "b": generator.normal(size=600)})
    alone = weighed(table[["b"]], table["b"] > 0)
    table.loc[:400, "a"] = np.nan
    beside = weighed(table, table["b"] > 0)
    assert beside.table["information"]["b"] == alone.table["information"]["b"]


@pytest.mark.parametrize("target", [np.ones(200), np.r_[np.zeros(25), np.ones(24), np.full(151, np.nan)]])
def test_a_target_that_cannot_be_told_about(target: np.ndarray) -> None:
    inputs = read_inputs(pd.DataFrame({"a": np.arange(200.0)}), None, target)
    assert inputs.target is not None
    assert weigh(inputs, read_answers(inputs.target), np.arange(200), 0) is None
