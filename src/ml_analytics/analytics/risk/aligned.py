"""Putting a benchmark or factors on the times of the returns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import ParameterError
from ..inputs import in_time_order, numbers


def aligned(returns: pd.Series, other: Any, owner: str, parameter: str = "benchmark") -> pd.Series:
    """Return ``other`` on the index of ``returns``; NaN where it has no row.

    Two series with times are joined by time; anything else must have the same length.

    Raises:
        ParameterError: not numbers, another length, unsorted or repeated times, a time zone in one only, or
            not one time in common.

    >>> days = pd.date_range("2024-01-01", periods=2)
    >>> aligned(pd.Series([0.1, 0.2], index=days), pd.Series([0.5], index=days[1:]), "example").tolist()
    [nan, 0.5]
    """
    values = numbers(other, parameter, owner)
    index = other.index if isinstance(other, pd.Series) else None
    if isinstance(index, pd.DatetimeIndex) and isinstance(returns.index, pd.DatetimeIndex):
        joinable(returns.index, index, owner, parameter)
        return pd.Series(values, index=index).reindex(returns.index)
    if values.size != len(returns):
        raise ParameterError.of(parameter, owner, f"as long as the returns ({len(returns)})", values.size)
    return pd.Series(values, index=returns.index)


def joinable(times: pd.DatetimeIndex, other: pd.DatetimeIndex, owner: str, parameter: str) -> None:
    """Refuse times that cannot be joined with ``times``."""
    in_time_order(other, parameter, owner)
    if (times.tz is None) != (other.tz is None):
        raise ParameterError.of(
            parameter, owner, "with a time zone where the returns have one", str(other.tz)
        )
    if not np.isin(other.asi8, times.as_unit(other.unit).asi8).any():
        shown = f"{other[0]} to {other[-1]}" if len(other) else "no rows"
        raise ParameterError.of(parameter, owner, "on at least one time of the returns", shown)
