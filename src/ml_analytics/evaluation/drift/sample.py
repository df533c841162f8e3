"""One column, prepared for comparison."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ...core.columns import ColumnKind
from .dependence import design_effect, quartile_indicators

_MOST_CATEGORIES = 16
"""Categories that enter the design effect, the most frequent first."""


@dataclass(frozen=True)
class Sample:
    """The known values of a column in row order, which is taken to be time order.

    Attributes:
        kind: ``NUMBER``: ``values`` are float64 (infinities are values); otherwise text.
        values: known values, shape (known,).
        missing: whether each row is missing, shape (rows,).
    """

    kind: ColumnKind
    values: np.ndarray
    missing: np.ndarray

    @classmethod
    def of(cls, column: pd.Series, kind: ColumnKind) -> Sample | None:
        """Prepare ``column`` as ``kind``; ``None`` when its values cannot be that (text for a number).

        >>> Sample.of(pd.Series([1.0, None, 3.0]), ColumnKind.NUMBER).values.tolist()
        [1.0, 3.0]
        """
        missing = column.isna().to_numpy(dtype=bool)
        known = column[~missing]
        if kind is not ColumnKind.NUMBER:
            return cls(kind, known.astype(str).to_numpy(dtype=object), missing)
        if len(known) and not pd.api.types.is_numeric_dtype(known.infer_objects()):
            return None
        return cls(kind, known.to_numpy(dtype=np.float64), missing)

    @property
    def rows(self) -> int:
        """Rows, missing ones included."""
        return int(self.missing.size)

    @cached_property
    def ordered(self) -> np.ndarray:
        """The values sorted."""
        return np.sort(self.values)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How often each category occurs."""
        names, counts = np.unique(self.values.astype(str), return_counts=True)
        return dict(zip(names.tolist(), counts.tolist(), strict=True))

    @cached_property
    def effective(self) -> float:
        """Independent rows that the known values are worth (see :func:`.dependence.design_effect`)."""
        if self.values.size == 0:
            return 0.0
        if self.kind is ColumnKind.NUMBER:
            indicators = quartile_indicators(self.values)
        else:
            common = sorted(self.counts, key=lambda name: -self.counts[name])[:_MOST_CATEGORIES]
            indicators = np.stack([self.values == name for name in common])
        return self.values.size / design_effect(indicators)

    @cached_property
    def effective_rows(self) -> float:
        """Independent rows that all rows are worth as to missing or not."""
        return self.rows / design_effect(self.missing[None, :])
