"""Other futures are valid bars that keep the past."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.features.bars import read_bars
from ml_analytics.features.futures import another_series, randomised_future


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), cut=st.integers(0, 298), upwards=st.booleans())
def test_randomised_futures_are_valid_bars_with_the_same_past(
    make_bars: Callable[..., pd.DataFrame], seed: int, cut: int, upwards: bool
) -> None:
    frame = make_bars(300, seed)
    bars, index = read_bars(frame, "test")
    other = randomised_future(bars, cut, np.random.default_rng(seed), upwards=upwards)
    made = pd.DataFrame(other, index=index)
    read_bars(made, "test")
    assert (made["high"] >= made[["open", "close", "low"]].max(axis=1)).all()
    assert (made["low"] <= made[["open", "close"]].min(axis=1)).all()
    for name, values in bars.items():
        np.testing.assert_array_equal(other[name][: cut + 1], values[: cut + 1])
        assert (other[name][cut + 1 :] != values[cut + 1 :]).all()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.sampled_from([1e-11, 1.0, 1e12]), flat=st.booleans())
def test_another_series_is_valid_and_has_no_bar_in_common(
    make_bars: Callable[..., pd.DataFrame], seed: int, scale: float, flat: bool
) -> None:
    frame = make_bars(100, seed)
    frame[["open", "high", "low", "close"]] *= scale
    if flat:
        frame[["open", "high", "low", "close"]], frame["volume"] = 5.0 * scale, 0.0
    bars, index = read_bars(frame, "test")
    other = another_series(bars, np.random.default_rng(seed))
    made = pd.DataFrame(other, index=index)
    read_bars(made, "test")
    assert (made["high"] >= made[["open", "close", "low"]].max(axis=1)).all()
    assert (made["low"] <= made[["open", "close"]].min(axis=1)).all()
    assert all((other[name] != values).all() for name, values in bars.items())
    assert made["close"].nunique() > 90


def test_extremes_never_stay_what_they_were(make_bars: Callable[..., pd.DataFrame]) -> None:
    bars, _ = read_bars(make_bars(300), "test")
    up, down = (
        randomised_future(bars, 150, np.random.default_rng(0), upwards=upwards) for upwards in (True, False)
    )
    for name in ("close", "volume"):
        assert up[name].max() > bars[name].max()
    assert down["close"].min() < bars["close"].min()


def test_same_seed_same_future(make_bars: Callable[..., pd.DataFrame]) -> None:
    bars, _ = read_bars(make_bars(50), "test")
    one, two = (randomised_future(bars, 9, np.random.default_rng(4), upwards=True) for _ in range(2))
    for name, values in one.items():
        np.testing.assert_array_equal(values, two[name])
