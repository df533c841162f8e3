"""The warm-up of an entry whose columns are known from different bars on."""

from __future__ import annotations

import numpy as np

from ..indicator import Array


def blank(columns: tuple[Array, ...], warm_up: int) -> tuple[Array, ...]:
    """Return the columns, in place, without values during the warm-up.

    >>> blank((np.array([1.0, 2.0]),), 1)[0].tolist()
    [nan, 2.0]
    """
    for one in columns:
        one[:warm_up] = np.nan
    return columns
