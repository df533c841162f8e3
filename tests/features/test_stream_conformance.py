"""One vector everywhere: every entry of the catalogue, stepped bar by bar, gives what it gives in batch."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.ohlcv import OHLCV
from ml_analytics.features import Indicator, catalogue
from ml_analytics.features.bars import read_bars
from ml_analytics.features.indicator import Bars
from ml_analytics.features.stepping import Recent

every_entry = pytest.mark.parametrize("entry", catalogue(), ids=lambda one: one.columns[0])


def stepped(entry: Indicator, bars: Bars) -> np.ndarray:
    """Every value of ``entry``, each from the state and no more recent bars than it says it looks at."""
    assert entry.looks_at is not None
    step, recent, state = entry.step(), Recent(entry.looks_at), None
    made = np.full((len(bars["close"]), len(entry.columns)), np.nan)
    for bar, values in enumerate(zip(*(bars[name].tolist() for name in OHLCV), strict=True)):
        recent.push(values)
        state, value = step(state, recent)
        if bar >= entry.warm_up:
            made[bar] = value
    return made


def assert_equal(entry: Indicator, bars: Bars, case: str = "") -> None:
    """Hold both to 1e-9 of the value, or of the feature's mean size where the value is near zero."""
    made = stepped(entry, bars)
    for position, (name, batch) in enumerate(entry.values(bars).items()):
        size = 1e-9 * float(np.nanmean(np.abs(batch))) if np.isfinite(batch).any() else 0.0
        np.testing.assert_allclose(
            np.asarray(made[:, position]), batch, rtol=1e-9, atol=size, err_msg=f"{name} {case}"
        )


@every_entry
def test_every_entry_steps(entry: Indicator) -> None:
    assert entry.stepper is not None


@every_entry
def test_twenty_years_of_the_sp500(entry: Indicator, sp500_bars: pd.DataFrame) -> None:
    assert_equal(entry, read_bars(sp500_bars, "test")[0])


@pytest.mark.real_data
@every_entry
def test_bitcoin_by_the_hour(entry: Indicator, btc_bars: pd.DataFrame) -> None:
    assert_equal(entry, read_bars(btc_bars, "test")[0])


@every_entry
def test_odd_bars(entry: Indicator, odd_bars: dict[str, pd.DataFrame]) -> None:
    for case, frame in odd_bars.items():
        assert_equal(entry, read_bars(frame, "test")[0], case)


@every_entry
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), tick=st.sampled_from([0.01, 0.25, 1.0]), still=st.floats(0, 0.6))
def test_prices_on_ticks_with_many_ties(entry: Indicator, seed: int, tick: float, still: float) -> None:
    generator = np.random.default_rng(seed)
    length = entry.warm_up + 90
    moves = np.where(generator.random(length) < still, 0, generator.integers(-3, 4, length))
    close = np.maximum(200 + np.cumsum(moves), 1)
    opened = np.maximum(
        close + np.where(generator.random(length) < still, 0, generator.integers(-2, 3, length)), 1
    )
    bars = {
        "open": opened * tick,
        "high": (np.maximum(opened, close) + generator.integers(0, 3, length)) * tick,
        "low": np.maximum(np.minimum(opened, close) - generator.integers(0, 3, length), 0.5) * tick,
        "close": close * tick,
        "volume": np.where(generator.random(length) < still, 0, generator.integers(0, 500, length)).astype(
            float
        ),
    }
    assert_equal(entry, bars)
