"""What was added to an analysis: returns, trades, fills, positions, equity, a benchmark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..core.errors import ParameterError
from . import metrics as m
from .inputs import annual_rate, numbers, on_calendar, positive
from .metrics.calendar import TRADING_DAYS
from .trades import TradeBook, daily_returns
from .trades.round_trips import Method

_OWNER = "AdvancedAnalytics"


class Collected:
    """Takes what is known of a strategy, in parts, and says what returns and trades that makes.

    See :class:`~ml_analytics.analytics.AdvancedAnalytics`, which measures it.
    """

    def __init__(
        self,
        risk_free_rate: float = 0.02,
        periods_per_year: float | None = None,
        *,
        initial_capital: float | None = None,
    ) -> None:
        self.risk_free_rate = annual_rate(risk_free_rate, "risk_free_rate", _OWNER)
        self.periods_per_year = (
            None if periods_per_year is None else positive(periods_per_year, "periods_per_year", _OWNER)
        )
        self.initial_capital = (
            None if initial_capital is None else positive(initial_capital, "initial_capital", _OWNER)
        )
        self._returns: pd.Series | None = None
        self._benchmark: pd.Series | None = None
        self._book = TradeBook(_OWNER)

    def add_returns(self, returns: Any) -> None:
        """Add simple returns of consecutive periods; later calls append.

        Args:
            returns: (n,) array, list or series; NaN is a period that was not observed.

        Raises:
            ParameterError: empty, not numeric, infinite, times that are unsorted or begin before the end of
                what was added, or times now and none before (or the reverse).
        """
        self._returns = _added(self._returns, returns, "returns", "add_returns")

    def add_benchmark(self, returns: Any) -> None:
        """Add simple returns of the benchmark, as :meth:`add_returns`; later calls append.

        With times on both sides they are joined by time, else they must be as many as the returns.
        """
        self._benchmark = _added(self._benchmark, returns, "returns", "add_benchmark")

    def add_equity(self, equity: Any) -> None:
        """Add the account's money over time; later calls append. Without returns, it gives them.

        Args:
            equity: series on times in order; NaN was not observed.

        Raises:
            ParameterError: no times, text, or not later than what was added.
        """
        self._book.add_equity(equity)

    def add_trades(self, trades: Any) -> None:
        """Add closed trades; later calls append.

        Args:
            trades: frame or iterable of mappings with at least ``pnl``; times, symbol, side and more are
                taken where they are, see :func:`~ml_analytics.analytics.trades.as_trades`.

        Raises:
            ParameterError: no trades, or a ``pnl`` that is not a finite number.
            DataProcessingError: times that cannot be read, or an exit before its entry.
        """
        self._book.add_trades(trades)

    def add_fills(
        self,
        fills: Any,
        method: Method = "fifo",
        *,
        multiplier: float | Mapping[Any, float] = 1.0,
        columns: Mapping[str, str] | None = None,
    ) -> None:
        """Add fills; what they closed becomes trades. Later calls append, all fills are matched together.

        Args:
            fills: frame or iterable of mappings, see :func:`~ml_analytics.analytics.trades.as_fills`.
            method: which lot a fill closes: ``fifo``, ``lifo`` or ``average``.
            multiplier: money per point, for all or by symbol.
            columns: meaning -> column where the usual names do not tell.

        Raises:
            ParameterError: fills that cannot be read, or another method than before.
            DataProcessingError: text that is no time.
        """
        self._book.add_fills(fills, method, multiplier=multiplier, columns=columns)

    def add_positions(self, positions: Any) -> None:
        """Add money held: a frame on times with a column per symbol and, best, one of cash.

        Raises:
            ParameterError: no frame, no times, or not later than what was added.
        """
        self._book.add_positions(positions)

    @property
    def returns(self) -> pd.Series:
        """The returns that figures are made of: those added, else of the equity, else of the trades' account.

        Raises:
            ParameterError: neither returns, nor equity at two times, nor trades with exit times and an
                initial capital.
        """
        if self._returns is not None:
            return self._returns
        of_equity = self._book.equity_returns
        if of_equity is not None:
            return of_equity
        trades = self.trades
        if trades is not None and self.initial_capital is not None:
            return daily_returns(trades, self.initial_capital)
        raise ParameterError.of("returns", _OWNER, "added first (add_returns)", None)

    @property
    def trades(self) -> pd.DataFrame | None:
        """Closed trades, those added and those of fills; ``None`` when neither was added."""
        return self._book.trades

    @property
    def benchmark(self) -> pd.Series | None:
        """Returns of the benchmark; ``None`` where none was added."""
        return self._benchmark

    @property
    def exposure(self) -> pd.DataFrame | None:
        """Long, short, gross and net exposure by time, as shares of equity; ``None`` without positions."""
        return self._book.exposure

    def _has_returns(self) -> bool:
        """Whether there is something to make returns of."""
        given = self._returns is not None or self._book.equity_returns is not None
        return given or (self.trades is not None and self.initial_capital is not None)

    def _annual_periods(self, returns: pd.Series) -> float:
        """Periods in a year: as said, else of the calendar, else 252."""
        if self.periods_per_year is not None:
            return self.periods_per_year
        if isinstance(returns.index, pd.DatetimeIndex) and len(returns) > 1:
            return m.periods_per_year(returns.index)
        return float(TRADING_DAYS)


def _added(before: pd.Series | None, new: Any, parameter: str, where: str) -> pd.Series:
    owner = f"{_OWNER}.{where}"
    values = numbers(new, parameter, owner)
    if not values.size:
        raise ParameterError.of(parameter, owner, "a series of at least one return", "no rows")
    if isinstance(new, pd.Series) and isinstance(new.index, pd.DatetimeIndex):
        series = on_calendar(new, parameter, owner)
    else:
        series = pd.Series(values)
    return series if before is None else _appended(before, series, parameter, owner)


def _appended(before: pd.Series, new: pd.Series, parameter: str, owner: str) -> pd.Series:
    old_times, new_times = before.index, new.index
    if not isinstance(old_times, pd.DatetimeIndex) or not isinstance(new_times, pd.DatetimeIndex):
        if type(old_times) is not type(new_times):
            must = "with times, or without, as those before"
            raise ParameterError.of(parameter, owner, must, type(new_times).__name__)
        return pd.Series(np.concatenate((before.to_numpy(), new.to_numpy())))
    if (old_times.tz is None) != (new_times.tz is None):
        must = "with time zones throughout or not at all"
        raise ParameterError.of(parameter, owner, must, str(new_times.tz))
    if new_times[0] <= old_times[-1]:
        raise ParameterError.of(parameter, owner, f"later than {old_times[-1]}", str(new_times[0]))
    joined: pd.Series = pd.concat([before, new])
    return joined
