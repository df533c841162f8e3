"""Did the share of missing values change?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from scipy.stats import norm

from ...core.columns import ColumnKind
from .comparison import Comparison
from .sample import Sample


@dataclass(frozen=True, slots=True)
class MissingShare:
    """Two-proportion z test with pooled variance on effective rows; the statistic is the change of the share.

    Missing values come in runs (a feed that is down), so rows are counted by their design effect.
    """

    name: ClassVar[str] = "missing share"
    kinds: ClassVar[frozenset[ColumnKind]] = frozenset(ColumnKind)

    def compare(self, reference: Sample, current: Sample) -> Comparison | None:
        """Compare the shares; ``None`` when neither sample misses a value.

        >>> import numpy as np
        >>> whole = Sample(ColumnKind.NUMBER, np.ones(50), np.zeros(50, bool))
        >>> half = Sample(ColumnKind.NUMBER, np.ones(25), np.arange(50) % 2 == 0)
        >>> MissingShare().compare(whole, half).statistic
        0.5
        """
        if not reference.missing.any() and not current.missing.any():
            return None
        before, now = float(reference.missing.mean()), float(current.missing.mean())
        a, b = reference.effective_rows, current.effective_rows
        pooled = (before * a + now * b) / (a + b)
        deviation = math.sqrt(pooled * (1.0 - pooled) * (1.0 / a + 1.0 / b))
        change = now - before
        p_value = 2.0 * float(norm.sf(abs(change) / deviation)) if deviation > 0.0 else 1.0
        return Comparison(change, p_value, f"missing {before:.1%} before, {now:.1%} now")
