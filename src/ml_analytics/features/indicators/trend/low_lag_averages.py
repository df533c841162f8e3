"""Moving averages that pay for less lag with overshooting: DEMA, TEMA, T3, Hull's and the zero-lag average."""

from __future__ import annotations

from math import isqrt, nan

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, ema
from ...stepping.delay import window
from ...stepping.kinds import ValueStep
from ...stepping.weighted import wma


def dema(close: Array, period: int) -> Array:
    """Twice the exponential average less the exponential average of it."""
    return ta.DEMA(close, timeperiod=period)


def tema(close: Array, period: int) -> Array:
    """Three times the exponential average, less three times its average, plus the average of that."""
    return ta.TEMA(close, timeperiod=period)


def t3(close: Array, period: int, factor: float) -> Array:
    """Three generalised DEMAs, one of the other; ``factor`` 0 is a plain average, 1 is DEMA."""
    return ta.T3(close, timeperiod=period, vfactor=factor)


def hma(close: Array, period: int) -> Array:
    """Hull's average: the weighted average over √period of twice the half-period one less the whole one."""
    return ta.HMA(close, timeperiod=period)


def zlema(close: Array, period: int) -> Array:
    """Exponential average of the close plus what it gained over half a period."""
    return ta.ZLEMA(close, timeperiod=period)


def dema_stepper(period: int) -> ValueStep:
    """Return the step of :func:`dema`."""
    push, push_again, first = ema(period), ema(period), period - 1

    def step(state: State, recent: Recent) -> tuple[State, float]:
        once, twice = state or (None, None)
        once, smooth = push(once, recent.close[-1])
        if recent.bar < first:
            return (once, twice), nan
        twice, smoother = push_again(twice, smooth)
        return (once, twice), 2.0 * smooth - smoother

    return step


def tema_stepper(period: int) -> ValueStep:
    """Return the step of :func:`tema`."""
    push, first, second = ema(period), period - 1, 2 * (period - 1)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        one, two, three = state or (None, None, None)
        one, smooth = push(one, recent.close[-1])
        if recent.bar < first:
            return (one, two, three), nan
        two, smoother = push(two, smooth)
        if recent.bar < second:
            return (one, two, three), nan
        three, smoothest = push(three, smoother)
        return (one, two, three), smoothest + (3.0 * smooth - 3.0 * smoother)

    return step


def t3_stepper(period: int, factor: float) -> ValueStep:
    """Return the step of :func:`t3`."""
    push, lag = ema(period), period - 1
    square = factor * factor
    a = -(square * factor)
    b = 3.0 * (square - a)
    c = -6.0 * square - 3.0 * (factor - a)
    d = 1.0 + 3.0 * factor - a + 3.0 * square

    def step(state: State, recent: Recent) -> tuple[State, float]:
        averages, value = state or (None,) * 6, recent.close[-1]
        made: list[float] = []
        after: list[State] = []
        for number, average in enumerate(averages):
            if recent.bar < number * lag:
                return (*after, *averages[number:]), nan
            now, value = push(average, value)
            after.append(now)
            made.append(value)
        return tuple(after), a * made[5] + b * made[4] + c * made[3] + d * made[2]

    return step


def hma_stepper(period: int) -> ValueStep:
    """Return the step of :func:`hma`."""
    half, root, first = period // 2, isqrt(period), period - 1
    push, push_half, smooth, keep = wma(period), wma(half), wma(root), window(root)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_whole, of_half, kept, of_root = state or (None, None, None, None)
        close = recent.close
        of_whole, slowly = push(of_whole, close)
        of_half, quick = push_half(of_half, close)
        if recent.bar < first:
            return (of_whole, of_half, None, None), nan
        kept = keep(kept, 2.0 * quick - slowly)
        of_root, value = smooth(of_root, kept)
        return (of_whole, of_half, kept, of_root), value

    return step


def zlema_stepper(period: int) -> ValueStep:
    """Return the step of :func:`zlema`."""
    push, lag = ema(period), (period - 1) // 2
    place = -1 - lag

    def step(state: State, recent: Recent) -> tuple[State, float]:
        if recent.bar < lag:
            return None, nan
        return push(state, 2.0 * recent.close[-1] - recent.close[place])

    return step


INDICATORS = (
    *declare(
        "dema",
        "trend",
        ["dema_{period}"],
        ["close"],
        dema,
        stepper=dema_stepper,
        warm_up=lambda period: 2 * (period - 1),
        unit="price",
        formula="2 * ema - ema(ema), period {period}",
        source="TA-Lib DEMA",
        aliases=["double_ema"],
        over=periods(20, 50),
    ),
    *declare(
        "tema",
        "trend",
        ["tema_{period}"],
        ["close"],
        tema,
        stepper=tema_stepper,
        warm_up=lambda period: 3 * (period - 1),
        unit="price",
        formula="3 * ema - 3 * ema(ema) + ema(ema(ema)), period {period}",
        source="TA-Lib TEMA",
        aliases=["triple_ema"],
        over=periods(20, 50),
    ),
    *declare(
        "t3",
        "trend",
        ["t3_{period}"],
        ["close"],
        t3,
        stepper=t3_stepper,
        warm_up=lambda period, factor: 6 * (period - 1),
        unit="price",
        formula="gd(gd(gd(close))), gd(x) = (1 + {factor}) * ema(x, {period}) - {factor} * ema(ema(x))",
        source="TA-Lib T3",
        over=[{"period": 5, "factor": 0.7}, {"period": 20, "factor": 0.7}],
    ),
    *declare(
        "hma",
        "trend",
        ["hma_{period}"],
        ["close"],
        hma,
        stepper=hma_stepper,
        warm_up=lambda period: period + isqrt(period) - 2,
        unit="price",
        formula="wma(2 * wma(close, {period} / 2) - wma(close, {period}), sqrt({period})), periods cut down",
        source="TA-Lib HMA",
        aliases=["hull"],
        over=periods(9, 20, 50),
    ),
    *declare(
        "zlema",
        "trend",
        ["zlema_{period}"],
        ["close"],
        zlema,
        stepper=zlema_stepper,
        warm_up=lambda period: period - 1 + (period - 1) // 2,
        unit="price",
        formula="ema(2 * close[t] - close[t - ({period} - 1) / 2], {period})",
        source="TA-Lib ZLEMA",
        over=periods(20, 50),
    ),
)
