"""Logarithms as :func:`numpy.log` gives them over an array.

Its vector kernels and :func:`math.log` can differ in the last digit, which sums over flat stretches,
differences and ranks with ties would carry into a feature.
"""

from __future__ import annotations

from math import nan

import numpy as np

from .recent import Recent


def log(value: float) -> float:
    """Return the natural logarithm.

    >>> log(1.0)
    0.0
    """
    return float(np.log(value))


def log_return(recent: Recent) -> float:
    """Return ln(close / close before); NaN at the first bar.

    >>> recent = Recent(reach=2)
    >>> for price in (1.0, 1.0):
    ...     recent.push((price, price, price, price, 5.0))
    >>> log_return(recent)
    0.0
    """
    close = recent.close
    return float(np.log(close[-1] / close[-2])) if recent.bar else nan
