"""Texts with several labels that differ."""

from __future__ import annotations

import numpy as np

from ..finding import Finding, Severity
from ..labelled import LabelledText, plural


def mixed_labels(table: LabelledText) -> Finding | None:
    """Where a mapping gives labels to the parts of a text, parts may differ: one label for the whole is wrong then.

    Cells that cannot be parsed count by the values that can be seen in them.
    """
    bad = np.zeros(len(table.frame), dtype=bool)
    named = []
    for name, values in table.written_out.items():
        if not any(isinstance(value, dict) for value in values):
            continue
        mixed = np.array([len(found) > 1 for found in table.polarities(name)], dtype=bool)
        if mixed.any():
            named.append(name)
            bad |= mixed
    count = int(bad.sum())
    return table.rows(
        "mixed_labels",
        Severity.WARNING,
        bad,
        f"{plural(count, 'text')} ({count / max(len(bad), 1):.1%}) with labels that differ from part to part in "
        f"{', '.join(named)}: no one label fits the whole text.",
        show=(table.texts[0], *named[:1]),
    )
