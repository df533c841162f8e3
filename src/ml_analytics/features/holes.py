"""Holes in a series: what is left when folds of bars are put together."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

_TIMES = 20
_FEWEST = 100


def warn_of_holes(index: pd.Index) -> None:
    """Warn of a hole more than 20 times as long as 99 % of the steps: features reach over it.

    Nights, weekends and holidays come often enough to be among the 99 %. Tables of many symbols are not looked at.
    """
    if not isinstance(index, pd.DatetimeIndex) or len(index) < _FEWEST:
        return
    steps = np.diff(index.asi8)
    largest = int(np.argmax(steps))
    if steps[largest] > _TIMES * np.quantile(steps, 0.99, method="higher"):
        warnings.warn(
            f"The bars have a hole of {index[largest + 1] - index[largest]} after {index[largest]}, and features reach "
            "over it: in cross-validation generate the features first, then split them.",
            UserWarning,
            stacklevel=4,
        )
