"""One text, two labels."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..finding import Finding, Severity
from ..labelled import LabelledText, plural


def contradicting_labels(table: LabelledText) -> Finding | None:
    """Equal texts should have equal labels; all rows of such texts are marked."""
    bad = np.zeros(len(table.frame), dtype=bool)
    named = []
    for name in table.labels:
        codes = table.label_keys(name)
        known = (table.keys >= 0) & table.frame[name].notna().to_numpy()
        groups = pd.Series(codes[known]).groupby(table.keys[known]).transform("nunique").to_numpy()
        if (groups > 1).any():
            named.append(name)
            bad[np.flatnonzero(known)[groups > 1]] = True
    texts = len(np.unique(table.keys[bad]))
    return table.rows(
        "contradicting_labels",
        Severity.WARNING,
        bad,
        f"{plural(texts, 'text')} ({plural(int(bad.sum()), 'row')}) with more than one label in {', '.join(named)}.",
        show=(table.texts[0], *named[:1]),
        together=True,
    )
