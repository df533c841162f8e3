"""Numbers outside their range."""

from __future__ import annotations

import numpy as np

from ..bars import numbers
from ..expectation import Expectation
from ..finding import Finding, Severity


def out_of_range(table: Expectation) -> Finding | None:
    """Numbers of the columns in ``ranges`` must lie within, both ends included; missing cells are allowed."""
    wrong: dict[str, np.ndarray] = {}
    for name, (low, high) in table.ranges.items():
        if name not in table.frame.columns:
            continue  # missing_column speaks
        values = numbers(table.frame[name])[0]
        outside = np.zeros(len(values), dtype=bool)
        if low is not None:
            outside |= values < low
        if high is not None:
            outside |= values > high
        if outside.any():
            wrong[name] = outside
    if not wrong:
        return None
    bad = np.logical_or.reduce(list(wrong.values()))
    what = "; ".join(
        f"{int(mask.sum()):,} in '{name}' {_said(*table.ranges[name])}" for name, mask in wrong.items()
    )
    return table.rows(
        "out_of_range",
        Severity.ERROR,
        bad,
        f"Values outside their range: {what}.",
        tuple(wrong),
        rejects=True,
    )


def _said(low: float | None, high: float | None) -> str:
    if low is None:
        return f"(at most {high:g})"
    return f"(at least {low:g})" if high is None else f"({low:g} to {high:g})"
