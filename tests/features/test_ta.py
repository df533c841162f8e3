"""TA-Lib without the interpreter lock gives what TA-Lib's own wrapper gives."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import talib
from talib import abstract

from ml_analytics.core.errors import ParameterError
from ml_analytics.features import ta

PRICES = ("open", "high", "low", "close", "volume")


def inputs_of(name: str, bars: dict[str, np.ndarray]) -> list[np.ndarray]:
    asked = abstract.Function(name).info["input_names"].values()  # type: ignore[attr-defined]
    names = [one for some in asked for one in ([some] if isinstance(some, str) else some)]
    return [bars.get(one, np.full(len(bars["close"]), 7.0)) for one in names]


@pytest.fixture(scope="module")
def bars() -> dict[str, np.ndarray]:
    generator = np.random.default_rng(3)
    close = np.round(100 * np.exp(np.cumsum(generator.normal(0, 0.01, 700))), 2)
    opened = np.round(close * np.exp(generator.normal(0, 0.005, 700)), 2)
    return {
        "open": opened,
        "high": np.maximum(opened, close) + np.round(generator.uniform(0, 1, 700), 1),
        "low": np.minimum(opened, close) - np.round(generator.uniform(0, 1, 700), 1),
        "close": close,
        "volume": generator.integers(0, 1000, 700).astype(float),
    }


@pytest.mark.parametrize("name", sorted(talib.get_functions()))  # type: ignore[no-untyped-call]
@pytest.mark.parametrize("missing", [0, 3, 600])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_equal_to_the_wrapper_bit_for_bit(name: str, missing: int, bars: dict[str, np.ndarray]) -> None:
    given = [one.copy() for one in inputs_of(name, bars)]
    given[0][:missing] = np.nan
    ours, theirs = getattr(ta, name)(*given), getattr(talib, name)(*given)
    for mine, expected in zip(
        ours if isinstance(ours, tuple) else (ours,),
        theirs if isinstance(theirs, tuple) else (theirs,),
        strict=True,
    ):
        np.testing.assert_array_equal(mine, expected)


def test_parameters_and_lookback() -> None:
    close = np.arange(50.0)
    np.testing.assert_array_equal(ta.EMA(close, timeperiod=5), talib.EMA(close, timeperiod=5))
    assert np.flatnonzero(~np.isnan(ta.EMA(close, timeperiod=5)))[0] == 4
    assert np.isnan(ta.SMA(close[:3], timeperiod=5)).all()
    assert len(ta.SMA(np.empty(0), timeperiod=5)) == 0


def test_what_is_wrong_is_one_sentence() -> None:
    close = np.arange(50.0)
    with pytest.raises(ParameterError, match="period"):
        ta.SMA(close, period=5)
    with pytest.raises(ParameterError, match="range"):
        ta.SMA(close, timeperiod=-5)
    with pytest.raises(ParameterError, match="3 arrays"):
        ta.ATR(close, close)
    with pytest.raises(ParameterError, match="one length"):
        ta.ATR(close, close, close[1:])
    with pytest.raises(AttributeError, match="NOTHING"):
        _ = ta.NOTHING


def test_an_unstable_period_is_refused_not_written_past_the_end(bars: dict[str, np.ndarray]) -> None:
    close = bars["close"]
    expected = ta.EMA(close, timeperiod=10)
    for period in (10, 11):  # a plan that is there already, and a new one
        talib.set_unstable_period("EMA", 30)  # type: ignore[attr-defined]
        try:
            with pytest.raises(ParameterError, match="unstable periods must be 0"):
                ta.EMA(close, timeperiod=period)
        finally:
            talib.set_unstable_period("EMA", 0)  # type: ignore[attr-defined]
    np.testing.assert_array_equal(ta.EMA(close, timeperiod=10), expected)


def test_many_threads_do_not_disturb_each_other(bars: dict[str, np.ndarray]) -> None:
    close = np.tile(bars["close"], 50)
    expected = {period: talib.RSI(close, timeperiod=period) for period in range(2, 30)}
    with ThreadPoolExecutor(4) as pool:
        made = pool.map(lambda period: (period, ta.RSI(close, timeperiod=period)), list(expected) * 5)
        for period, values in made:
            np.testing.assert_array_equal(values, expected[period])


def test_inputs_stay_as_they_are(bars: dict[str, np.ndarray]) -> None:
    frozen = bars["close"].copy()
    frozen.setflags(write=False)
    ta.RSI(frozen, timeperiod=14)
    np.testing.assert_array_equal(
        ta.RSI(frozen[::2], timeperiod=14), talib.RSI(frozen[::2].copy(), timeperiod=14)
    )


def test_memory_is_used_again_only_when_nobody_holds_it() -> None:
    close = np.random.default_rng(0).uniform(1, 2, 20_000)
    with ta.reusing():
        first = ta.SMA(close, timeperiod=5)
        view = ta.EMA(close, timeperiod=5)[100:]
        kept, seen = first.copy(), view.copy()
        for period in range(2, 30):
            upper, _, _ = ta.BBANDS(close, timeperiod=period)
            np.testing.assert_array_equal(upper, talib.BBANDS(close, timeperiod=period)[0])
        np.testing.assert_array_equal(first, kept)
        np.testing.assert_array_equal(view, seen)
        place = ta.RSI(close, timeperiod=7).ctypes.data
        assert ta.RSI(close, timeperiod=9).ctypes.data == place  # what was dropped is taken again
    np.testing.assert_array_equal(first, talib.SMA(close, timeperiod=5))
