"""What was added to an analysis: the trades, fills, positions and equity of a book, returns and a benchmark."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..core.errors import ParameterError
from .inputs import annual_rate, positive
from .metrics.calendar import known_periods
from .trades import TradeBook, daily_returns
from .trades.parts import appended, as_series

_OWNER = "AdvancedAnalytics"


class Collected(TradeBook):
    """A book of trades that takes returns and a benchmark too, and says what returns all of it makes.

    See :class:`~ml_analytics.analytics.AdvancedAnalytics`, which measures it.
    """

    def __init__(
        self,
        risk_free_rate: float = 0.02,
        periods_per_year: float | None = None,
        *,
        initial_capital: float | None = None,
    ) -> None:
        super().__init__(_OWNER)
        self.risk_free_rate = annual_rate(risk_free_rate, "risk_free_rate", _OWNER)
        self.periods_per_year = (
            None if periods_per_year is None else positive(periods_per_year, "periods_per_year", _OWNER)
        )
        self.initial_capital = (
            None if initial_capital is None else positive(initial_capital, "initial_capital", _OWNER)
        )
        self._returns: pd.Series | None = None
        self._benchmark: pd.Series | None = None

    def add_returns(self, returns: Any) -> None:
        """Add simple returns of consecutive periods; later calls append.

        Args:
            returns: (n,) series, array or iterable, or a table of one column (times in its index or in a column
                such as ``date``); NaN is a period that was not observed.

        Raises:
            ParameterError: empty, not numeric, infinite, times that are unsorted or begin before the end of
                what was added, or times now and none before (or the reverse).
        """
        self._returns = _added(self._returns, returns, "add_returns")

    def add_benchmark(self, returns: Any) -> None:
        """Add simple returns of the benchmark, as :meth:`add_returns`; later calls append.

        With times on both sides they are joined by time, else they must be as many as the returns.
        """
        self._benchmark = _added(self._benchmark, returns, "add_benchmark")

    @property
    def returns(self) -> pd.Series:
        """The returns that figures are made of: those added, else of the equity, else of the trades' account.

        Raises:
            ParameterError: neither returns, nor equity at two times, nor trades with exit times and an
                initial capital.
        """
        known = self._known_returns()
        if known is None:
            raise ParameterError.of("returns", _OWNER, "added first (add_returns)", None)
        return known

    @property
    def benchmark(self) -> pd.Series | None:
        """Returns of the benchmark; ``None`` where none was added."""
        return self._benchmark

    def _known_returns(self) -> pd.Series | None:
        if self._returns is not None:
            return self._returns
        of_equity = self.equity_returns
        if of_equity is not None:
            return of_equity
        trades = self.trades
        if trades is None or self.initial_capital is None:
            return None
        return daily_returns(trades, self.initial_capital)

    def _annual_periods(self, returns: pd.Series) -> float:
        """Periods in a year: as said, else of the calendar, else 252."""
        return known_periods(returns.index, self.periods_per_year)


def _added(before: pd.Series | None, returns: Any, where: str) -> pd.Series:
    owner = f"{_OWNER}.{where}"
    return appended(before, as_series(returns, "returns", owner), "returns", owner)
