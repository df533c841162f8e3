"""Cells of the wrong kind."""

from __future__ import annotations

import numpy as np

from ..bars import numbers
from ..expectation import Expectation
from ..finding import Finding, Severity


def wrong_types(table: Expectation) -> Finding | None:
    """Numeric columns must hold numbers: digits in text and booleans are none; missing cells are allowed."""
    wrong = {
        name: mask
        for name in table.numeric
        if name in table.frame.columns and (mask := numbers(table.frame[name])[1]).any()
    }
    if not wrong:
        return None
    bad = np.logical_or.reduce(list(wrong.values()))
    return table.rows(
        "wrong_types",
        Severity.ERROR,
        bad,
        f"{int(bad.sum()):,} rows hold something other than a number in {', '.join(wrong)}.",
        tuple(wrong),
        rejects=True,
    )
