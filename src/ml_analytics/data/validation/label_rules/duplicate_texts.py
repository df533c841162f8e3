"""Texts that occur twice."""

from __future__ import annotations

import pandas as pd

from ..finding import Finding, Severity
from ..labelled import LabelledText, plural


def duplicate_texts(table: LabelledText) -> Finding | None:
    """Equal texts (case and spaces aside) weigh twice and can stand in both training and test."""
    bad = pd.Series(table.keys).duplicated().to_numpy() & (table.keys >= 0)
    count = int(bad.sum())
    verb = "repeats" if count == 1 else "repeat"
    return table.rows(
        "duplicate_texts",
        Severity.WARNING,
        bad,
        f"{plural(count, 'text')} {verb} an earlier one in {', '.join(table.texts)}, case and spaces aside.",
    )
