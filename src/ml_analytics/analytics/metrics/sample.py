"""The observed returns of one series, and what many figures share: each part is computed once."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..inputs import Array, log_growth, numbers
from .groups import Groups, Unit

# Rounding in compounding must not keep a recovered drawdown open.
RECOVERED = -1e-12
_USUAL_LEVELS = (0.01, 0.05, 0.95, 0.99)


class Sample:
    """Checked returns without their gaps. Every metric takes one in place of returns.

    One metric alone needs no sample; many metrics of the same returns are faster on one, because equity,
    drawdown, quantiles and calendar months are then made once. It is not to be written to.

    Args:
        values: (n,) observed returns, finite, in time order.
        groups: the calendar of all bars; ``None`` where there are no times.
        known: (all bars,) which bars the values belong to; ``None`` for all.

    >>> one = sample([0.10, float("nan"), -0.10], "example")
    >>> one.size, round(one.total_log, 6)
    (2, -0.01005)
    """

    def __init__(
        self, values: Array, groups: Groups | None = None, known: NDArray[np.bool_] | None = None
    ) -> None:
        self.values = values
        self.size = int(values.size)
        self.groups = groups
        self.known = known
        self._by: dict[str, Sample] = {}

    @cached_property
    def mean(self) -> float:
        """Mean return; NaN without one."""
        return float(self.values.mean()) if self.size else math.nan

    @cached_property
    def deviation(self) -> float:
        """Sample standard deviation (n - 1); NaN below two values.

        Equal values give exactly 0, where floating-point means would leave a residue near 1e-19.
        """
        if self.size < 2:
            return math.nan
        return math.sqrt(self.square_sum / (self.size - 1)) if self.varies else 0.0

    @cached_property
    def varies(self) -> bool:
        """Whether two values differ."""
        return self.size > 1 and self.highest != self.lowest

    @cached_property
    def highest(self) -> float:
        """Largest return; NaN without one."""
        return float(self.values.max()) if self.size else math.nan

    @cached_property
    def lowest(self) -> float:
        """Smallest return; NaN without one."""
        return float(self.values.min()) if self.size else math.nan

    @cached_property
    def centred(self) -> Array:
        """Returns less their mean (n,)."""
        return self.values - self.mean

    @cached_property
    def square_sum(self) -> float:
        """Sum of squared distances from the mean."""
        return float(self.centred @ self.centred)

    @cached_property
    def standardised(self) -> Array:
        """Z scores with the population deviation (n,); empty when nothing varies."""
        scale = math.sqrt(self.square_sum / self.size) if self.varies else 0.0
        return self.centred / scale if scale else self.values[:0]

    @cached_property
    def moments(self) -> tuple[float, float]:
        """Means of the third and the fourth power of the z scores; NaN where nothing varies."""
        z = self.standardised
        if not z.size:
            return math.nan, math.nan
        square = z * z
        return float(square @ z) / self.size, float(square @ square) / self.size

    @cached_property
    def wins(self) -> Array:
        """Returns above zero."""
        return self.values[self.values > 0]

    @cached_property
    def losses(self) -> Array:
        """Returns below zero."""
        return self.values[self.values < 0]

    @cached_property
    def gained(self) -> float:
        """Sum of the wins."""
        return float(self.wins.sum())

    @cached_property
    def lost(self) -> float:
        """Sum of the losses, not negative."""
        return -float(self.losses.sum())

    @cached_property
    def log(self) -> Array:
        """ln(1 + r) of each return; -inf for a loss of everything."""
        return log_growth(self.values)

    @cached_property
    def total_log(self) -> float:
        """ln of what one unit became."""
        return float(self.log.sum())

    @cached_property
    def level(self) -> Array:
        """ln of the wealth of one unit at the end of each period."""
        return np.cumsum(self.log)

    @cached_property
    def drawdown(self) -> Array:
        """Drawdown at the end of each period (n,), a fraction from -1 to 0."""
        depth = np.expm1(self.level - np.maximum(np.maximum.accumulate(self.level), 0.0))
        depth[depth > RECOVERED] = 0.0
        return depth

    @cached_property
    def spells(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """First bar of each time below the last high, and the bar after its last (d,), (d,)."""
        below = np.zeros(self.size + 2, dtype=np.int8)
        below[1:-1] = self.drawdown < 0.0
        change = np.diff(below)
        return np.flatnonzero(change == 1), np.flatnonzero(change == -1)

    @cached_property
    def depths(self) -> Array:
        """Deepest point of each time below the last high (d,), negative fractions."""
        first, after = self.spells
        if not first.size:
            return self.values[:0]
        bounds = np.column_stack((first, after)).ravel()
        return np.asarray(np.minimum.reduceat(np.append(self.drawdown, 0.0), bounds)[::2], dtype=np.float64)

    @cached_property
    def _partitioned(self) -> Array:
        at = {k for q in _USUAL_LEVELS for k in _neighbours(self.size, q)[:2]}
        return np.partition(self.values, sorted(at))

    def quantile(self, q: float) -> float:
        """Return the ``q`` quantile, linearly interpolated; NaN without a return."""
        if not self.size:
            return math.nan
        low, high, share = _neighbours(self.size, q)
        values = self._partitioned if q in _USUAL_LEVELS else np.partition(self.values, [low, high])
        below, above = float(values[low]), float(values[high])
        return below + (above - below) * share if share < 0.5 else above - (above - below) * (1.0 - share)

    def smallest(self, k: int) -> Array:
        """Return the ``k`` smallest returns, in any order."""
        if k - 1 in _neighbours(self.size, 0.05)[:2]:
            return self._partitioned[:k]
        return np.partition(self.values, k - 1)[:k]

    def by(self, unit: Unit) -> Sample:
        """Return the compounded returns of each calendar period; no values where there are no times."""
        if unit not in self._by:
            self._by[unit] = self._compounded(unit)
        return self._by[unit]

    def _compounded(self, unit: Unit) -> Sample:
        if self.groups is None or not self.size:
            return Sample(self.values[:0])
        first = self.groups.first(unit, self.known)
        if first.size < self.size:
            with np.errstate(over="ignore"):
                return Sample(np.expm1(np.add.reduceat(self.log, first)))
        return self if self.lowest >= -1.0 else Sample(np.maximum(self.values, -1.0))

    @cached_property
    def lag_one(self) -> float:
        """Correlation of returns with those one period before; NaN below three or where nothing varies."""
        z = self.standardised
        if z.size < 3:
            return math.nan
        before, after = z[:-1] - z[:-1].mean(), z[1:] - z[1:].mean()
        spread = math.sqrt(float(before @ before) * float(after @ after))
        return min(max(float(before @ after) / spread, -1.0), 1.0) if spread else math.nan

    @cached_property
    def stamps(self) -> NDArray[np.int64]:
        """Times of the values in nanoseconds since 1970; empty where there are no times."""
        if self.groups is None:
            return np.empty(0, dtype=np.int64)
        return self.groups.stamps if self.known is None else self.groups.stamps[self.known]


def sample(returns: Any, owner: str, parameter: str = "returns") -> Sample:
    """Return ``returns`` as a sample; one that is a sample already stays the same.

    Args:
        returns: array, list, series or sample of simple returns; NaN is left out.
        owner: who asks, for the error sentence.
        parameter: name for the error sentence.

    Raises:
        ParameterError: as :func:`~ml_analytics.analytics.inputs.numbers`.
    """
    if isinstance(returns, Sample):
        return returns
    values = numbers(returns, parameter, owner)
    index = returns.index if isinstance(returns, pd.Series) else None
    groups = None
    if isinstance(index, pd.DatetimeIndex) and index.is_monotonic_increasing and not index.hasnans:
        groups = Groups(index)
    return of_column(values, groups)


def of_column(values: Array, groups: Groups | None) -> Sample:
    """Return the sample of checked values, NaN left out."""
    missing = np.isnan(values)
    if not missing.any():
        return Sample(values, groups)
    known = ~missing
    return Sample(values[known], groups, known)


def _neighbours(n: int, q: float) -> tuple[int, int, float]:
    """Return the positions on both sides of a quantile and how far it lies between them."""
    at = (n - 1) * q
    low = math.floor(at)
    return low, min(low + 1, n - 1), at - low
