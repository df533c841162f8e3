"""Rows that occur twice."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..expectation import Expectation
from ..finding import Finding, Severity


def duplicate_rows(table: Expectation) -> Finding | None:
    """Equal rows weigh twice and can stand in both training and test.

    An index of times, or one with a name, is part of the row: equal values at different times are no duplicates.
    """
    if not len(table.frame.columns):
        return None
    frame = table.frame
    if (
        isinstance(frame.index, (pd.DatetimeIndex, pd.PeriodIndex, pd.MultiIndex))
        or frame.index.name is not None
    ):
        parts: list[Any] = [pd.Series(frame.index.to_numpy()), frame.reset_index(drop=True)]
        frame = pd.concat(parts, axis=1, ignore_index=True)
    try:
        repeated = frame.duplicated()
    except TypeError:  # lists and mappings have no hash
        repeated = frame.map(repr).duplicated()
    count = int(repeated.sum())
    return table.rows(
        "duplicate_rows",
        Severity.WARNING,
        repeated.to_numpy(),
        f"{count:,} {'row repeats' if count == 1 else 'rows repeat'} an earlier row in every column.",
        tuple(table.frame.columns[:3]),
        rejects=False,
    )
