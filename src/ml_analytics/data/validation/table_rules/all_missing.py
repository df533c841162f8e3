"""Columns without a single value."""

from __future__ import annotations

from ..expectation import Expectation
from ..finding import Finding, Severity


def all_missing_column(table: Expectation) -> Finding | None:
    """A column without any value teaches nothing; a required one makes the table useless."""
    names = [str(name) for name in table.frame.columns if table.frame[name].isna().all()]
    needed = set(table.required + table.numeric) & set(names)
    return table.columns(
        "all_missing_column",
        Severity.ERROR if needed else Severity.WARNING,
        names,
        f"Every value is missing in {', '.join(names)}.",
    )
