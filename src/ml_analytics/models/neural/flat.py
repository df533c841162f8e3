"""Windows and images as tables: each number a column, the shape of one beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

_SHAPE = "ml_analytics.shape"  # among the attributes of a pandas frame


def flattened(values: np.ndarray, shape: Sequence[int]) -> pd.DataFrame:
    """Return (n, …) as a table of n rows with columns x0, x1, …, that remembers the ``shape`` of one row.

    >>> table = flattened(np.zeros((5, 2, 3)), [2, 3])
    >>> table.shape, table.columns[-1], shape_of(table)
    ((5, 6), 'x5', [2, 3])
    """
    width = math.prod(shape)
    table = pd.DataFrame(
        values.reshape(len(values), width), columns=[f"x{number}" for number in range(width)]
    )
    table = table.infer_objects() if values.dtype == object else table
    table.attrs[_SHAPE] = list(shape)
    return table


def shape_of(table: pd.DataFrame) -> list[int] | None:
    """Return the shape of one row of a table from :func:`flattened`, ``None`` of any other."""
    found: list[int] | None = table.attrs.get(_SHAPE)
    return found
