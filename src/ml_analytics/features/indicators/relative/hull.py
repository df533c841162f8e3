"""How far the close lies from Hull's average, made from moves: no running sum of prices blurs small ones.

Hull's average is a fixed weighting of the last closes, so the close less it is a weighting of the last moves.
Moves are exact to the last digit where prices are alike; TA-Lib's running sums of weighted prices are not, and
where a bar moves by a millionth of the price their rounding is seen.
"""

from __future__ import annotations

from math import isqrt

import numpy as np

from ...indicator import Array
from ...stepping import Recent, State
from ...stepping.kinds import ValueStep


def close_to_hma(close: Array, period: int) -> Array:
    """Close less Hull's average, over the close (that average may overshoot to 0 and below)."""
    out = np.full(len(close), np.nan)
    weights = _of_moves(period)
    count = len(close) - len(weights)
    if count > 0:
        moves, away = np.diff(close), np.zeros(count)
        for ago, weight in enumerate(weights):
            start = len(weights) - 1 - ago
            away += weight * moves[start : start + count]
        out[len(weights) :] = away / close[len(weights) :]
    return out


def close_to_hma_stepper(period: int) -> ValueStep:
    """Return the step of :func:`close_to_hma`; it keeps nothing."""
    weights = _of_moves(period)
    count = len(weights)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        if recent.bar < count:
            return None, np.nan
        later = close = recent.close[-1]
        away = 0.0
        for ago, weight in enumerate(weights, 2):
            before = recent.close[-ago]
            away += weight * (later - before)
            later = before
        return None, away / close

    return step


def _of_moves(period: int) -> list[float]:
    """Return the weights of the moves, from the newest on: what the average gives to all closes before each."""
    root = isqrt(period)
    lately = 2 * _linear(period // 2, period) - _linear(period, period)
    of_closes = np.convolve(lately, _linear(root, root))
    weights: list[float] = np.cumsum(of_closes[::-1])[::-1][1:].tolist()
    return weights


def _linear(period: int, length: int) -> Array:
    """Return the weights of a weighted average, from the newest value on, with zeros up to ``length``."""
    weights: Array = np.maximum(period - np.arange(float(length)), 0.0) / (period * (period + 1) / 2)
    return weights
