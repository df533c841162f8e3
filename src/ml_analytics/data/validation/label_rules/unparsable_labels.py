"""Written-out labels that cannot be read."""

from __future__ import annotations

import numpy as np

from ..finding import Finding, Severity
from ..labelled import LabelledText, plural


def unparsable_labels(table: LabelledText) -> Finding | None:
    """Where labels are written-out mappings or lists, each cell must be one (an apostrophe in a name breaks it)."""
    bad = np.zeros(len(table.frame), dtype=bool)
    for name, values in table.written_out.items():
        there = table.frame[name].notna().to_numpy() & (table.clean(name) != "").to_numpy()
        bad |= np.array([value is None for value in values], dtype=bool) & there
    names = tuple(table.written_out)
    return table.rows(
        "unparsable_labels",
        Severity.ERROR,
        bad,
        f"{plural(int(bad.sum()), 'label')} in {', '.join(names)} cannot be read as the mapping or list that "
        "the others are.",
        show=names[:1],
        rejects=True,
    )
