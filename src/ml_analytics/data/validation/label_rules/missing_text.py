"""Rows without any text."""

from __future__ import annotations

from ..finding import Finding, Severity
from ..labelled import LabelledText, plural


def missing_text(table: LabelledText) -> Finding | None:
    """A row of which every text is missing or blank says nothing."""
    bad = table.keys < 0
    return table.rows(
        "missing_text",
        Severity.ERROR,
        bad,
        f"{plural(int(bad.sum()), 'row')} without any text.",
        rejects=True,
    )
