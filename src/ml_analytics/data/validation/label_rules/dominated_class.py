"""One class that outweighs all others."""

from __future__ import annotations

from ..finding import Finding, Severity, short
from ..labelled import LabelledText

SHARE = 2 / 3


def dominated_class(table: LabelledText) -> Finding | None:
    """From two thirds of the rows in one class on, accuracy says little: always answering it scores as much."""
    sentences, details = {}, []
    for name, counts in table.classes.items():
        share = float(counts.iloc[0] / counts.sum())
        if share >= SHARE:
            sentences[name] = f"{share:.0%} of '{name}' is {short(counts.index[0])}."
            details.append(
                {
                    "column": name,
                    "class": short(counts.index[0]),
                    "share": round(share, 4),
                    "classes": len(counts),
                }
            )
    if not details:
        return None
    said = " ".join(sentences.values())
    return Finding(
        "dominated_class",
        Severity.WARNING,
        len(details),
        f"{said} Answering always that scores as much: judge by macro F1, weigh the classes.",
        details={"columns": details},
    )
