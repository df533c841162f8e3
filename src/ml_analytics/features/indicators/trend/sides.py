"""On which side the market is: of its recent middle (Carter), and by the directions of two averages (Archer)."""

from __future__ import annotations

import numpy as np

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step, ema
from ...stepping.delay import window
from ...stepping.sums import window_sum, windowed_sum

_STILL = 1e-12
"""An average that moved by less than this share of the price is rounded, not moving."""


def ttm_trend(high: Array, low: Array, close: Array, period: int) -> Array:
    """1 where the close is above the mean middle of the last bars, else -1."""
    mean = windowed_sum((high + low) / 2.0, period) / period
    return np.where(np.isnan(mean), np.nan, np.where(close > mean, 1.0, -1.0))


def archer(close: Array, fast: int, slow: int, back: int) -> tuple[Array, ...]:
    """Return whether the averages say long, and whether they say short, 1 or 0.

    Long: the fast one has risen over ``back`` bars and the slow one has moved; short: the fast one has fallen.
    """
    quick, slowly = ta.EMA(close, timeperiod=fast), ta.EMA(close, timeperiod=slow)
    rise, moved = np.full((2, len(close)), np.nan)
    rise[back:] = quick[back:] - quick[:-back]
    moved[back:] = slowly[back:] - slowly[:-back]
    unknown, least = np.isnan(moved), _STILL * close
    either = np.abs(moved) > least
    long, short = (rise > least) & either, (rise < -least) & either
    return np.where(unknown, np.nan, long), np.where(unknown, np.nan, short)


def ttm_trend_stepper(period: int) -> Step:
    """Return the step of :func:`ttm_trend`."""
    push = window_sum(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        state, total = push(state, (recent.high[-1] + recent.low[-1]) / 2.0)
        return state, 1.0 if recent.close[-1] > total / period else -1.0

    return step


def archer_stepper(fast: int, slow: int, back: int) -> Step:
    """Return the step of :func:`archer`."""
    push_fast, push_slow, keep = ema(fast), ema(slow), window(back + 1)

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float]]:
        of_fast, of_slow, quick, slowly = state or (None, None, (), ())
        of_fast, newest = push_fast(of_fast, recent.close[-1])
        quick = keep(quick, newest)
        of_slow, newest = push_slow(of_slow, recent.close[-1])
        slowly = keep(slowly, newest)
        least = _STILL * recent.close[-1]
        rise, either = quick[-1] - quick[0], abs(slowly[-1] - slowly[0]) > least
        flags = float(rise > least and either), float(rise < -least and either)
        return (of_fast, of_slow, quick, slowly), flags

    return step


INDICATORS = (
    *declare(
        "ttm_trend",
        "trend",
        ["ttm_trend_{period}"],
        ["high", "low", "close"],
        ttm_trend,
        stepper=ttm_trend_stepper,
        warm_up=lambda period: period - 1,
        unit="signal",
        formula="1 if close > mean((high + low) / 2, {period}) else -1",
        source="Carter 2005, Mastering the Trade; own, TA-Lib has none",
        over=periods(6),
        optional=True,
    ),
    *declare(
        "amat",
        "trend",
        ["amat_long_{fast}_{slow}", "amat_short_{fast}_{slow}"],
        ["close"],
        archer,
        stepper=archer_stepper,
        warm_up=lambda fast, slow, back: max(fast, slow) - 1 + back,
        unit="signal",
        formula="1 where ema({fast}) is above (below) its value {back} bars ago and ema({slow}) has moved, else 0",
        source="Joseph, Archer moving averages trends; TA-Lib EMA",
        over=[{"fast": 8, "slow": 21, "back": 2}],
        optional=True,
    ),
)
