"""Results: columns on UTC times, as the kind of table that was given."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import ParameterError
from ...core.frames import Table, like
from .times import Times


def utc_index(times: Times) -> pd.DatetimeIndex:
    """Return int64 nanoseconds as a UTC index called ``timestamp``."""
    return pd.DatetimeIndex(times.view("datetime64[ns]"), name="timestamp").tz_localize("UTC")


def time_table(original: Table, times: Times, columns: Mapping[str, Any]) -> Table:
    """Return columns on their times: the index (pandas) or the column ``timestamp`` (polars)."""
    return like(original, pd.DataFrame(dict(columns), index=utc_index(times), copy=False))


def strictly_later(times: Times) -> Times:
    """Return times that rise: where several are equal, each after the first is one nanosecond later.

    Bars that close at one instant stay in their order, none stamped before it was known.

    >>> strictly_later(np.array([5, 5, 5, 6, 9])).tolist()
    [5, 6, 7, 8, 9]
    """
    count = np.arange(len(times))
    later: Times = np.maximum.accumulate(times - count) + count
    return later


def one_of(value: object, allowed: tuple[str, ...], parameter: str, owner: str) -> None:
    """Refuse a word that is not among those allowed."""
    if value not in allowed:
        raise ParameterError.of(parameter, owner, f"one of {', '.join(allowed)}", value)


def whole_number(value: object, parameter: str, owner: str, least: int) -> int:
    """Return a whole number that is at least ``least``."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ParameterError.of(parameter, owner, f"a whole number of at least {least}", value)
    return int(value)


def amount(value: object, parameter: str, owner: str) -> float:
    """Return a finite number above 0."""
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
        with suppress(OverflowError):
            number = float(value)
            if 0 < number < np.inf:
                return number
    raise ParameterError.of(parameter, owner, "a finite number above 0", value)
