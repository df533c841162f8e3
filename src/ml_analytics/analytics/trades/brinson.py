"""Brinson attribution: what came of the weights of groups, what of the picks within them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import ParameterError
from ..inputs import Array, numbers

_OWNER = "brinson"


def brinson(weights: Any, returns: Any, benchmark_weights: Any, benchmark_returns: Any) -> pd.DataFrame:
    """Split the excess return over a benchmark by group into allocation, selection and interaction.

    Args:
        weights: series by group (one period), or frame of periods x groups: shares of the portfolio at the
            start of each period, summing to 1 (name cash as a group of its own).
        returns: simple returns of each group in the portfolio, same shape; NaN where it is not held.
        benchmark_weights: of the benchmark, same shape.
        benchmark_returns: simple returns of each group in the benchmark, same shape.

    Returns:
        A row per group: allocation, selection, interaction, total. All together sum to the excess return, over
        all periods compounded: R - B with 1 + R = prod(1 + sum(w r)).

    Formula: allocation = (w - v)(b - B), selection = v (r - b), interaction = (w - v)(r - b), with w, r of the
    portfolio, v, b of the benchmark and B its return. A group that only one side holds has the other's return,
    so that nothing is picked within it. Several periods are linked by Carino's coefficients.

    Source: Brinson, Hood and Beebower (1986), allocation after Brinson and Fachler (1985); Carino (1999).

    Raises:
        ParameterError: groups or periods that differ, weights that do not sum to 1, a weight without a
            return, or a return of -100 % or less over several periods.

    >>> groups = ["stocks", "bonds"]
    >>> found = brinson(
    ...     pd.Series([0.7, 0.3], groups), pd.Series([0.10, 0.02], groups),
    ...     pd.Series([0.5, 0.5], groups), pd.Series([0.08, 0.02], groups),
    ... )
    >>> found.round(6).to_numpy().tolist()
    [[0.006, 0.01, 0.004, 0.02], [0.006, 0.0, 0.0, 0.006]]
    """
    given = {
        "weights": weights,
        "returns": returns,
        "benchmark_weights": benchmark_weights,
        "benchmark_returns": benchmark_returns,
    }
    frames = {name: _frame(value, name) for name, value in given.items()}
    first = frames["weights"]
    for name, frame in frames.items():
        if set(frame.columns) != set(first.columns) or not frame.index.equals(first.index):
            must = f"on the {len(first)} periods and {first.shape[1]} groups of the weights"
            raise ParameterError.of(name, _OWNER, must, f"{frame.shape[0]} and {frame.shape[1]}")
    w, r, v, b = (
        np.column_stack([numbers(frame[one], name, _OWNER) for one in first.columns])
        for name, frame in frames.items()
    )
    w, v = _weights(w, "weights"), _weights(v, "benchmark_weights")
    r, b = np.where((w == 0) & np.isnan(r), b, r), np.where((v == 0) & np.isnan(b), r, b)
    r, b = np.where((w == 0) & (v == 0), 0.0, r), np.where((w == 0) & (v == 0), 0.0, b)
    for name, value in (("returns", r), ("benchmark_returns", b)):
        if np.isnan(value).any():
            raise ParameterError.of(name, _OWNER, "known where the weight is not zero", "NaN")
    whole, market = (w * r).sum(axis=1), (v * b).sum(axis=1)
    link = _links(whole, market)[:, None]
    parts = {
        "allocation": (link * (w - v) * (b - market[:, None])).sum(axis=0),
        "selection": (link * v * (r - b)).sum(axis=0),
        "interaction": (link * (w - v) * (r - b)).sum(axis=0),
    }
    table = pd.DataFrame(parts, index=first.columns)
    return table.assign(total=table.sum(axis=1))


def _frame(value: Any, name: str) -> pd.DataFrame:
    if isinstance(value, pd.Series):
        return value.to_frame().T.reset_index(drop=True)
    if isinstance(value, pd.DataFrame) and len(value):
        return value
    must = "a series by group, or a frame of periods and groups"
    raise ParameterError.of(name, _OWNER, must, type(value).__name__)


def _weights(values: Array, name: str) -> Array:
    held: Array = np.nan_to_num(values)
    sums = held.sum(axis=1)
    wrong = np.abs(sums - 1.0) > 1e-6
    if wrong.any():
        raise ParameterError.of(name, _OWNER, "shares that sum to 1", float(sums[wrong][0]))
    return held


def _links(whole: Array, market: Array) -> Array:
    """Return Carino's coefficient of each period; 1 for a single one."""
    if len(whole) == 1:
        return np.ones(1)
    if (np.minimum(whole, market) <= -1).any():
        raise ParameterError.of(
            "returns", _OWNER, "above -100 % over several periods", "a loss of everything"
        )
    gain, base = math.expm1(np.log1p(whole).sum()), math.expm1(np.log1p(market).sum())
    each = [_slope(one, other) for one, other in zip(whole.tolist(), market.tolist(), strict=True)]
    return np.array(each) / _slope(gain, base)


def _slope(one: float, other: float) -> float:
    """Return (ln(1 + a) - ln(1 + b)) / (a - b), in the limit 1 / (1 + a)."""
    if abs(one - other) < 1e-12:
        return 1.0 / (1.0 + one)
    return math.log1p((one - other) / (1.0 + other)) / (one - other)
