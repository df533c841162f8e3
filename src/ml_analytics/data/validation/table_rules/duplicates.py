"""Rows that occur twice."""

from __future__ import annotations

from ..expectation import Expectation
from ..finding import Finding, Severity


def duplicate_rows(table: Expectation) -> Finding | None:
    """Equal rows weigh twice and can stand in both training and test."""
    if not len(table.frame.columns):
        return None
    try:
        repeated = table.frame.duplicated()
    except TypeError:  # lists and mappings have no hash
        repeated = table.frame.map(repr).duplicated()
    count = int(repeated.sum())
    return table.rows(
        "duplicate_rows",
        Severity.WARNING,
        repeated.to_numpy(),
        f"{count:,} row{'' if count == 1 else 's'} repeat an earlier row in every column.",
        tuple(table.frame.columns[:3]),
        rejects=False,
    )
