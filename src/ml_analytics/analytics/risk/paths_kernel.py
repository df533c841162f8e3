"""The compiled loop of Monte Carlo: draw one future, walk along it, keep what is asked, forget it.

A future is numbered. Its random bits are a hash (SplitMix64) of seed, number and step, so future 7 of a seed is
the same whether ten futures are drawn or a million, in any order and on any number of threads.

Source: Steele, Lea & Flood (2014), "Fast splittable pseudorandom number generators"; Politis & Romano (1994),
"The stationary bootstrap"; Bailey (1994), "Polar generation of random variates with the t-distribution".
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from .kinds import BLOCKS, IID, NORMAL, STUDENT

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_LOW = np.uint64(0xFFFFFFFF)
_TO_UNIT = 2.0**-53
# Rounding in compounding must not keep a recovered drawdown open.
_RECOVERED = 1.0 - 1e-12
# Nor may it keep an account alive that has lost all: 1 - 1/3 - 1/3 - 1/3 is not zero.
_NOTHING = 1e-12


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _mixed(word: Any) -> Any:
    word = (word ^ (word >> np.uint64(30))) * _FIRST
    word = (word ^ (word >> np.uint64(27))) * _SECOND
    return word ^ (word >> np.uint64(31))


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _bits(key: Any, at: int) -> Any:
    """Return the 64 random bits number ``at`` of a future."""
    return _mixed(key + np.uint64(at + 1) * _GOLDEN)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _unit(word: Any) -> Any:
    """Return a number in (0, 1]."""
    return (float(word >> np.uint64(11)) + 1.0) * _TO_UNIT


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _below(word: Any, size: Any) -> Any:
    """Return a whole number from 0 to size - 1 from the low 32 bits; uneven by less than size / 2^32."""
    return ((word & _LOW) * size) >> np.uint64(32)


@njit(cache=True, nogil=True, error_model="numpy")
def _draw_singly(values: Any, key: Any, step: Any) -> None:
    size = np.uint64(values.size)
    word = np.uint64(0)
    for t in range(step.size):
        word = _bits(key, t) if t & 1 == 0 else word >> np.uint64(32)
        step[t] = values[_below(word, size)]


@njit(cache=True, nogil=True, error_model="numpy")
def _draw_blocks(values: Any, restart: float, key: Any, step: Any) -> None:
    """Go on with the next value, or with probability ``restart`` from anywhere; the end is followed by the start."""
    size = np.uint64(values.size)
    limit = np.uint64(min(restart * 2.0**32, 2.0**32))
    at = np.uint64(0)
    for t in range(step.size):
        word = _bits(key, t)
        if t == 0 or (word >> np.uint64(32)) < limit:
            at = _below(word, size)
        else:
            at += np.uint64(1)
            if at == size:
                at = np.uint64(0)
        step[t] = values[at]


@njit(cache=True, nogil=True, error_model="numpy")
def _draw_normal(mean: float, scale: float, key: Any, step: Any) -> None:
    for t in range(0, step.size, 2):
        radius = math.sqrt(-2.0 * math.log(_unit(_bits(key, t))))
        angle = 2.0 * math.pi * _unit(_bits(key, t + 1))
        step[t] = math.exp(mean + scale * radius * math.cos(angle))
        if t + 1 < step.size:
            step[t + 1] = math.exp(mean + scale * radius * math.sin(angle))


@njit(cache=True, nogil=True, error_model="numpy")
def _draw_student(mean: float, scale: float, freedom: float, key: Any, step: Any) -> None:
    for t in range(step.size):
        log = math.log(_unit(_bits(key, 2 * t)))
        radius = math.sqrt(freedom * math.expm1(-2.0 * log / freedom))
        angle = 2.0 * math.pi * _unit(_bits(key, 2 * t + 1))
        step[t] = math.exp(mean + scale * radius * math.cos(angle))


@njit(cache=True, nogil=True, error_model="numpy")
def _shuffle(values: Any, key: Any, step: Any) -> None:
    """Fisher and Yates: every order is as likely as any other."""
    step[:] = values
    for t in range(step.size - 1, 0, -1):
        other = _below(_bits(key, t), np.uint64(t + 1))
        step[t], step[other] = step[other], step[t]


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _walk(step: Any, added: bool, marks: Any, seen: Any, out: Any) -> None:
    """Follow one future; fill out with end, deepest, lowest, longest and seen with the wealth at the marks."""
    level = peak = depth = deepest = lowest = 1.0
    under = longest = mark = 0
    for t in range(step.size):
        if added:
            level = level + step[t] if level > 0.0 else 0.0
            level = level if level > _NOTHING else 0.0
            peak = max(peak, level)
            depth = level / peak
        else:
            level = level * step[t] if step[t] > 0.0 else 0.0
            depth = min(depth * step[t], 1.0)
        deepest = min(deepest, depth)
        lowest = min(lowest, level)
        under = under + 1 if depth < _RECOVERED else 0
        longest = max(longest, under)
        if mark < marks.size and marks[mark] == t + 1:
            seen[mark] = level
            mark += 1
    out[0], out[1], out[2], out[3] = level, deepest, lowest, longest


@njit(cache=True, nogil=True, error_model="numpy")
def walk_futures(
    kind: int,
    values: Any,
    parameters: Any,
    added: bool,
    seed: Any,
    horizon: int,
    marks: Any,
    seen: Any,
    out: Any,
) -> None:
    """Draw and walk futures.

    Args:
        kind: IID, BLOCKS, NORMAL, STUDENT or SHUFFLE.
        values: (n,) growth factors (1 + r, not negative), or money over capital where ``added``.
        parameters: (3,) of blocks: probability of a restart; of a distribution: mean, scale of the log, freedom.
        added: steps are added to wealth (trades of fixed size), else multiplied.
        seed: unsigned 64-bit number.
        horizon: steps of a future.
        marks: (m,) rising step numbers from 1 at which wealth is kept.
        seen: (futures, m) filled with it.
        out: (futures, 4) filled with wealth at the end, what was left of the high at the deepest point, lowest
            wealth, longest time below the high in steps. Wealth begins at 1 and stays 0 after ruin.
    """
    step = np.empty(horizon)
    whole = _mixed(seed + _GOLDEN)
    for future in range(out.shape[0]):
        key = _mixed(whole ^ _mixed(np.uint64(future + 1) * _GOLDEN))
        if kind == IID:
            _draw_singly(values, key, step)
        elif kind == BLOCKS:
            _draw_blocks(values, parameters[0], key, step)
        elif kind == NORMAL:
            _draw_normal(parameters[0], parameters[1], key, step)
        elif kind == STUDENT:
            _draw_student(parameters[0], parameters[1], parameters[2], key, step)
        else:
            _shuffle(values, key, step)
        _walk(step, added, marks, seen[future], out[future])
