"""Returns of many strategies in one table: read, checked, named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...core.errors import ParameterError
from ...core.frames import to_pandas
from ..inputs import LARGEST, in_time_order


@dataclass(frozen=True)
class Trials:
    """Simple returns of strategies on the same bars.

    ``values`` is (n_strategies, n_periods), one strategy a row so that each lies together in memory; NaN is
    a period that was not observed. ``names`` are the columns, ``times`` the index where it holds times.
    """

    values: NDArray[np.float64]
    names: pd.Index
    times: pd.DatetimeIndex | None


def trials(returns: Any, owner: str, parameter: str = "returns") -> Trials:
    """Return a table (n_periods, n_strategies) as :class:`Trials`.

    Args:
        returns: pandas or polars table, two-dimensional array; a series is a table of one strategy.
        owner: who asks, for the error sentence.
        parameter: name for the error sentence.

    Raises:
        ParameterError: not a table of numbers, no strategies, infinity or a number beyond 1e100, or times
            that are missing, unsorted or repeated.

    >>> trials(np.zeros((3, 2)), "example").values.shape
    (2, 3)
    """
    must = "a table of numbers, one row a period and one column a strategy"
    if isinstance(returns, np.ndarray):
        if returns.ndim != 2:
            raise ParameterError.of(parameter, owner, must, f"an array of shape {returns.shape}")
        frame = pd.DataFrame(returns)
    elif isinstance(returns, pd.Series):
        frame = returns.to_frame()
    elif hasattr(returns, "columns"):
        frame = to_pandas(returns, parameter, owner)
    else:
        raise ParameterError.of(parameter, owner, must, type(returns).__name__)
    if not len(frame.columns):
        raise ParameterError.of(parameter, owner, must, "no columns")
    for name, kind in zip(frame.columns, frame.dtypes, strict=True):
        if not pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_bool_dtype(kind):
            raise ParameterError.of(parameter, owner, must, f"column {name!r} of {kind}")
    values = np.ascontiguousarray(frame.to_numpy(dtype=np.float64, na_value=np.nan).T)
    if values.size and (np.nanmax(np.abs(values), initial=0.0)) > LARGEST:
        raise ParameterError.of(
            parameter, owner, "made of finite numbers", float(values[np.abs(values) > LARGEST][0])
        )
    times = frame.index if isinstance(frame.index, pd.DatetimeIndex) else None
    if times is not None:
        in_time_order(times, parameter, owner)
    return Trials(values, frame.columns, times)
