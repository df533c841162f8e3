"""Entries that are one TA-Lib call: found out without a mistake, and written as they would be one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
import talib
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import ParameterError
from ml_analytics.features import Indicator, catalogue, each_series, ta
from ml_analytics.features.bars import read_bars
from ml_analytics.features.single_call import single_call

from .conftest import make_bars

SINGLE = [one for one in catalogue() if single_call(one) is not None]


def as_bits(values: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(values).view(np.int64)


@pytest.fixture(autouse=True)
def _compile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(each_series, "_FEW", 1)  # few series as many are


def written(one: Indicator, bars: dict[str, np.ndarray], starts: list[int]) -> np.ndarray:
    out = np.full((starts[-1], len(one.columns)), 7.0, order="F")
    call = single_call(one)
    assert call is not None
    with np.errstate(all="ignore"), ta.reusing():
        call.write(bars, np.array(starts), out)
    return out


def one_by_one(one: Indicator, bars: dict[str, np.ndarray], starts: list[int]) -> np.ndarray:
    out = np.full((starts[-1], len(one.columns)), 7.0, order="F")
    with np.errstate(all="ignore"):
        for begin, end in pairwise(starts):
            one.write({name: values[begin:end] for name, values in bars.items()}, out[begin:end])
    return out


def test_those_that_name_one_function_are_found_and_no_others() -> None:
    named = {one.columns: one.source.removeprefix("TA-Lib ") for one in catalogue()}
    found = {one.columns: single_call(one) for one in catalogue()}
    for columns, source in named.items():
        call = found[columns]
        if source in talib.get_functions():  # type: ignore[no-untyped-call]
            assert call is not None, columns
        if call is not None:
            assert call.function.__name__ == source.split(",")[0].split()[0], columns
    assert len(SINGLE) > 150


@pytest.mark.parametrize("one", SINGLE, ids=lambda one: one.columns[0])
def test_equal_to_one_by_one_bit_for_bit(one: Indicator, bars: pd.DataFrame) -> None:
    read = {name: bars[name].to_numpy() for name in bars.columns}
    longest = one.warm_up + 1
    lengths = [longest, 1, one.warm_up or 1, 60, 2, longest + 1]
    for starts in ([0, 600], [0, *accumulate(lengths)], [0, 1], [0, longest]):
        some = {name: np.resize(values, starts[-1]) for name, values in read.items()}
        np.testing.assert_array_equal(
            as_bits(written(one, some, starts)), as_bits(one_by_one(one, some, starts))
        )


@settings(max_examples=40, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 80), min_size=1, max_size=12),
    which=st.sampled_from(SINGLE),
    seed=st.integers(0, 99),
)
def test_any_lengths(lengths: list[int], which: Indicator, seed: int) -> None:
    starts = [0, *accumulate(lengths)]
    bars, _ = read_bars(make_bars(starts[-1], seed), "test")
    np.testing.assert_array_equal(
        as_bits(written(which, dict(bars), starts)), as_bits(one_by_one(which, dict(bars), starts))
    )


def made_of(compute: Callable[..., Any], **others: Any) -> Indicator:
    rsi = next(one for one in catalogue() if one.columns == ("rsi_14",))
    return replace(rsi, compute=compute, parameters={}, **others)


def test_whatever_does_more_is_not_one_call() -> None:
    constant = np.arange(600.0)
    more: list[Callable[..., Any]] = [
        lambda close: ta.RSI(close, timeperiod=14) + 0.0,
        lambda close: ta.RSI(close * 1.0, timeperiod=14),
        lambda close: ta.RSI(np.asarray(close), timeperiod=14),
        lambda close: ta.RSI(np.where(np.isnan(close), 0.0, close), timeperiod=14),
        lambda close: ta.RSI(ta.SMA(close, timeperiod=2), timeperiod=10),
        lambda close: ta.RSI(close, timeperiod=14) if len(close) else close,
        lambda close: ta.RSI(close, timeperiod=14) if close[0] > 1 else close,
        lambda close: ta.RSI(close, timeperiod=14) if close.any() else close,
        lambda close: ta.BETA(close, constant, timeperiod=5),
        lambda close: np.abs(ta.RSI(close, timeperiod=14)),
        lambda close: close,
        lambda close: None,
        lambda close: ta.RSI(close, timeperiod=20),  # looks further back than the entry says
        lambda close: (ta.RSI(close, timeperiod=14), ta.RSI(close, timeperiod=14)),
    ]
    for compute in more:
        assert single_call(made_of(compute)) is None
    assert single_call(made_of(lambda close: ta.RSI(close, timeperiod=14))) is not None


def test_results_may_be_left_out_and_in_another_order(bars: pd.DataFrame) -> None:
    def compute(close: np.ndarray) -> Any:
        upper, _, lower = ta.BBANDS(close, timeperiod=5)
        return lower, upper

    one = made_of(compute, columns=("lower", "upper"))
    read = {name: bars[name].to_numpy() for name in bars.columns}
    upper, _, lower = talib.BBANDS(read["close"], timeperiod=5)
    expected = np.column_stack([lower, upper])
    expected[:14] = np.nan  # the entry's warm-up is longer than the function's
    np.testing.assert_array_equal(written(one, read, [0, 600]), expected)


def test_an_unstable_period_is_refused() -> None:
    one = next(one for one in catalogue() if one.columns == ("ema_10",))
    read = dict(read_bars(make_bars(100), "test")[0])
    expected = written(one, read, [0, 50, 100])
    talib.set_unstable_period("EMA", 30)  # type: ignore[attr-defined]
    try:
        with pytest.raises(ParameterError, match="unstable periods must be 0"):
            written(one, read, [0, 50, 100])
    finally:
        talib.set_unstable_period("EMA", 0)  # type: ignore[attr-defined]
    np.testing.assert_array_equal(written(one, read, [0, 50, 100]), expected)
