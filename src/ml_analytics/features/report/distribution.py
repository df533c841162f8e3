"""How the values of each feature lie: range, quantiles, a histogram, their course along the rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..indicator import Array
from .inputs import Inputs

BINS = 24
SLICES = 48
_FEW_VALUES = 12
_TAIL = 0.005


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """The picture of one feature.

    Attributes:
        counts: how many values lie in each bar of the histogram; empty without values.
        low, high: the range that the bars divide; what lies beyond is counted in the first and last bar.
        course: mean of each of up to 48 slices of the rows, NaN where a slice has no value.
        spread: standard deviation within each slice.
    """

    counts: NDArray[np.int64]
    low: float
    high: float
    course: Array
    spread: Array


def describe(inputs: Inputs) -> pd.DataFrame:
    """Return a row per feature: values, missing, range, median, mean, standard deviation.

    ``first_value`` is the row of the first value (-1 without one) and ``holes`` how many values are missing
    after it: during a warm-up values are missing before it.
    """
    rows = len(inputs.values)
    made = []
    for position, name in enumerate(inputs.names):
        column = inputs.values[:, position]
        known = ~np.isnan(column)
        count = int(np.count_nonzero(known))
        first = int(np.argmax(known)) if count else -1
        made.append(
            {
                "group": inputs.group(name),
                "values": count,
                "missing": 1.0 - count / rows,
                "first_value": first,
                "holes": rows - first - count if count else 0,
                "infinite": int(inputs.infinite[position]),
                **_figures(np.sort(column[known])),
            }
        )
    return pd.DataFrame(made, index=inputs.index)


def _figures(ordered: Array) -> dict[str, float]:
    if not ordered.size:
        return dict.fromkeys(("minimum", "median", "maximum", "mean", "std"), np.nan)
    size = float(max(abs(ordered[0]), abs(ordered[-1]))) or 1.0
    scaled = ordered / size  # sums and squares of huge values stay numbers
    return {
        "minimum": float(ordered[0]),
        "median": float(np.median(scaled)) * size,
        "maximum": float(ordered[-1]),
        "mean": float(scaled.mean()) * size,
        "std": float(scaled.std(ddof=1)) * size if ordered.size > 1 else np.nan,
    }


def shape_of(column: Array) -> Shape:
    """Return the picture of one feature."""
    counts, low, high = _histogram(column[~np.isnan(column)])
    course, spread = _course(column)
    return Shape(counts, low, high, course, spread)


def _histogram(known: Array) -> tuple[NDArray[np.int64], float, float]:
    if not known.size:
        return np.zeros(0, dtype=np.int64), np.nan, np.nan
    levels, counts = np.unique(known, return_counts=True)
    if levels.size <= _FEW_VALUES:  # a bar for every value
        return counts.astype(np.int64), float(levels[0]), float(levels[-1])
    low, high = np.quantile(known, [_TAIL, 1 - _TAIL])
    if not high > low:
        low, high = levels[0], levels[-1]
    with np.errstate(over="ignore"):
        place = (known / 2 - low / 2) / (high / 2 - low / 2) * BINS
    counts = np.bincount(np.clip(place, 0, BINS - 1).astype(np.int64), minlength=BINS)
    return counts.astype(np.int64), float(low), float(high)


def _course(column: Array) -> tuple[Array, Array]:
    slices = min(SLICES, len(column))
    starts = np.arange(slices) * len(column) // slices
    known = ~np.isnan(column)
    size = float(np.abs(column[known]).max()) if known.any() else 1.0
    scaled = np.where(known, column / (size or 1.0), 0.0)  # squares of huge values stay numbers
    count = np.add.reduceat(known.astype(np.float64), starts)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.add.reduceat(scaled, starts) / count
        square = np.add.reduceat(scaled * scaled, starts) / count
    spread = np.sqrt(np.maximum(square - mean * mean, 0.0))
    return mean * (size or 1.0), spread * (size or 1.0)
