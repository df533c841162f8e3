"""What a model shall learn to say: moves *after* the bar.

Labels look ahead by construction. They are targets of training and evaluation, never features: the last
``horizon`` bars have none, and whoever splits rows must purge by :func:`label_spans`. Of many symbols each one's
bars are a series of their own: no label looks from one symbol into another.
"""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np
import pandas as pd

from ..core.errors import DataProcessingError, ParameterError
from .panel import symbols_and_times


def forward_returns(close: Any, horizon: int = 1, *, symbols: Any = None) -> pd.Series:
    """Return ``close[t + horizon] / close[t] - 1`` at bar t; NaN for the last ``horizon`` bars (of each symbol).

    Args:
        close: prices, a pandas or polars Series or a one-dimensional array, in time order (each symbol's; the symbols
            may be mixed); the result has its index (a plain one when it has none). An index of two levels, symbol
            and time, makes each symbol a series of its own.
        horizon: how many bars ahead, at least 1.
        symbols: whose price each is, a Series or array of the length of ``close``, matched by position; for tables
            with a column of symbols.

    Raises:
        ParameterError: ``horizon`` is not a positive whole number, or ``symbols`` does not fit ``close``.
        DataProcessingError: a price is missing, infinite or not above 0, ``close`` is not one-dimensional, its index
            has several levels that are not symbol and time, or its times go back or come twice (within one symbol).

    >>> forward_returns([100.0, 110.0, 99.0]).round(3).tolist()
    [0.1, -0.1, nan]
    >>> forward_returns([100.0, 5.0, 110.0, 6.0], symbols=["A", "B", "A", "B"]).round(3).tolist()
    [0.1, 0.2, nan, nan]
    """
    return _forward_returns(close, horizon, symbols, "forward_returns")


def direction_labels(
    close: Any, horizon: int = 1, threshold: float = 0.0, *, symbols: Any = None
) -> pd.Series:
    """Return 1.0 where the forward return exceeds ``threshold``, 0.0 where it does not, NaN where unknown.

    Args:
        close: as in :func:`forward_returns`.
        horizon: how many bars ahead, at least 1.
        threshold: the fractional return that counts as up (0.001 is a tenth of a percent).
        symbols: as in :func:`forward_returns`.

    Raises:
        ParameterError: ``horizon``, ``threshold`` or ``symbols`` is not usable.
        DataProcessingError: as in :func:`forward_returns`.

    >>> direction_labels([100.0, 110.0, 99.0]).tolist()
    [1.0, 0.0, nan]
    """
    _check_horizon(horizon, "direction_labels")
    if isinstance(threshold, bool) or not isinstance(threshold, (int, float)) or not np.isfinite(threshold):
        raise ParameterError.of("threshold", "direction_labels", "a finite number", threshold)
    moves = _forward_returns(close, horizon, symbols, "direction_labels")
    return (moves > threshold).astype(np.float64).where(moves.notna()).rename(f"direction_{horizon}")


def label_spans(index: pd.Index, horizon: int = 1, *, symbols: Any = None) -> pd.DataFrame:
    """Return, for every bar, the time span that its label looks at: columns ``start`` and ``end``.

    ``start`` is the bar itself and ``end`` the bar ``horizon`` later (of the same symbol), both included; ``end`` is
    missing for the last ``horizon`` bars, which have no label. A training bar whose span reaches into a test period
    must be purged.

    Args:
        index: the times of the bars, or two levels, symbol and time; in order as in :func:`forward_returns`.
        horizon: how many bars ahead, at least 1.
        symbols: as in :func:`forward_returns`.

    Raises:
        ParameterError: ``horizon`` is not a positive whole number, ``index`` holds no times, or ``symbols`` does
            not fit it.
        DataProcessingError: as in :func:`forward_returns`, of the index.

    >>> days = pd.date_range("2024-01-01", periods=3, tz="UTC")
    >>> label_spans(days, 2)["end"].dt.day.tolist()
    [3.0, nan, nan]
    """
    _check_horizon(horizon, "label_spans")
    if not isinstance(index, (pd.DatetimeIndex, pd.MultiIndex)):
        must_be = "a DatetimeIndex, or one of symbol and time"
        raise ParameterError.of("index", "label_spans", must_be, type(index).__name__)
    order, looks = _pairs(index, len(index), horizon, symbols, "label_spans")
    times = index if isinstance(index, pd.DatetimeIndex) else symbols_and_times(index, "label_spans")[1]
    ends = np.full(len(index), -1)
    ends[order[:-horizon][looks]] = order[horizon:][looks]
    end = pd.Series(times).reindex(ends)  # there is no row -1: missing
    return pd.DataFrame({"start": times, "end": end.array}, index=index)


