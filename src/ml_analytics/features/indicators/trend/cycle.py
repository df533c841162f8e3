"""Ehlers' dominant cycle: its length, phase and sine, whether there is one at all, and averages fitted to it.

The arithmetic is in :mod:`ml_analytics.features.stepping.hilbert`, which is imported where it is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from math import pi
from types import ModuleType
from typing import Any

import numpy as np

from ...indicator import Array, declare
from ...stepping import Recent, State, Step
from ...stepping.delay import window
from ..warm_up import blank

_EARLY, _LATE = 12, 37  # the bars at which TA-Lib's HT functions begin to measure
_WARM_UP, _LONG_WARM_UP = 32, 63  # and those at which it first tells
_LONGEST = 50
_DEGREES = 180.0 / pi


def _hilbert() -> ModuleType:
    from ...stepping import hilbert  # numba: a quarter of a second

    return hilbert


@cache
def _tables() -> tuple[Array, Array]:
    made = _hilbert()
    return np.array(made.SINES), np.array(made.COSINES)


def _smoothed(values: Array) -> Array:
    """Return the weighted mean of the last four values; 0 where there are fewer."""
    out = np.zeros(len(values))
    out[3:] = (4.0 * values[3:] + 3.0 * values[2:-1] + 2.0 * values[1:-2] + values[:-3]) * 0.1
    return out


def _smooth(close: Array, begin: int) -> Array:
    smooth = _smoothed(close)
    smooth[:begin] = 0.0
    return smooth


def _cycles(close: Array, begin: int) -> tuple[Array, ...]:
    """Return lengths, and the parts in phase and a quarter behind."""
    made: tuple[Array, ...] = _hilbert().cycles(_smooth(close, begin), begin)
    return made


def cycle_period(close: Array) -> Array:
    """Length of the dominant cycle over the longest one there can be, 50 bars."""
    lengths, _, _ = _cycles(close, _EARLY)
    return blank((lengths / _LONGEST,), _WARM_UP)[0]


def cycle_phasor(close: Array) -> tuple[Array, ...]:
    """Return the part of the price that swings in phase with its cycle, and the part a quarter behind."""
    _, in_phase, quadrature = _cycles(close, _EARLY)
    return blank((in_phase, quadrature), _WARM_UP)


def cycle_phase(close: Array) -> tuple[Array, ...]:
    """Return where in its cycle the price is, as a part of a turn, the sine of it, and that 45 degrees ahead."""
    _, _, phase = _phases(close)
    return blank((phase / 360.0, np.sin(phase / _DEGREES), np.sin((phase + 45.0) / _DEGREES)), _LONG_WARM_UP)


def cycle_trendline(close: Array) -> Array:
    """Mean of the close over one cycle, smoothed over four bars."""
    lengths, _, _ = _cycles(close, _LATE)
    return blank((_line(close, lengths),), _LONG_WARM_UP)[0]


def cycle_trend_mode(close: Array) -> Array:
    """1 where the price trends, 0 where it goes round in a cycle."""
    smooth, lengths, phase = _phases(close)
    modes = _hilbert().modes(phase, lengths, smooth, _line(close, lengths), _LATE)
    return blank((modes,), _LONG_WARM_UP)[0]


def mama(close: Array, fast: float, slow: float) -> tuple[Array, ...]:
    """Return the MESA adaptive average, quick where the phase turns slowly, and the one that follows it."""
    _, in_phase, quadrature = _cycles(close, _EARLY)
    return blank(_hilbert().adaptive_averages(close, in_phase, quadrature, _EARLY, fast, slow), _WARM_UP)


def _phases(close: Array) -> tuple[Array, Array, Array]:
    """Return smoothed prices, lengths and phases in degrees."""
    made, smooth = _hilbert(), _smooth(close, _LATE)
    lengths, _, _ = made.cycles(smooth, _LATE)
    return smooth, lengths, made.phases(smooth, lengths, _LATE, *_tables())


def _line(close: Array, lengths: Array) -> Array:
    return _smoothed(_hilbert().means(close, lengths, _LATE))


def cycle_period_stepper() -> Step:
    """Return the step of :func:`cycle_period`."""
    return _measuring(lambda inner: inner[2][5] / _LONGEST)


def cycle_phasor_stepper() -> Step:
    """Return the step of :func:`cycle_phasor`."""
    return _measuring(lambda inner: (inner[0][6], inner[1][6]))


def _measuring(told: Callable[[Any], Any]) -> Step:
    push = _cycle(_EARLY, 7)

    def step(state: State, recent: Recent) -> tuple[State, Any]:
        state = push(state, recent)
        return state, told(state[1])

    return step


def cycle_phase_stepper() -> Step:
    """Return the step of :func:`cycle_phase`."""
    made, push, push_phase = _hilbert(), _cycle(_LATE, _LONGEST), _phase()

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, ...]]:
        inner, phase = state or (None, 0.0)
        inner = push(inner, recent)
        if recent.bar >= _LATE:
            phase = push_phase(inner, phase)
        return (inner, phase), (phase / 360.0, *made.sines(phase))

    return step


def cycle_trendline_stepper() -> Step:
    """Return the step of :func:`cycle_trendline`."""
    push, push_line = _cycle(_LATE, 7), _trendline()

    def step(state: State, recent: Recent) -> tuple[State, float]:
        inner, means = state or (None, (0.0,) * 4)
        inner = push(inner, recent)
        means, line = push_line(means, inner, recent)
        return (inner, means), line

    return step


def cycle_trend_mode_stepper() -> Step:
    """Return the step of :func:`cycle_trend_mode`."""
    made, push, push_phase, push_line = _hilbert(), _cycle(_LATE, _LONGEST), _phase(), _trendline()

    def step(state: State, recent: Recent) -> tuple[State, float]:
        inner, means, before, sine, lead, since = state or (None, (0.0,) * 4, 0.0, 0.0, 0.0, 0.0)
        inner = push(inner, recent)
        means, line = push_line(means, inner, recent)
        if recent.bar < _LATE:
            return (inner, means, before, sine, lead, since), 0.0
        phase = push_phase(inner, before)
        mode, sine, lead, since = made.trending.py_func(
            (before, phase), inner[1][2][5], inner[0][-1], line, sine, lead, since
        )
        return (inner, means, phase, sine, lead, since), mode

    return step


def mama_stepper(fast: float, slow: float) -> Step:
    """Return the step of :func:`mama`."""
    made, push = _hilbert(), _cycle(_EARLY, 7)

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, ...]]:
        inner, averages = state or (None, (0.0, 0.0, 0.0))
        inner = push(inner, recent)
        if recent.bar >= _EARLY:
            of_phase, of_quadrature = inner[1][0][6], inner[1][1][6]
            averages = made.adapted.py_func(recent.close[-1], of_phase, of_quadrature, averages, fast, slow)
        return (inner, averages), averages[1:]

    return step


def _cycle(begin: int, kept: int) -> Callable[[State, Recent], State]:
    """Return what keeps the last smoothed prices and the state of the cycle."""
    made, keep = _hilbert(), window(kept)

    def push(state: State, recent: Recent) -> State:
        smooth, inner = state or ((0.0,) * kept, made.NOTHING)
        if recent.bar < begin:
            return smooth, inner
        close = recent.close
        smooth = keep(smooth, (4.0 * close[-1] + 3.0 * close[-2] + 2.0 * close[-3] + close[-4]) * 0.1)
        return smooth, made.measured(smooth[-7:], *inner)

    return push


def _phase() -> Callable[[State, float], float]:
    made = _hilbert()

    def push(inner: State, before: float) -> float:
        smooth, length = inner[0], inner[1][2][5]
        sums = made.correlated.py_func(smooth, _LONGEST - 1, int(length + 0.5), made.SINES, made.COSINES)
        phase: float = made.direction.py_func(*sums, length, before)
        return phase

    return push


def _trendline() -> Callable[[State, State, Recent], tuple[State, float]]:
    made = _hilbert()

    def push(means: State, inner: State, recent: Recent) -> tuple[State, float]:
        if recent.bar < _LATE:
            return means, 0.0
        close = recent.close
        mean = made.mean_of_cycle.py_func(close, len(close) - 1, int(inner[1][2][5] + 0.5))
        means = (*means[1:], mean)
        return means, (4.0 * means[3] + 3.0 * means[2] + 2.0 * means[1] + means[0]) * 0.1

    return push


_CYCLE = "the dominant cycle of the close smoothed over 4 bars, 6 to 50 bars long (homodyne discriminator)"
_SOURCE = "Ehlers 2001, Rocket Science for Traders; own, as TA-Lib {}"
_declared = partial(declare, group="trend", inputs=["close"], optional=True)

INDICATORS = (
    *_declared(
        "cycle_period",
        columns=["cycle_period"],
        compute=cycle_period,
        stepper=cycle_period_stepper,
        warm_up=_WARM_UP,
        unit="fraction",
        formula=f"length / 50 of {_CYCLE}",
        source=_SOURCE.format("HT_DCPERIOD (in bars)"),
        aliases=["ht_dcperiod"],
    ),
    *_declared(
        "cycle_phasor",
        columns=["cycle_in_phase", "cycle_quadrature"],
        compute=cycle_phasor,
        stepper=cycle_phasor_stepper,
        warm_up=_WARM_UP,
        unit="price",
        formula=f"the parts in phase, and a quarter of a cycle behind, of {_CYCLE}",
        source=_SOURCE.format("HT_PHASOR"),
        aliases=["ht_phasor"],
    ),
    *_declared(
        "cycle_phase",
        columns=["cycle_phase", "cycle_sine", "cycle_lead_sine"],
        compute=cycle_phase,
        stepper=cycle_phase_stepper,
        warm_up=_LONG_WARM_UP,
        unit="fraction",
        formula=f"phase / 360, sin(phase), sin(phase + 45), in degrees, of {_CYCLE}",
        source=_SOURCE.format("HT_DCPHASE (in degrees) and HT_SINE"),
        aliases=["ht_dcphase", "ht_sine"],
    ),
    *_declared(
        "cycle_trendline",
        columns=["cycle_trendline"],
        compute=cycle_trendline,
        stepper=cycle_trendline_stepper,
        reach=_LONG_WARM_UP,
        warm_up=_LONG_WARM_UP,
        unit="price",
        formula=f"wma(m, 4), m: mean of the close over one length of {_CYCLE}",
        source=_SOURCE.format("HT_TRENDLINE"),
        aliases=["ht_trendline"],
    ),
    *_declared(
        "cycle_trend_mode",
        columns=["cycle_trend_mode"],
        compute=cycle_trend_mode,
        stepper=cycle_trend_mode_stepper,
        warm_up=_LONG_WARM_UP,
        unit="signal",
        formula="0 for half a cycle after cycle_sine crosses cycle_lead_sine and while the phase turns as a cycle "
        "does, unless the close is 1.5 % from cycle_trendline; else 1",
        source=_SOURCE.format("HT_TRENDMODE"),
        aliases=["ht_trendmode"],
    ),
    *_declared(
        "mama",
        columns=["mama", "fama"],
        compute=mama,
        stepper=mama_stepper,
        warm_up=_WARM_UP,
        unit="price",
        formula="mama = w * close + (1 - w) * mama[t-1], w = {fast} / degrees that the phase turned, at least {slow}; "
        "fama = the same of mama with w / 2",
        source=_SOURCE.format("MAMA"),
        over=[{"fast": 0.5, "slow": 0.05}],
    ),
)
