"""Exponential means with any decay, over a whole series (TA-Lib's have decays of whole periods only)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_BLOCK = 128


def exponential_mean(values: NDArray[np.float64], decay: float, first: float) -> NDArray[np.float64]:
    """Return ``mean[t] = decay * mean[t-1] + (1 - decay) * values[t]``, ``first`` standing before them.

    ``decay`` lies between 0.9 and 1: a block of 128 values is weighted at once, and 0.9**-128 is a million.

    >>> exponential_mean(np.array([2.0, 0.0]), 0.9, first=1.0).round(12).tolist()
    [1.1, 0.99]
    """
    count = -(-len(values) // _BLOCK)
    blocks = np.zeros((count, _BLOCK))
    blocks.ravel()[: len(values)] = values
    weights = decay ** np.arange(_BLOCK)
    blocks /= weights
    np.cumsum(blocks, axis=1, out=blocks)
    blocks *= (1.0 - decay) * weights
    carried, whole = np.empty(count), decay**_BLOCK
    for number, own in enumerate(blocks[:, -1].tolist()):
        carried[number] = first
        first = whole * first + own
    blocks += carried[:, None] * (decay * weights)
    return blocks.ravel()[: len(values)]
