"""Rows without a label."""

from __future__ import annotations

import numpy as np

from ..finding import Finding, Severity
from ..labelled import LabelledText, plural


def missing_label(table: LabelledText) -> Finding | None:
    """A missing or blank label teaches nothing."""
    bad = np.zeros(len(table.frame), dtype=bool)
    named = []
    for name in table.labels:
        blank = table.frame[name].isna().to_numpy() | (table.clean(name) == "").to_numpy()
        if blank.any():
            named.append(name)
            bad |= blank
    return table.rows(
        "missing_label",
        Severity.ERROR,
        bad,
        f"{plural(int(bad.sum()), 'row')} without a label in {', '.join(named)}.",
        show=(table.texts[0], *named[:1]),
        rejects=True,
    )
