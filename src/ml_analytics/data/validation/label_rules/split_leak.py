"""Texts that stand in two parts of a split."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..finding import Finding, Severity
from ..labelled import LabelledText, plural


def split_leak(table: LabelledText) -> Finding | None:
    """A text of the test part that stands in the training part too is answered from memory."""
    if table.split is None:
        return None
    known = (table.keys >= 0) & table.frame[table.split].notna().to_numpy()
    parts, _ = pd.factorize(table.frame[table.split].astype(str))
    several = pd.Series(parts[known]).groupby(table.keys[known]).transform("nunique").to_numpy() > 1
    bad = np.zeros(len(table.frame), dtype=bool)
    bad[np.flatnonzero(known)[several]] = True
    texts = len(np.unique(table.keys[bad]))
    return table.rows(
        "split_leak",
        Severity.WARNING,
        bad,
        f"{plural(texts, 'text')} in more than one part of '{table.split}': the test part is no fresh test of them.",
        show=(table.texts[0], table.split),
        together=True,
    )
