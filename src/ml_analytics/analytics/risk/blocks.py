"""How long blocks of returns must be to keep their memory."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...core.errors import ParameterError
from ..inputs import Array, is_number

_FEWEST = 16


def block_length_of(values: Array, given: Any, owner: str) -> float:
    """Return the mean block length of the stationary bootstrap: as given, else found.

    Found by the rule of Politis & White (2004) with the correction of Patton, Politis & White (2009), from
    ``arch``, in the squared distances from the mean: returns themselves hardly remember, their size does.
    Below 16 values, or where nothing varies, it is 1; it is never above a third of the values.

    Raises:
        ParameterError: not a number from 1 to the number of values.

    >>> block_length_of(np.zeros(100), None, "example"), block_length_of(np.zeros(100), 5, "example")
    (1.0, 5.0)
    """
    if given is None:
        return _found(values)
    if not is_number(given) or not 1 <= given <= max(1, values.size):
        raise ParameterError.of("block_length", owner, f"a number from 1 to {values.size}, or None", given)
    return float(given)


def _found(values: Array) -> float:
    squares = (values - values.mean()) ** 2
    if values.size < _FEWEST or squares.max() - squares.min() <= 1e-12 * squares.max():
        return 1.0
    # A quarter of a second of start-up that only those who ask for blocks pay.
    from arch.bootstrap import optimal_block_length

    length = float(optimal_block_length(squares / squares.max())["stationary"].iloc[0])
    return min(max(length, 1.0), values.size / 3.0) if math.isfinite(length) else 1.0


def stationary_positions(size: int, length: float, rng: np.random.Generator) -> np.ndarray:
    """Return ``size`` positions drawn by the stationary bootstrap: runs of mean ``length``, round the end.

    Source: Politis & Romano (1994), "The stationary bootstrap".

    >>> stationary_positions(4, 1e9, np.random.default_rng(0)).tolist()
    [3, 0, 1, 2]
    """
    fresh = rng.integers(0, size, size)
    if length <= 1.0:
        return fresh
    begins = rng.random(size) < 1.0 / length
    begins[0] = True
    place = np.arange(size)
    start = np.maximum.accumulate(np.where(begins, place, 0))
    return np.asarray((fresh[start] + place - start) % size)
