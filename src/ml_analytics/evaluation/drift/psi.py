"""Population stability index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.stats import chi2

from ...core.columns import ColumnKind
from ...core.errors import ParameterError
from .comparison import Comparison
from .sample import Sample


@dataclass(frozen=True, slots=True)
class PopulationStabilityIndex:
    """PSI = Σ (q - p) ln(q / p) over bins, p the reference's shares and q the current ones; never negative.

    Bins are quantiles of the reference (numbers) or its categories. Half a row is added to every bin, so that an
    empty one is not infinite. The usual reading - below 0.1 stable, above 0.25 shifted - ignores the number of
    rows; the p-value does not: without drift PSI / (1/a + 1/b) follows χ² with bins - 1 degrees of freedom
    (Yurdakul 2018), a and b being effective rows as in the Kolmogorov-Smirnov test.
    """

    bins: int = 10
    name: ClassVar[str] = "psi"
    kinds: ClassVar[frozenset[ColumnKind]] = frozenset(
        {ColumnKind.NUMBER, ColumnKind.CATEGORY, ColumnKind.BOOLEAN}
    )

    def __post_init__(self) -> None:
        if self.bins < 2:
            raise ParameterError.of("bins", "PopulationStabilityIndex", "at least 2", self.bins)

    def compare(self, reference: Sample, current: Sample) -> Comparison | None:
        """Compare two samples of numbers or categories.

        >>> one = Sample(ColumnKind.NUMBER, np.arange(100.0), np.zeros(100, bool))
        >>> PopulationStabilityIndex().compare(one, one).statistic
        0.0
        """
        if reference.values.size == 0 or current.values.size == 0:
            return None
        before, now = self._counts(reference, current)
        p, q = _shares(before), _shares(now)
        index = float(((q - p) * np.log(q / p)).sum())
        if p.size < 2:
            return Comparison(index, 1.0)
        scale = 1.0 / reference.effective + 1.0 / current.effective
        return Comparison(index, float(chi2.sf(index / scale, p.size - 1)))

    def _counts(self, reference: Sample, current: Sample) -> tuple[np.ndarray, np.ndarray]:
        if reference.kind is not ColumnKind.NUMBER:
            names = sorted(reference.counts.keys() | current.counts.keys())
            return _named(reference, names), _named(current, names)
        edges = _edges(reference.ordered, self.bins)
        return _binned(reference, edges), _binned(current, edges)


def _named(sample: Sample, names: list[str]) -> np.ndarray:
    return np.array([sample.counts.get(name, 0) for name in names], dtype=np.float64)


def _binned(sample: Sample, edges: np.ndarray) -> np.ndarray:
    at = np.searchsorted(edges, sample.values)
    return np.bincount(at, minlength=edges.size + 1).astype(np.float64)


def _edges(ordered: np.ndarray, bins: int) -> np.ndarray:
    """Upper edges, values of the reference itself; a value that fills whole bins gets one of its own."""
    inner = ordered[np.arange(1, bins) * ordered.size // bins]
    edges, times = np.unique(inner, return_counts=True)
    with np.errstate(over="ignore"):  # below the smallest number lies -inf, which is a fine edge
        below = np.nextafter(edges[times > 1], -np.inf)
    return np.unique(np.concatenate([edges, below]))


def _shares(counts: np.ndarray) -> np.ndarray:
    return np.asarray((counts + 0.5) / (counts.sum() + 0.5 * counts.size))
