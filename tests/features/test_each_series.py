"""The compiled loop over many series: TA-Lib's own results, and nothing is written where nothing belongs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import accumulate, pairwise

import numpy as np
import pytest
import talib

from ml_analytics.core.errors import ParameterError
from ml_analytics.features import each_series, ta
from ml_analytics.features.each_series import run_each

LENGTHS = [40, 1, 13, 14, 15, 200, 3]
STARTS = np.array([0, *accumulate(LENGTHS)])
EDGE = 4  # values before and after each result that must stay


def refuses(text: str) -> None:
    raise RuntimeError("this processor is not known")


@pytest.fixture(params=["compiled", "interpreted"])
def how(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if request.param == "interpreted":
        monkeypatch.setattr(each_series, "_engine", refuses)
    each_series._compiled.cache_clear()
    monkeypatch.setattr(each_series, "_FEW", 1)
    yield str(request.param)
    each_series._compiled.cache_clear()


def bars() -> list[np.ndarray]:
    generator = np.random.default_rng(5)
    close = np.round(100 + np.cumsum(generator.normal(0, 1, STARTS[-1])), 1)
    opened = np.round(close + generator.normal(0, 1, STARTS[-1]), 1)
    return [opened, np.maximum(opened, close) + 0.5, np.minimum(opened, close) - 0.5, close]


@pytest.mark.parametrize(
    ("name", "inputs", "options"),
    [
        ("RSI", 1, {"timeperiod": 14}),
        ("BBANDS", 1, {"timeperiod": 5, "nbdevup": 1.5}),
        ("ATR", 3, {"timeperiod": 14}),
        ("STOCH", 3, {"slowk_period": 4}),
        ("CDLENGULFING", 4, {}),
        ("CDLMORNINGSTAR", 4, {"penetration": 0.25}),
        ("SUPERTREND", 3, {"multiplier": 2.0}),
    ],
)
def test_each_series_by_itself(name: str, inputs: int, options: dict[str, float], how: str) -> None:
    given = bars()[-inputs:]
    function = getattr(ta, name)
    plan = function.plan(options)
    padded = [np.full(STARTS[-1] + 2 * EDGE, -77, kind) for kind in function.kinds]
    run_each(
        function, plan, STARTS, [one.ctypes.data for one in given], [one[EDGE:].ctypes.data for one in padded]
    )
    for begin, end in pairwise(STARTS):
        expected = getattr(talib, name)(*(one[begin:end] for one in given), **options)
        for made, right in zip(padded, expected if isinstance(expected, tuple) else (expected,), strict=True):
            part = made[EDGE:-EDGE][begin:end]
            np.testing.assert_array_equal(part[plan.lookback :], right[plan.lookback :])
            assert (part[: plan.lookback] == -77).all()  # left to the caller
    for made in padded:
        assert (made[:EDGE] == -77).all()
        assert (made[-EDGE:] == -77).all()


def test_a_refusal_is_raised(how: str) -> None:
    close, made = bars()[3], np.zeros(STARTS[-1])
    with pytest.raises(ParameterError, match="RSI must be in TA-Lib's range"):
        run_each(ta.RSI, ta.Plan((-5,), 3), STARTS, [close.ctypes.data], [made.ctypes.data])  # type: ignore[arg-type]


def test_there_is_a_compiled_loop_where_llvm_can_make_one(how: str) -> None:
    expected = how == "compiled" and sys.platform != "win32"
    assert (each_series.compiled(ta.RSI) is not None) == expected  # type: ignore[arg-type]


def test_few_series_are_not_worth_compiling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(each_series, "compiled", refuses)
    close, made = bars()[3], np.zeros(STARTS[-1])
    run_each(ta.RSI, ta.RSI.plan({}), STARTS, [close.ctypes.data], [made.ctypes.data])  # type: ignore[arg-type, attr-defined]
    np.testing.assert_array_equal(made[14:40], talib.RSI(close[:40])[14:])