def _forward_returns(close: Any, horizon: int, symbols: Any, owner: str) -> pd.Series:
    _check_horizon(horizon, owner)
    prices = _prices(close, owner)
    values = prices.to_numpy(dtype=np.float64)
    order, looks = _pairs(prices.index, len(values), horizon, symbols, owner)
    now, later = order[:-horizon][looks], order[horizon:][looks]
    out = np.full(len(values), np.nan)
    out[now] = values[later] / values[now] - 1
    return pd.Series(out, index=prices.index, name=f"forward_return_{horizon}")


def _pairs(
    index: pd.Index, length: int, horizon: int, symbols: Any, owner: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows by symbol, and which of them have a row of their symbol ``horizon`` places on."""
    names, times = _series(index, length, symbols, owner)
    if names is None:
        codes, order = np.zeros(length, dtype=np.intp), np.arange(length)
    else:
        codes, _ = pd.factorize(names)
        if (codes < 0).any():
            row = int(np.argmin(codes))
            raise DataProcessingError(f"The symbols of {owner} must all be known. Got none in row {row}.")
        order = np.argsort(codes, kind="stable")
    codes = codes[order]
    if times is not None:
        wrong = (np.diff(times.asi8[order]) <= 0) & (np.diff(codes) == 0)
        if wrong.any():
            _refuse_disorder(int(np.argmax(wrong)) + 1, order, times, names, owner)
    return order, codes[horizon:] == codes[:-horizon]


def _series(
    index: pd.Index, length: int, symbols: Any, owner: str
) -> tuple[np.ndarray | None, pd.DatetimeIndex | None]:
    """Return the symbol and the time of every row, ``None`` where there are none."""
    if isinstance(index, pd.MultiIndex):
        if symbols is not None:
            raise ParameterError.of("symbols", owner, "left out where the index names them", symbols)
        return symbols_and_times(index, owner)
    times = index if isinstance(index, pd.DatetimeIndex) else None
    if symbols is None:
        return None, times
    names = np.asarray(symbols)
    if names.shape != (length,):
        raise ParameterError.of("symbols", owner, f"one symbol for each of the {length} rows", symbols)
    return names, times


def _refuse_disorder(
    at: int, order: np.ndarray, times: pd.DatetimeIndex, names: np.ndarray | None, owner: str
) -> NoReturn:
    before, row = order[at - 1], order[at]
    if names is None:
        hint = " (of many symbols give a MultiIndex of symbol and time, or symbols=)"
        got = f"Row {row} has {times[row]} after {times[before]}."
    else:
        hint, got = "", f"The symbol {str(names[row])!r} has {times[row]} after {times[before]}."
    raise DataProcessingError(f"The bars of {owner} must be in time order without repeats{hint}. {got}")


def _check_horizon(horizon: Any, owner: str) -> None:
    if isinstance(horizon, bool) or not isinstance(horizon, (int, np.integer)) or horizon < 1:
        raise ParameterError.of("horizon", owner, "a positive whole number of bars", horizon)


def _prices(close: Any, owner: str) -> pd.Series:
    series = close if isinstance(close, pd.Series) else None
    values = np.asarray(close)
    if values.ndim != 1 or not np.issubdtype(values.dtype, np.number):
        raise DataProcessingError(
            f"The 'close' parameter of {owner} must be one-dimensional numbers. "
            f"Got {values.dtype} of shape {values.shape} instead."
        )
    numbers = values.astype(np.float64)
    good = np.isfinite(numbers) & (numbers > 0)
    if not good.all():
        row = int(np.argmin(good))
        raise DataProcessingError(
            f"The 'close' parameter of {owner} must hold finite prices above 0. Got {numbers[row]} at bar {row}."
        )
    return pd.Series(numbers, index=None if series is None else series.index)
