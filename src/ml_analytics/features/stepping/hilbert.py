"""The dominant cycle of a stream of prices: Ehlers' homodyne discriminator, as TA-Lib's HT functions measure it.

The price, smoothed over four bars, is split into a part in phase and one a quarter of a cycle behind (a Hilbert
transform of seven bars, as wide as the cycle was long the bar before). How far the two turn in a bar is the length
of the cycle, held between 6 and 50 bars.

One source for batch and stream: numba compiles these functions, and a step calls them as they stand (``py_func``).
So both compute the same, bit for bit, also where the angle is one of noise. TA-Lib's own machine code multiplies
and adds in one rounding, which Python cannot repeat.

Import it only when there is something to compute: numba takes a quarter of a second.
"""

from __future__ import annotations

from math import atan, cos, inf, pi, sin
from typing import Any

import numpy as np
from numba import njit

_SHORTEST, LONGEST = 6.0, 50
_DEGREES = 180.0 / pi
_APART = 0.015  # of price and trend line, where there is a trend whatever the cycle says
_NEAR, _FAR = 0.0962, 0.5769  # weights of Ehlers' transform
_STEPS = [[index * 2.0 * pi / max(size, 1) for index in range(LONGEST + 1)] for size in range(LONGEST + 1)]
SINES = tuple(tuple(sin(angle) for angle in angles) for angles in _STEPS)
COSINES = tuple(tuple(cos(angle) for angle in angles) for angles in _STEPS)
NOTHING: tuple[Any, ...] = ((0.0,) * 10, (0.0,) * 7, (0.0,) * 6)
"""What :func:`measured` begins with: detrended prices, their quadrature, and what turns."""


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _transformed(now: Any, two: Any, four: Any, six: Any, adjust: Any) -> Any:
    """Return the Hilbert transform of values two bars apart."""
    return (_NEAR * now - _NEAR * six - _FAR * four + _FAR * two) * adjust


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _period(real: Any, imaginary: Any, before: Any) -> Any:
    """Return the length of the cycle: 360 degrees over the turn of a bar, not far from the one before."""
    period = before
    if imaginary != 0.0 and real != 0.0:
        angle = atan(imaginary / real) * _DEGREES
        period = 360.0 / angle if angle != 0.0 else inf
    period = min(period, 1.5 * before)
    period = max(period, 0.67 * before)
    return 0.2 * min(max(period, _SHORTEST), 1.0 * LONGEST) + 0.8 * before


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _turned(in_phase: Any, quadrature: Any, ahead_i: Any, ahead_q: Any, turning: Any) -> Any:
    """Return what turns after this bar; the last two numbers are the cycle's length, raw and smoothed."""
    old_i, old_q, real, imaginary, before, length = turning
    new_q = 0.2 * (quadrature + ahead_i) + 0.8 * old_q
    new_i = 0.2 * (in_phase - ahead_q) + 0.8 * old_i
    real = 0.2 * (new_i * old_i + new_q * old_q) + 0.8 * real
    imaginary = 0.2 * (new_i * old_q - new_q * old_i) + 0.8 * imaginary
    period = _period(real, imaginary, before)
    return new_i, new_q, real, imaginary, period, 0.33 * period + 0.67 * length


@njit(cache=True, nogil=True, error_model="numpy")
def measured(smooth: Any, detrended: Any, quadrature: Any, turning: Any) -> Any:
    """Take the last 7 smoothed prices, oldest first, and the state; return the state."""
    adjust = 0.075 * turning[4] + 0.54
    value = _transformed(smooth[6], smooth[4], smooth[2], smooth[0], adjust)
    detrended = detrended[1:] + (value,)  # noqa: RUF005 - numba knows no unpacking here
    value = _transformed(detrended[9], detrended[7], detrended[5], detrended[3], adjust)
    quadrature = quadrature[1:] + (value,)  # noqa: RUF005
    ahead_i = _transformed(detrended[6], detrended[4], detrended[2], detrended[0], adjust)
    ahead_q = _transformed(quadrature[6], quadrature[4], quadrature[2], quadrature[0], adjust)
    return detrended, quadrature, _turned(detrended[6], quadrature[6], ahead_i, ahead_q, turning)


@njit(cache=True, nogil=True, error_model="numpy")
def direction(sine_sum: Any, cosine_sum: Any, length: Any, before: Any) -> Any:
    """Return the phase in degrees, -45 to 315, from the sums over one cycle of price times sine and cosine."""
    phase = before
    if cosine_sum != 0.0:
        phase = atan(sine_sum / cosine_sum) * _DEGREES
    elif sine_sum < 0.0:
        phase -= 90.0
    elif sine_sum > 0.0:
        phase += 90.0
    phase += 90.0 + 360.0 / length
    if cosine_sum < 0.0:
        phase += 180.0
    return phase - 360.0 if phase > 315.0 else phase


@njit(cache=True, nogil=True, error_model="numpy")
def correlated(prices: Any, newest: Any, size: Any, sines: Any, cosines: Any) -> Any:
    """Return the sums of the last ``size`` prices times a sine and a cosine that go round once."""
    sine_sum = cosine_sum = 0.0
    of_sine, of_cosine = sines[size], cosines[size]
    for index in range(min(size, newest + 1)):
        price = prices[newest - index]
        sine_sum += of_sine[index] * price
        cosine_sum += of_cosine[index] * price
    return sine_sum, cosine_sum


