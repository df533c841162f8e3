"""Our own indicators against slow, obvious oracles, and laws of the well-known ones."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.features import catalogue
from ml_analytics.features.bars import read_bars
from ml_analytics.features.indicator import Bars

BY_COLUMN = {name: one for one in catalogue() for name in one.columns}


@pytest.fixture(scope="module")
def some(sp500_bars: pd.DataFrame) -> Bars:
    return read_bars(sp500_bars.iloc[1500:2100], "test")[0]


def values(bars: Bars, column: str) -> np.ndarray:
    return BY_COLUMN[column].values(bars)[column]


def rolling(bars: Bars, column: str, window: int, rule: Callable[[slice], Any]) -> list[float]:
    """Apply ``rule(slice)`` bar by bar from the warm-up on."""
    start = BY_COLUMN[column].warm_up
    length = len(bars["close"])
    return [rule(slice(t - window + 1, t + 1)) for t in range(start, length)]


def check(
    bars: Bars,
    column: str,
    window: int,
    rule: Callable[[slice], Any],
    rtol: float = 1e-9,
    atol: float = 1e-12,
) -> None:
    expected = rolling(bars, column, window, rule)
    np.testing.assert_allclose(
        values(bars, column)[BY_COLUMN[column].warm_up :], expected, rtol=rtol, atol=atol
    )


def returns(close: np.ndarray, when: slice) -> list[float]:
    return [math.log(close[t] / close[t - 1]) for t in range(when.start, when.stop)]


def test_log_returns(some: Bars) -> None:
    close = some["close"]

    def past(period: int, w: slice) -> float:
        return math.log(close[w.start] / close[w.start - period])

    for period in (1, 5, 20):
        check(some, f"log_return_{period}", 1, partial(past, period))


def test_volatility_and_its_ratio(some: Bars) -> None:
    close = some["close"]
    check(some, "volatility_20", 20, lambda w: np.std(returns(close, w)))
    check(
        some,
        "volatility_ratio_5_20",
        20,
        lambda w: np.std(returns(close, slice(w.stop - 5, w.stop))) / np.std(returns(close, w)),
        rtol=1e-7,
    )


def test_volatility_percentile(some: Bars) -> None:
    known = values(some, "volatility_20")
    check(some, "volatility_percentile_100", 101, lambda w: float(sum(known[w][:-1] < known[w][-1])))


def test_natr_percentile(some: Bars) -> None:
    known = values(some, "natr_14")
    check(some, "natr_percentile_100", 101, lambda w: float(sum(known[w][:-1] < known[w][-1])))


def test_atr_ratio(some: Bars) -> None:
    high, low, close = some["high"], some["low"], some["close"]

    def wilder(period: int) -> dict[int, float]:
        ranges = [
            max(high[t] - low[t], abs(high[t] - close[t - 1]), abs(low[t] - close[t - 1]))
            for t in range(1, len(close))
        ]
        mean = sum(ranges[:period]) / period
        out = {period: mean}
        for t in range(period + 1, len(close)):
            mean = (mean * (period - 1) + ranges[t - 1]) / period
            out[t] = mean
        return out

    short, long = wilder(7), wilder(28)
    check(some, "atr_ratio_7_28", 1, lambda w: short[w.start] / long[w.start])


def test_parkinson_and_garman_klass(some: Bars) -> None:
    def bar_variance(t: int) -> tuple[float, float]:
        spread = math.log(some["high"][t] / some["low"][t]) ** 2
        body = math.log(some["close"][t] / some["open"][t]) ** 2
        return spread, 0.5 * spread - (2 * math.log(2) - 1) * body

    def mean(w: slice, which: int) -> float:
        return sum(max(bar_variance(t)[which], 0) for t in range(w.start, w.stop)) / 20

    check(some, "parkinson_20", 20, lambda w: math.sqrt(mean(w, 0) / (4 * math.log(2))))
    check(some, "garman_klass_20", 20, lambda w: math.sqrt(mean(w, 1)))


def test_amihud(some: Bars) -> None:
    close, volume = some["close"], some["volume"]

    def rule(w: slice) -> Any:
        return np.mean(
            [
                abs(r) / (close[t] * volume[t])
                for r, t in zip(returns(close, w), range(w.start, w.stop), strict=True)
            ]
        )

    check(some, "amihud_20", 20, rule, rtol=1e-7, atol=0)


def test_roll_spread(some: Bars) -> None:
    close = some["close"]

    def rule(w: slice) -> Any:
        now, before = returns(close, w), returns(close, slice(w.start - 1, w.stop - 1))
        covariance = np.mean((np.array(now) - np.mean(now)) * (np.array(before) - np.mean(before)))
        return 2 * math.sqrt(max(-covariance, 0))

    check(some, "roll_spread_20", 20, rule, rtol=1e-5, atol=1e-8)


def test_roll_spread_finds_a_planted_bounce(make_bars: Callable[..., pd.DataFrame]) -> None:
    """A constant price quoted 1 % around it: the estimate is the spread."""
    side = np.random.default_rng(3).choice([-0.5, 0.5], 4000)
    price = 100 * np.exp(0.01 * side)
    frame = make_bars(4000, open=price, high=price, low=price, close=price)
    estimate = values(read_bars(frame, "test")[0], "roll_spread_20")
    assert np.nanmean(estimate**2) ** 0.5 == pytest.approx(0.01, rel=0.1)


def test_corwin_schultz(some: Bars) -> None:
    high, low = some["high"], some["low"]

    def spread(t: int) -> float:
        beta = math.log(high[t] / low[t]) ** 2 + math.log(high[t - 1] / low[t - 1]) ** 2
        gamma = math.log(max(high[t], high[t - 1]) / min(low[t], low[t - 1])) ** 2
        k = 3 - 2 * math.sqrt(2)
        alpha = (math.sqrt(2 * beta) - math.sqrt(beta)) / k - math.sqrt(gamma / k)
        return max(2 * (math.exp(alpha) - 1) / (1 + math.exp(alpha)), 0)

    check(some, "corwin_schultz_20", 20, lambda w: np.mean([spread(t) for t in range(w.start, w.stop)]))


def test_vwap_and_its_distance(some: Bars) -> None:
    typical = (some["high"] + some["low"] + some["close"]) / 3

    def rule(w: slice) -> Any:
        return np.average(typical[w], weights=some["volume"][w])

    check(some, "vwap_20", 20, rule)
    check(some, "close_to_vwap_20", 20, lambda w: some["close"][w][-1] / rule(w) - 1, atol=1e-9)


def test_ichimoku_is_the_cloud_drawn_at_the_bar(some: Bars) -> None:
    high, low = some["high"], some["low"]

    def middle(t: int, period: int) -> Any:
        return (high[t - period + 1 : t + 1].max() + low[t - period + 1 : t + 1].min()) / 2

    check(some, "tenkan_9", 1, lambda w: middle(w.start, 9))
    check(some, "senkou_a", 1, lambda w: (middle(w.start - 26, 9) + middle(w.start - 26, 26)) / 2)
    check(some, "senkou_b", 1, lambda w: middle(w.start - 26, 52))


def test_bollinger_width_and_position(some: Bars) -> None:
    close = some["close"]
    check(some, "bb_width_20", 20, lambda w: 4 * np.std(close[w]) / np.mean(close[w]), rtol=1e-8)
    check(
        some,
        "bb_percent_20",
        20,
        lambda w: (close[w][-1] - np.mean(close[w]) + 2 * np.std(close[w])) / (4 * np.std(close[w])),
        rtol=1e-6,
        atol=1e-8,
    )


def test_relative_columns(some: Bars) -> None:
    close = some["close"]
    check(some, "close_to_sma_20", 20, lambda w: close[w][-1] / np.mean(close[w]) - 1)
    check(some, "sma_5_to_sma_20", 20, lambda w: np.mean(close[w][-5:]) / np.mean(close[w]) - 1)
    check(some, "volume_to_sma_20", 20, lambda w: some["volume"][w][-1] / np.mean(some["volume"][w]))
    check(some, "gap", 1, lambda w: some["open"][w.start] / close[w.start - 1] - 1)
    check(some, "bar_range", 1, lambda w: (some["high"][w.start] - some["low"][w.start]) / close[w.start])
    for name, level in (
        ("close_to_ema_20", "ema_20"),
        ("close_to_psar", "psar"),
        ("close_to_midpoint_26", "kijun_26"),
    ):
        np.testing.assert_allclose(values(some, name), close / values(some, level) - 1, rtol=1e-12)
    for name in ("macd", "macd_signal", "macd_hist"):
        np.testing.assert_allclose(values(some, f"{name}_to_close"), values(some, name) / close, rtol=1e-12)


def test_vpt_and_obv_add_up(some: Bars) -> None:
    close, volume = some["close"], some["volume"]
    vpt, obv = [0.0], [volume[0]]
    for t in range(1, len(close)):
        vpt.append(vpt[-1] + volume[t] * (close[t] / close[t - 1] - 1))
        obv.append(obv[-1] + np.sign(close[t] - close[t - 1]) * volume[t])
    np.testing.assert_allclose(values(some, "vpt"), vpt, rtol=1e-9)
    np.testing.assert_allclose(values(some, "obv"), obv, rtol=1e-9)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), power=st.floats(-6, 6))
def test_bounded_and_scale_free(seed: int, power: float) -> None:
    generator = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(generator.normal(0, 0.02, 300)))
    bars = {
        "open": close,
        "high": close * 1.01,
        "low": close * 0.99,
        "close": close,
        "volume": generator.uniform(0, 1e5, 300),
    }
    scaled = {name: column * (1 if name == "volume" else 10**power) for name, column in bars.items()}
    for name in ("rsi_14", "stoch_k", "mfi_14", "adx_14", "close_to_sma_20", "volatility_percentile_100"):
        before = values(bars, name)
        np.testing.assert_allclose(values(scaled, name), before, rtol=1e-6, atol=1e-6)
        if not name.startswith("close"):
            assert np.nanmin(before) >= -1e-9
            assert np.nanmax(before) <= 100 + 1e-9
