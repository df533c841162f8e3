"""Chi-square test of homogeneity for categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.stats import chi2

from ...core.columns import ColumnKind
from .comparison import Comparison
from .sample import Sample

_LEAST_EXPECTED = 5.0


@dataclass(frozen=True, slots=True)
class ChiSquare:
    """X² = Σ (observed - expected)² / expected over 2 x categories, on effective counts.

    Counts are divided by the design effect of their sample (a first-order Rao-Scott correction), because labels
    such as regimes stay the same for many rows. Categories expected fewer than 5 times in either sample are
    pooled into one. A category that the reference never had is compared like any other (expected from both
    samples together) and named in the note.
    """

    name: ClassVar[str] = "chi-square"
    kinds: ClassVar[frozenset[ColumnKind]] = frozenset({ColumnKind.CATEGORY, ColumnKind.BOOLEAN})

    def compare(self, reference: Sample, current: Sample) -> Comparison | None:
        """Compare two samples of categories.

        >>> one = Sample(ColumnKind.CATEGORY, np.array(["a", "b"] * 20, object), np.zeros(40, bool))
        >>> ChiSquare().compare(one, one).p_value
        1.0
        """
        if reference.values.size == 0 or current.values.size == 0:
            return None
        names = sorted(reference.counts.keys() | current.counts.keys())
        table = np.array([_effective_counts(one, names) for one in (reference, current)])
        table = _pooled(table)
        note = _news(reference, current)
        if table.shape[1] < 2:
            return Comparison(0.0, 1.0, note)
        expected = _expected(table)
        statistic = float((np.square(table - expected) / expected).sum())
        return Comparison(statistic, float(chi2.sf(statistic, table.shape[1] - 1)), note)


def _effective_counts(sample: Sample, names: list[str]) -> np.ndarray:
    counts = np.array([sample.counts.get(name, 0) for name in names], dtype=np.float64)
    return counts * (sample.effective / sample.values.size)


def _expected(table: np.ndarray) -> np.ndarray:
    return np.asarray(table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum())


def _pooled(table: np.ndarray) -> np.ndarray:
    """Put rare categories together, with the next rarest until the pool itself is expected often enough."""
    order = np.argsort(table.sum(axis=0), kind="stable")
    table = table[:, order]
    expected = _expected(table).min(axis=0)
    rare = int((expected < _LEAST_EXPECTED).sum())
    if rare == 0:
        return table
    while rare < table.shape[1] and expected[:rare].sum() < _LEAST_EXPECTED:
        rare += 1
    return np.column_stack([table[:, :rare].sum(axis=1), table[:, rare:]])


def _news(reference: Sample, current: Sample) -> str:
    new = sorted(current.counts.keys() - reference.counts.keys())
    if not new:
        return ""
    return f"new categories: {', '.join(new[:5])}" + (f" and {len(new) - 5} more" if len(new) > 5 else "")
