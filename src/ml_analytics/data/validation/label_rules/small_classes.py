"""Classes with few rows."""

from __future__ import annotations

from ..finding import Finding, Severity, short
from ..labelled import LabelledText, plural

LEAST = 50


def small_classes(table: LabelledText) -> Finding | None:
    """A class with fewer than 50 rows is learned and scored with much luck (of training, where a split is given)."""
    sentences, details = {}, []
    for name, counts in table.classes.items():
        small = counts[counts < LEAST]
        if len(small):
            sentences[name] = (
                f"{len(small):,} of the {plural(len(counts), 'class').replace('classs', 'classes')} of '{name}' "
                f"have fewer than {LEAST} rows (least: {short(small.index[-1])}, {int(small.iloc[-1]):,})."
            )
            details += [
                {"column": name, "class": short(key), "rows": int(rows)} for key, rows in small[::-1].items()
            ]
    return table.columns("small_classes", Severity.INFO, sentences, {"classes": details})
