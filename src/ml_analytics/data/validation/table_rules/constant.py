"""Columns with one value."""

from __future__ import annotations

from ..expectation import Expectation
from ..finding import Finding, Severity


def constant_column(table: Expectation) -> Finding | None:
    """A column whose known values are all equal cannot tell rows apart (judged from two rows on)."""
    if len(table.frame) < 2:
        return None
    names = []
    for name in table.frame.columns:
        values = table.frame[name].dropna()
        try:
            constant = len(values) > 0 and values.nunique() == 1
        except TypeError:  # lists and mappings have no hash
            constant = values.map(repr).nunique() == 1
        if constant:
            names.append(str(name))
    return table.columns(
        "constant_column", Severity.WARNING, names, f"Only one value occurs in {', '.join(names)}."
    )
