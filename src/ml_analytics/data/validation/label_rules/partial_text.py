"""Rows that lack one of their texts."""

from __future__ import annotations

import numpy as np

from ..finding import Finding, Severity
from ..labelled import LabelledText


def partial_text(table: LabelledText) -> Finding | None:
    """Where rows have several texts (title and body), some may lack one: good to know before joining them."""
    lacking = {name: (table.clean(name) == "").to_numpy() & (table.keys >= 0) for name in table.texts}
    named = {name: mask for name, mask in lacking.items() if mask.any()}
    if not named:
        return None
    bad = np.logical_or.reduce(list(named.values()))
    what = "; ".join(f"'{name}' is absent in {int(mask.sum()):,} rows" for name, mask in named.items())
    return table.rows(
        "partial_text",
        Severity.INFO,
        bad,
        f"{what} that have other text.",
        show=tuple(table.texts[:2]),
    )
