"""Recursions over a whole series that no library computes as arrays, compiled.

Import it only when there is something to compute: numba takes a quarter of a second. The order of every operation
is that of the steps, so both agree bit for bit.
"""

from __future__ import annotations

from math import log, sqrt
from typing import Any

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def paced(values: Any, paces: Any, first: int) -> Any:
    """Return the average that moves by ``paces`` of the way to each value; at ``first`` it is the mean so far."""
    out = np.full(len(values), np.nan)
    average = 0.0
    for t in range(first + 1):
        average += values[t]
    average /= first + 1
    out[first] = average
    for t in range(first + 1, len(values)):
        average = paces[t] * values[t] + (1.0 - paces[t]) * average
        out[t] = average
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def two_poles(values: Any, new: float, one: float, two: float) -> Any:
    """Return the weighted sums of each value and of the two results before; at first the values themselves."""
    out = values.copy()
    for t in range(2, len(values)):
        out[t] = new * values[t] + one * out[t - 1] + two * out[t - 2]
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def fisher(places: Any, first: int) -> Any:
    """Return Fisher's transform of smoothed places (-0.5 … 0.5), itself smoothed, from ``first`` on; NaN before."""
    out = np.full(len(places), np.nan)
    place = value = 0.0
    for t in range(first, len(places)):
        place = 0.66 * places[t] + 0.67 * place
        if abs(place) > 0.99:
            place = 0.999 if place > 0.0 else -0.999
        value = 0.5 * log((1.0 + place) / (1.0 - place)) + 0.5 * value
        out[t] = value
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def laguerre(values: Any, damping: float) -> Any:
    """Return rises as a share of all steps between four stages of Laguerre's filter; 0 where there are none."""
    out = np.empty(len(values))
    one = two = three = four = values[0]
    for t in range(len(values)):
        before, between, behind = one, two, three
        one = (1.0 - damping) * values[t] + damping * one
        two = before + damping * (two - one)
        three = between + damping * (three - two)
        four = behind + damping * (four - three)
        up = max(one - two, 0.0) + max(two - three, 0.0) + max(three - four, 0.0)
        down = max(two - one, 0.0) + max(three - two, 0.0) + max(four - three, 0.0)
        total = up + down
        out[t] = up / total if total > 1e-12 * values[t] else 0.0
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def shape(values: Any, begin: int, stop: int, floor: float) -> Any:
    """Return skewness and excess kurtosis, without bias, of some values; 0 where they spread by no more than ``floor``.

    >>> shape.py_func([1.0, 2.0, 3.0, 10.0], 0, 4, 0.0)[0].__round__(6)
    1.763633
    """
    count = 1.0 * (stop - begin)
    mean = 0.0
    for t in range(begin, stop):
        mean += values[t]
    mean /= count
    second = third = fourth = 0.0
    for t in range(begin, stop):
        away = values[t] - mean
        square = away * away
        second += square
        third += square * away
        fourth += square * square
    second, third, fourth = second / count, third / count, fourth / count
    if second <= floor * floor:
        return 0.0, 0.0
    skew = third / (second * sqrt(second)) * sqrt(count * (count - 1.0)) / (count - 2.0)
    excess = (count + 1.0) * (fourth / (second * second)) - 3.0 * (count - 1.0)
    return skew, excess * (count - 1.0) / ((count - 2.0) * (count - 3.0))


@njit(cache=True, nogil=True, error_model="numpy")
def shapes(values: Any, period: int, floors: Any) -> Any:
    """Return :func:`shape` of every window; NaN where it is not whole or has a NaN."""
    skews, excesses = np.full(len(values), np.nan), np.full(len(values), np.nan)
    for t in range(period - 1, len(values)):
        if not np.isnan(values[t - period + 1]):
            skews[t], excesses[t] = shape(values, t - period + 1, t + 1, floors[t])
    return skews, excesses


@njit(cache=True, nogil=True, error_model="numpy")
def places(values: Any, lows: Any, highs: Any, floors: Any, factor: float, first: int) -> Any:
    """Return where values lie between lows and highs, 0 to 100, smoothed by ``factor``; NaN before ``first``.

    Where there is no more than ``floors`` between them the place is the one before.
    """
    out = np.full(len(values), np.nan)
    place = smooth = 0.0
    for t in range(first, len(values)):
        reach = highs[t] - lows[t]
        if reach > floors[t]:
            place = (values[t] - lows[t]) / reach * 100.0
        smooth = place if t == first else smooth + factor * (place - smooth)
        out[t] = smooth
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def trailed(value: Any, width: Any, state: Any) -> Any:
    """Return the value before, the lines below and above it that only tighten, and 1 or -1: which is in force."""
    before, below, above, side = state
    lower, upper = value - width, value + width
    crossed_up = before <= above < value
    crossed_down = before >= below > value
    new_below = max(below, lower) if before > below and value > below else lower
    new_above = min(above, upper) if before < above and value < above else upper
    if crossed_up:
        side = 1.0
    elif crossed_down:
        side = -1.0
    return value, new_below, new_above, side


@njit(cache=True, nogil=True, error_model="numpy")
def trails(values: Any, widths: Any, first: int) -> Any:
    """Return the line in force of :func:`trailed` per value from ``first`` on; NaN before."""
    out = np.full(len(values), np.nan)
    state = (values[first], values[first] - widths[first], values[first] + widths[first], 1.0)
    out[first] = state[1]
    for t in range(first + 1, len(values)):
        state = trailed(values[t], widths[t], state)
        out[t] = state[1] if state[3] > 0.0 else state[2]
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def ranked(values: Any, period: int, below: Any) -> Any:
    """Return per bar the values of the window that so many lie ``below``, shape (ranks, bars); NaN before.

    >>> ranked(np.array([5.0, 1.0, 3.0, 2.0]), 3, np.array([1]))[0].tolist()
    [nan, nan, 3.0, 2.0]
    """
    out = np.full((len(below), len(values)), np.nan)
    window = np.sort(values[: period - 1])
    window = np.append(window, np.inf)
    for t in range(period - 1, len(values)):
        value = values[t]
        place = np.searchsorted(window, values[t - period]) if t >= period else period - 1
        while place > 0 and window[place - 1] > value:
            window[place] = window[place - 1]
            place -= 1
        while place < period - 1 and window[place + 1] < value:
            window[place] = window[place + 1]
            place += 1
        window[place] = value
        for number in range(len(below)):
            out[number, t] = window[below[number]]
    return out
