"""Columns that are not there."""

from __future__ import annotations

from ..expectation import Expectation
from ..finding import Finding, Severity


def missing_column(table: Expectation) -> Finding | None:
    """Required and numeric columns and those with a range must exist."""
    names = [
        name
        for name in dict.fromkeys((*table.required, *table.numeric, *table.ranges))
        if name not in table.frame.columns
    ]
    return table.columns(
        "missing_column",
        Severity.ERROR,
        names,
        f"The table must have the columns: absent are {', '.join(names)}.",
    )
