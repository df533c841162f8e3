"""How far the close lies from a level that others watch too, as a fraction of the price."""

from __future__ import annotations

import numpy as np

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State
from ...stepping.compared import from_level, over
from ...stepping.kinds import ValueStep
from ..trend.ichimoku import (
    midpoint,
    midpoint_stepper,
    senkou_a,
    senkou_a_stepper,
    senkou_b,
    senkou_b_stepper,
)
from ..trend.psar import psar_stepper
from ..trend.supertrend import supertrend, supertrend_stepper
from ..volume.vwap import vwap, vwap_stepper

_ACCELERATION, _MAXIMUM = 0.02, 0.2
_ROUNDING = 1e-12


def close_to_psar(high: Array, low: Array, close: Array) -> Array:
    """Close over the parabolic stop, less 1: positive in an uptrend."""
    return close / ta.SAR(high, low, acceleration=_ACCELERATION, maximum=_MAXIMUM) - 1


def close_to_supertrend(high: Array, low: Array, close: Array, period: int, multiplier: float) -> Array:
    """Close less the supertrend line, over the close (the line may lie at 0 or below)."""
    return (close - supertrend(high, low, close, period, multiplier)) / close


def close_to_midpoint(high: Array, low: Array, close: Array, period: int) -> Array:
    """Close over the middle of the range, less 1."""
    return close / midpoint(high, low, period) - 1


def tenkan_to_kijun(high: Array, low: Array, fast: int, slow: int) -> Array:
    """Ichimoku's conversion line over its base line, less 1."""
    return midpoint(high, low, fast) / midpoint(high, low, slow) - 1


def close_to_senkou_a(high: Array, low: Array, close: Array, fast: int, slow: int, shift: int) -> Array:
    """Close over the first edge of Ichimoku's cloud at the bar, less 1."""
    return close / senkou_a(high, low, fast, slow, shift) - 1


def close_to_senkou_b(high: Array, low: Array, close: Array, period: int, shift: int) -> Array:
    """Close over the second edge of Ichimoku's cloud at the bar, less 1."""
    return close / senkou_b(high, low, period, shift) - 1


def close_to_vwap(high: Array, low: Array, close: Array, volume: Array, period: int) -> Array:
    """Close over the rolling volume-weighted price, less 1; 0 where that is rounding alone."""
    away = close / vwap(high, low, close, volume, period) - 1
    return np.where(np.abs(away) < _ROUNDING, 0.0, away)


def close_to_psar_stepper() -> ValueStep:
    """Return the step of :func:`close_to_psar`."""
    return over(psar_stepper(_ACCELERATION, _MAXIMUM))


def close_to_supertrend_stepper(period: int, multiplier: float) -> ValueStep:
    """Return the step of :func:`close_to_supertrend`."""
    return from_level(supertrend_stepper(period, multiplier))


def close_to_midpoint_stepper(period: int) -> ValueStep:
    """Return the step of :func:`close_to_midpoint`."""
    return over(midpoint_stepper(period))


def tenkan_to_kijun_stepper(fast: int, slow: int) -> ValueStep:
    """Return the step of :func:`tenkan_to_kijun`."""
    push_fast, push_slow = midpoint_stepper(fast), midpoint_stepper(slow)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_fast, of_slow = state or (None, None)
        of_fast, tenkan = push_fast(of_fast, recent)
        of_slow, kijun = push_slow(of_slow, recent)
        return (of_fast, of_slow), tenkan / kijun - 1.0

    return step


def close_to_senkou_a_stepper(fast: int, slow: int, shift: int) -> ValueStep:
    """Return the step of :func:`close_to_senkou_a`."""
    return over(senkou_a_stepper(fast, slow, shift))


def close_to_senkou_b_stepper(period: int, shift: int) -> ValueStep:
    """Return the step of :func:`close_to_senkou_b`."""
    return over(senkou_b_stepper(period, shift))


def close_to_vwap_stepper(period: int) -> ValueStep:
    """Return the step of :func:`close_to_vwap`."""
    push = over(vwap_stepper(period))

    def step(state: State, recent: Recent) -> tuple[State, float]:
        state, away = push(state, recent)
        return state, 0.0 if abs(away) < _ROUNDING else away

    return step


_PRICES = ("high", "low", "close")
INDICATORS = (
    *declare(
        "close_to_psar",
        "relative",
        ["close_to_psar"],
        _PRICES,
        close_to_psar,
        stepper=close_to_psar_stepper,
        warm_up=1,
        unit="fraction",
        formula="close / psar - 1",
        source="TA-Lib SAR, a division of ours",
    ),
    *declare(
        "close_to_supertrend",
        "relative",
        ["close_to_supertrend_{period}"],
        _PRICES,
        close_to_supertrend,
        stepper=close_to_supertrend_stepper,
        warm_up=lambda period, multiplier: period,
        unit="fraction",
        formula="(close - supertrend_{period}) / close",
        source="TA-Lib SUPERTREND, a division of ours",
        over=[{"period": 10, "multiplier": 3.0}],
    ),
    *declare(
        "close_to_midpoint",
        "relative",
        ["close_to_midpoint_{period}"],
        _PRICES,
        close_to_midpoint,
        stepper=close_to_midpoint_stepper,
        warm_up=lambda period: period - 1,
        unit="fraction",
        formula="close / midpoint(high, low, {period}) - 1",
        source="TA-Lib MIDPRICE, a division of ours",
        over=periods(26, 52),
    ),
    *declare(
        "tenkan_to_kijun",
        "relative",
        ["tenkan_to_kijun"],
        ["high", "low"],
        tenkan_to_kijun,
        stepper=tenkan_to_kijun_stepper,
        warm_up=lambda fast, slow: max(fast, slow) - 1,
        unit="fraction",
        formula="tenkan_{fast} / kijun_{slow} - 1",
        source="TA-Lib MIDPRICE, a division of ours",
        over=[{"fast": 9, "slow": 26}],
    ),
    *declare(
        "close_to_senkou",
        "relative",
        ["close_to_senkou_a"],
        _PRICES,
        close_to_senkou_a,
        stepper=close_to_senkou_a_stepper,
        warm_up=lambda fast, slow, shift: max(fast, slow) - 1 + shift,
        unit="fraction",
        formula="close / senkou_a - 1",
        source="TA-Lib MIDPRICE, a division of ours",
        over=[{"fast": 9, "slow": 26, "shift": 26}],
    ),
    *declare(
        "close_to_senkou",
        "relative",
        ["close_to_senkou_b"],
        _PRICES,
        close_to_senkou_b,
        stepper=close_to_senkou_b_stepper,
        warm_up=lambda period, shift: period - 1 + shift,
        unit="fraction",
        formula="close / senkou_b - 1",
        source="TA-Lib MIDPRICE, a division of ours",
        over=[{"period": 52, "shift": 26}],
    ),
    *declare(
        "close_to_vwap",
        "relative",
        ["close_to_vwap_{period}"],
        ["high", "low", "close", "volume"],
        close_to_vwap,
        stepper=close_to_vwap_stepper,
        warm_up=lambda period: period - 1,
        unit="fraction",
        formula="close / vwap_{period} - 1",
        source="own; vwap and a division",
        over=periods(20),
    ),
)
