"""Bars as the indicators take them: five float64 arrays, finite and in range, or one clear sentence."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from ..core.errors import DataProcessingError
from ..core.frames import Table
from ..core.ohlcv import OHLCV, as_ohlcv
from .indicator import Array, Bars

LOWEST, HIGHEST = 1e-12, 1e15
"""Prices outside of this are refused: beyond it squares and ratios leave the range of exact arithmetic."""

LARGEST_VOLUME = 1e18

_RANGES = {name: (0.0, LARGEST_VOLUME) if name == "volume" else (LOWEST, HIGHEST) for name in OHLCV}


def read_bars(ohlcv: Table, owner: str, *, fill_forward: bool = False) -> tuple[Bars, pd.DatetimeIndex]:
    """Return the five arrays and the UTC index of ``ohlcv``.

    Args:
        ohlcv: pandas or polars bars, see :func:`ml_analytics.core.ohlcv.as_ohlcv`.
        owner: who asks, for the error sentence.
        fill_forward: give a missing value the last known one of its column (never the next).

    Raises:
        DataProcessingError: what ``as_ohlcv`` refuses; a value that is missing or infinite; a price outside
            1e-12 … 1e15; a negative volume or one above 1e18. The sentence names the first such bar.
    """
    frame = as_ohlcv(ohlcv, owner)
    if fill_forward:
        frame = frame.ffill()
    bars = {name: np.ascontiguousarray(frame[name].to_numpy(np.float64)) for name in OHLCV}
    index = pd.DatetimeIndex(frame.index)
    check_columns(bars, index, owner)
    return bars, index


def check_columns(
    bars: Bars, index: pd.DatetimeIndex, owner: str, whose: Callable[[int], str] | None = None
) -> None:
    """Refuse values that are missing, infinite or out of range; see :func:`read_bars`.

    ``whose`` adds to the sentence whose bar a row is.
    """
    for name in OHLCV:
        _check(name, bars[name], index, owner, whose)


def check_value(name: str, value: float, time: pd.Timestamp, owner: str) -> None:
    """Refuse a single value of a bar that :func:`read_bars` would refuse."""
    least, most = _RANGES[name]
    if not least <= value <= most:
        raise _refused(name, value, f"({time})", owner)


def _check(
    name: str, values: Array, index: pd.DatetimeIndex, owner: str, whose: Callable[[int], str] | None
) -> None:
    least, most = _RANGES[name]
    good = (values >= least) & (values <= most)
    if not good.all():
        row = int(np.argmin(good))
        which = f"{row} ({index[row]})" if whose is None else f"{index[row]}{whose(row)}"
        raise _refused(name, values[row], which, owner)


def _refused(name: str, value: float, where: str, owner: str) -> DataProcessingError:
    must_be = "from 0 to 1e18" if name == "volume" else "from 1e-12 to 1e15"
    return DataProcessingError(
        f"The column '{name}' of {owner} must hold finite numbers {must_be}. Got {value} at bar {where}."
    )