@njit(cache=True, nogil=True, error_model="numpy")
def mean_of_cycle(prices: Any, newest: Any, size: Any) -> Any:
    """Return the mean of the last ``size`` prices."""
    total = 0.0
    for index in range(min(size, newest + 1)):
        total += prices[newest - index]
    return total / size if size > 0 else 0.0


def sines(phase: float) -> tuple[float, float]:
    """Return the sine of a phase in degrees, and that of 45 degrees more.

    >>> [round(one, 4) for one in sines(45.0)]
    [0.7071, 1.0]
    """
    return sin(phase / _DEGREES), sin((phase + 45.0) / _DEGREES)


@njit(cache=True, nogil=True, error_model="numpy")
def trending(phases: Any, length: Any, price: Any, line: Any, wave: Any, lead: Any, since: Any) -> Any:
    """Return whether there is a trend rather than a cycle (1 or 0), the sine, its lead, and bars since they crossed.

    ``phases`` are the one before and the newest, in degrees; the sine and its lead given are those of the bar before.
    """
    before, phase = phases
    sine, ahead = sin(phase / _DEGREES), sin((phase + 45.0) / _DEGREES)
    trend = 1.0
    if (sine > ahead and wave <= lead) or (sine < ahead and wave >= lead):
        since, trend = 0.0, 0.0
    since += 1.0
    if since < 0.5 * length:
        trend = 0.0
    turn, usual = phase - before, 360.0 / length
    if 0.67 * usual < turn < 1.5 * usual:
        trend = 0.0
    if line != 0.0 and abs((price - line) / line) >= _APART:
        trend = 1.0
    return trend, sine, ahead, since


@njit(cache=True, nogil=True, error_model="numpy")
def cycles(smooth: Any, begin: int) -> Any:
    """Return per bar the length of the cycle, the part in phase and the one behind; 0 before ``begin``."""
    lengths, values, quadratures = np.zeros(len(smooth)), np.zeros(len(smooth)), np.zeros(len(smooth))
    in_phase = np.zeros(len(smooth))
    turning = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    for t in range(begin, len(smooth)):
        adjust = 0.075 * turning[4] + 0.54
        values[t] = _transformed(smooth[t], smooth[t - 2], smooth[t - 4], smooth[t - 6], adjust)
        quadratures[t] = _transformed(values[t], values[t - 2], values[t - 4], values[t - 6], adjust)
        ahead_i = _transformed(values[t - 3], values[t - 5], values[t - 7], values[t - 9], adjust)
        ahead_q = _transformed(
            quadratures[t], quadratures[t - 2], quadratures[t - 4], quadratures[t - 6], adjust
        )
        in_phase[t] = values[t - 3]
        turning = _turned(in_phase[t], quadratures[t], ahead_i, ahead_q, turning)
        lengths[t] = turning[5]
    return lengths, in_phase, quadratures


@njit(cache=True, nogil=True, error_model="numpy")
def phases(smooth: Any, lengths: Any, begin: int, sines: Any, cosines: Any) -> Any:
    """Return the phase per bar, in degrees; 0 before ``begin``."""
    out, phase = np.zeros(len(smooth)), 0.0
    for t in range(begin, len(smooth)):
        sine_sum, cosine_sum = correlated(smooth, t, int(lengths[t] + 0.5), sines, cosines)
        phase = direction(sine_sum, cosine_sum, lengths[t], phase)
        out[t] = phase
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def means(close: Any, lengths: Any, begin: int) -> Any:
    """Return the mean over one cycle per bar; 0 before ``begin``."""
    out = np.zeros(len(close))
    for t in range(begin, len(close)):
        out[t] = mean_of_cycle(close, t, int(lengths[t] + 0.5))
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def modes(angles: Any, lengths: Any, smooth: Any, lines: Any, begin: int) -> Any:
    """Return 1 per bar of a trend, 0 per bar of a cycle."""
    out = np.zeros(len(angles))
    before = sine = lead = since = 0.0
    for t in range(begin, len(angles)):
        out[t], sine, lead, since = trending(
            (before, angles[t]), lengths[t], smooth[t], lines[t], sine, lead, since
        )
        before = angles[t]
    return out


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def adapted(value: Any, in_phase: Any, quadrature: Any, state: Any, fast: Any, slow: Any) -> Any:
    """Return angle, MAMA and FAMA: averages as quick as the angle turns (Ehlers 2001)."""
    before, average, following = state
    angle = atan(quadrature / in_phase) * _DEGREES if in_phase != 0.0 else 0.0
    weight = max(fast / max(before - angle, 1.0), slow)
    average = weight * value + (1.0 - weight) * average
    weight *= 0.5
    return angle, average, weight * average + (1.0 - weight) * following


@njit(cache=True, nogil=True, error_model="numpy")
def adaptive_averages(
    close: Any, in_phase: Any, quadratures: Any, begin: int, fast: float, slow: float
) -> Any:
    """Return MAMA and FAMA per bar; 0 before ``begin``."""
    averages, following = np.zeros(len(close)), np.zeros(len(close))
    state = (0.0, 0.0, 0.0)
    for t in range(begin, len(close)):
        state = adapted(close[t], in_phase[t], quadratures[t], state, fast, slow)
        averages[t], following[t] = state[1], state[2]
    return averages, following
