"""Columns of times in which some cells name a zone and others none."""

from __future__ import annotations

import numpy as np

from ...zones import partly_zoned
from ..expectation import Expectation
from ..finding import Finding, Severity


def mixed_zones(table: Expectation) -> Finding | None:
    """A column of times must name a zone in every cell or in none: cells without one are taken as UTC."""
    found = {str(name): mask for name in table.frame if (mask := partly_zoned(table.frame[name])).any()}
    if not found:
        return None
    bad = np.logical_or.reduce(list(found.values()))
    sentence = (
        f"Times without a zone stand beside times with one in {', '.join(found)} ({int(bad.sum()):,} rows); taken as "
        "UTC they may be hours off."
    )
    return table.rows("mixed_zones", Severity.WARNING, bad, sentence, tuple(found), rejects=False)
