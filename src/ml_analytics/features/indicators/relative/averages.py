"""How far the close lies from its averages, and averages from each other, as fractions of the price."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State
from ...stepping.compared import from_level, over
from ...stepping.kinds import ValueStep
from ..trend.low_lag_averages import dema_stepper
from ..trend.moving_averages import ema_stepper, sma_stepper
from ..trend.smooth_averages import kama_stepper
from .hull import close_to_hma, close_to_hma_stepper


def close_to_sma(close: Array, period: int) -> Array:
    """Close over its simple average, less 1."""
    return close / ta.SMA(close, timeperiod=period) - 1


def close_to_ema(close: Array, period: int) -> Array:
    """Close over its exponential average, less 1."""
    return close / ta.EMA(close, timeperiod=period) - 1


def close_to_kama(close: Array, period: int) -> Array:
    """Close over Kaufman's average, less 1."""
    return close / ta.KAMA(close, timeperiod=period) - 1


def close_to_dema(close: Array, period: int) -> Array:
    """Close less the double exponential average, over the close (that average may overshoot to 0 and below)."""
    return (close - ta.DEMA(close, timeperiod=period)) / close


def sma_to_sma(close: Array, short: int, long: int) -> Array:
    """Short average over long average, less 1 (above 0: a golden cross has happened)."""
    return ta.SMA(close, timeperiod=short) / ta.SMA(close, timeperiod=long) - 1


def close_to_sma_stepper(period: int) -> ValueStep:
    """Return the step of :func:`close_to_sma`."""
    return over(sma_stepper(period))


def close_to_ema_stepper(period: int) -> ValueStep:
    """Return the step of :func:`close_to_ema`."""
    return over(ema_stepper(period))


def close_to_kama_stepper(period: int) -> ValueStep:
    """Return the step of :func:`close_to_kama`."""
    return over(kama_stepper(period))


def close_to_dema_stepper(period: int) -> ValueStep:
    """Return the step of :func:`close_to_dema`."""
    return from_level(dema_stepper(period))


def sma_to_sma_stepper(short: int, long: int) -> ValueStep:
    """Return the step of :func:`sma_to_sma`."""
    push_short, push_long = sma_stepper(short), sma_stepper(long)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_short, of_long = state or (None, None)
        of_short, quickly = push_short(of_short, recent)
        of_long, slowly = push_long(of_long, recent)
        return (of_short, of_long), quickly / slowly - 1.0

    return step


INDICATORS = (
    *declare(
        "close_to_sma",
        "relative",
        ["close_to_sma_{period}"],
        ["close"],
        close_to_sma,
        stepper=close_to_sma_stepper,
        warm_up=lambda period: period - 1,
        unit="fraction",
        formula="close / sma_{period} - 1",
        source="TA-Lib SMA, a division of ours",
        over=periods(5, 10, 20, 50, 100, 200),
    ),
    *declare(
        "close_to_ema",
        "relative",
        ["close_to_ema_{period}"],
        ["close"],
        close_to_ema,
        stepper=close_to_ema_stepper,
        warm_up=lambda period: period - 1,
        unit="fraction",
        formula="close / ema_{period} - 1",
        source="TA-Lib EMA, a division of ours",
        over=periods(10, 20, 50),
    ),
    *declare(
        "close_to_kama",
        "relative",
        ["close_to_kama_{period}"],
        ["close"],
        close_to_kama,
        stepper=close_to_kama_stepper,
        warm_up=lambda period: period,
        unit="fraction",
        formula="close / kama_{period} - 1",
        source="TA-Lib KAMA, a division of ours",
        over=periods(10),
    ),
    *declare(
        "close_to_hma",
        "relative",
        ["close_to_hma_{period}"],
        ["close"],
        close_to_hma,
        stepper=close_to_hma_stepper,
        warm_up=lambda period: period + int(period**0.5) - 2,
        unit="fraction",
        formula="(close - hma_{period}) / close",
        source="Hull 2005; own, from moves: TA-Lib's HMA keeps running sums of prices",
        over=periods(20),
    ),
    *declare(
        "close_to_dema",
        "relative",
        ["close_to_dema_{period}"],
        ["close"],
        close_to_dema,
        stepper=close_to_dema_stepper,
        warm_up=lambda period: 2 * (period - 1),
        unit="fraction",
        formula="(close - dema_{period}) / close",
        source="TA-Lib DEMA, a division of ours",
        over=periods(20),
    ),
    *declare(
        "sma_to_sma",
        "relative",
        ["sma_{short}_to_sma_{long}"],
        ["close"],
        sma_to_sma,
        stepper=sma_to_sma_stepper,
        warm_up=lambda short, long: max(short, long) - 1,
        unit="fraction",
        formula="sma_{short} / sma_{long} - 1",
        source="TA-Lib SMA, a division of ours",
        over=[{"short": 5, "long": 20}, {"short": 20, "long": 50}, {"short": 50, "long": 200}],
    ),
)
