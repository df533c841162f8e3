"""What this room takes: simple returns as one-dimensional numbers, aligned and in time order."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..core.errors import ParameterError

Array: TypeAlias = NDArray[np.float64]
"""A one-dimensional float64 array."""

LARGEST = 1e100
"""Beyond this a number is neither a return nor money, and sums of its squares would overflow."""


def numbers(values: Any, parameter: str = "returns", owner: str = "analytics") -> Array:
    """Return ``values`` as a one-dimensional float64 array; NaN stays NaN.

    Args:
        values: array, list, pandas or polars series of numbers.
        parameter: name for the error sentence.
        owner: who asks, for the error sentence.

    Raises:
        ParameterError: not one-dimensional, not numeric, or holding infinity or a number beyond 1e100.

    >>> numbers([0.01, -0.02]).tolist()
    [0.01, -0.02]
    """
    try:
        array = (
            values.to_numpy(dtype=np.float64, na_value=np.nan)
            if isinstance(values, pd.Series) and _numeric(values)
            else np.asarray(values)
        )
    except ValueError as error:
        raise ParameterError.of(parameter, owner, "a one-dimensional series of numbers", values) from error
    if array.ndim != 1:
        raise ParameterError.of(
            parameter, owner, "a one-dimensional series of numbers", _described(values, array)
        )
    if array.dtype.kind not in "fiu":
        shown = array[0] if array.size else array.dtype
        raise ParameterError.of(parameter, owner, "a one-dimensional series of numbers", shown)
    array = array.astype(np.float64, copy=False)
    wrong = np.abs(array) > LARGEST
    if wrong.any():
        raise ParameterError.of(parameter, owner, "made of finite numbers", float(array[wrong][0]))
    return array


def observed(returns: Any, owner: str, parameter: str = "returns") -> Array:
    """Return the returns that were observed: as :func:`numbers`, with NaN left out.

    >>> observed([0.01, float("nan")], "cagr").tolist()
    [0.01]
    """
    array = numbers(returns, parameter, owner)
    missing = np.isnan(array)
    return array[~missing] if missing.any() else array


def log_growth(returns: Array) -> Array:
    """Return ln(1 + r); a loss of everything or more is -inf, so wealth stays at zero after ruin."""
    with np.errstate(divide="ignore"):
        return np.log1p(np.maximum(returns, -1.0))


def growth(log: float) -> float:
    """Return e^x - 1, infinite where it would overflow.

    >>> growth(0.0), growth(1e6)
    (0.0, inf)
    """
    return math.inf if log >= 709.0 else math.expm1(log)


def ratio(reward: float, risk: float) -> float:
    """Return ``reward / risk``; over no risk +inf, -inf or, for no reward either, NaN.

    >>> ratio(1.0, 0.0), ratio(0.0, 0.0)
    (inf, nan)
    """
    reward, risk = float(reward), float(risk)
    if math.isnan(reward) or math.isnan(risk):
        return math.nan
    if risk == 0.0:
        return math.copysign(math.inf, reward) if reward else math.nan
    return reward / risk


def positive(value: Any, parameter: str, owner: str) -> float:
    """Return ``value`` when it is a positive finite number."""
    if not is_number(value) or not 0 < value < math.inf:
        raise ParameterError.of(parameter, owner, "a positive number", value)
    return float(value)


def annual_rate(value: Any, parameter: str, owner: str) -> float:
    """Return ``value`` when it is an annual rate as a fraction: above -1 and finite."""
    if not is_number(value) or not -1 < value < math.inf:
        raise ParameterError.of(parameter, owner, "an annual rate as a fraction such as 0.02", value)
    return float(value)


def fraction(value: Any, parameter: str, owner: str) -> float:
    """Return ``value`` when it lies strictly between 0 and 1."""
    if not is_number(value) or not 0 < value < 1:
        raise ParameterError.of(parameter, owner, "a number between 0 and 1 such as 0.95", value)
    return float(value)


def count(value: Any, parameter: str, owner: str) -> int:
    """Return ``value`` when it is a positive whole number."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 1:
        raise ParameterError.of(parameter, owner, "a positive whole number", value)
    return int(value)


def seed_of(seed: Any, owner: str) -> int:
    """Return ``seed`` when it is a whole number of 64 bits."""
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**64:
        raise ParameterError.of("seed", owner, "a whole number from 0 to 2^64 - 1", seed)
    return int(seed)


def per_period(annual: float, periods_per_year: float) -> float:
    """Return the rate of one period that compounds to ``annual`` over a year: (1 + a)^(1/p) - 1."""
    return growth(math.log1p(annual) / periods_per_year)


def per_year(rate: float, periods_per_year: float) -> float:
    """Return what a rate of one period compounds to over a year: (1 + r)^p - 1; -1 for a loss of everything.

    >>> round(per_year(0.01, 12), 6), per_year(-1.5, 12)
    (0.126825, -1.0)
    """
    return -1.0 if rate <= -1.0 else growth(math.log1p(rate) * periods_per_year)


def on_calendar(returns: Any, parameter: str = "returns", owner: str = "analytics") -> pd.Series:
    """Return a float64 series on a DatetimeIndex in strictly increasing time order.

    Raises:
        ParameterError: empty, not numeric, without times, or with unsorted, repeated or missing times.
    """
    if not isinstance(returns, pd.Series) or not isinstance(returns.index, pd.DatetimeIndex):
        raise ParameterError.of(parameter, owner, "a pandas series on a DatetimeIndex", _described(returns))
    values = numbers(returns, parameter, owner)
    if not values.size:
        raise ParameterError.of(parameter, owner, "a series of at least one return", "no rows")
    in_time_order(returns.index, parameter, owner)
    return pd.Series(values, index=returns.index)


def in_time_order(index: pd.DatetimeIndex, parameter: str, owner: str) -> None:
    """Refuse times that are missing, unsorted or repeated."""
    if index.hasnans:
        raise ParameterError.of(parameter, owner, "on times that are all known", "a missing time")
    steps = np.diff(index.asi8)
    if not (steps > 0).all():
        at = index[int(np.argmax(steps <= 0)) + 1]
        raise ParameterError.of(
            parameter, owner, "in time order without repeats", f"{at} out of order or repeated"
        )


def _numeric(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def is_number(value: Any) -> bool:
    """Return whether ``value`` is one number; a boolean is none."""
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)


def _described(values: Any, array: np.ndarray | None = None) -> str:
    kind = type(values).__name__
    return f"{kind} of shape {array.shape}" if array is not None and array.ndim else kind
