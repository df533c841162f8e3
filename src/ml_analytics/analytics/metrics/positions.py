"""What was held: exposure and turnover."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..inputs import Array, numbers, observed, positive


def exposure(positions: Any) -> float:
    """Return the share of bars with a position, from 0 to 1; NaN without bars. NaN bars are left out.

    >>> exposure([0.0, 1.0, 1.0, -0.5])
    0.75
    """
    held = observed(positions, "exposure", "positions")
    return float((held != 0).mean()) if held.size else math.nan


def traded(positions: Any) -> Array:
    """Return the notional traded to reach the position of each bar (n,), as a share of capital.

    Formula: |h_t - h_{t-1}| with h_{-1} = 0, so the first entry counts. A NaN position is no position.

    >>> traded([1.0, 1.0, -1.0]).tolist()
    [1.0, 0.0, 2.0]
    """
    held = np.nan_to_num(numbers(positions, "positions", "traded"), nan=0.0)
    return np.abs(np.diff(held, prepend=0.0))


def turnover(positions: Any, periods_per_year: float) -> float:
    """Return the notional traded in a year, as a multiple of capital (one way; the first entry counts).

    Formula: mean(|h_t - h_{t-1}|) * p. NaN without bars.

    >>> turnover([1.0, 1.0, -1.0, -1.0], 4)
    3.0
    """
    p = positive(periods_per_year, "periods_per_year", "turnover")
    amounts = traded(positions)
    return float(amounts.mean()) * p if amounts.size else math.nan
