"""What was added of trades, fills, positions and equity, kept in one place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import ParameterError
from .blotter import as_trades, returns_of_account
from .fills import Fills, as_fills
from .holdings import holdings
from .parts import appended, as_series, timed_table
from .round_trips import Method, RoundTrips, round_trips


class TradeBook:
    """Collects closed trades, fills, positions and equity; later calls append.

    >>> book = TradeBook()
    >>> book.add_fills([{"time": "2024-01-02", "symbol": "A", "qty": 2, "price": 5.0}])
    >>> book.add_fills([{"time": "2024-01-03", "symbol": "A", "qty": -2, "price": 6.0}])
    >>> book.trades["pnl"].tolist()
    [2.0]
    """

    def __init__(self, owner: str = "TradeBook") -> None:
        self._owner = owner
        self._added: pd.DataFrame | None = None
        self._fills: Fills | None = None
        self._method: Method | None = None
        self._trips: RoundTrips | None = None
        self._closed: pd.DataFrame | None = None
        self._positions: pd.DataFrame | None = None
        self._equity: pd.Series | None = None

    def add_trades(self, trades: Any) -> None:
        """Add closed trades.

        Args:
            trades: table or iterable of mappings with at least ``pnl``; times, symbol, side and more are taken
                where they are, see :func:`~ml_analytics.analytics.trades.as_trades`.

        Raises:
            ParameterError: no trades, or a ``pnl`` that is not a finite number.
            DataProcessingError: times that cannot be read, or an exit before its entry.
        """
        new = as_trades(trades, f"{self._owner}.add_trades")
        self._added = new if self._added is None else pd.concat([self._added, new], ignore_index=True)

    def add_fills(
        self,
        fills: Any,
        method: Method = "fifo",
        *,
        multiplier: float | Mapping[Any, float] = 1.0,
        columns: Mapping[str, str] | None = None,
    ) -> None:
        """Add fills; what they closed becomes trades. All fills so far are matched together.

        Args:
            fills: table or iterable of mappings, see :func:`~ml_analytics.analytics.trades.as_fills`.
            method: which lot a fill closes: ``fifo``, ``lifo`` or ``average``.
            multiplier: money per point, for all or by symbol.
            columns: meaning -> column where the usual names do not tell.

        Raises:
            ParameterError: fills that cannot be read, or another method than before.
            DataProcessingError: text that is no time.
        """
        owner = f"{self._owner}.add_fills"
        if self._method not in (None, method):
            raise ParameterError.of("method", owner, f"{self._method!r}, as before", method)
        new = as_fills(fills, multiplier=multiplier, columns=columns, owner=owner)
        joined = new if self._fills is None else self._fills.joined(new)
        self._trips = round_trips(joined, method)
        self._closed = as_trades(self._trips.table, owner, may_be_empty=True)
        self._fills, self._method = joined, method

    def add_positions(self, positions: Any) -> None:
        """Add money held.

        Args:
            positions: table or iterable of mappings, a row per time (in the index or a column such as
                ``time``), a column per symbol and, best, one of ``cash``.

        Raises:
            ParameterError: no table, no times, or not later than what was added.
        """
        owner = f"{self._owner}.add_positions"
        new = timed_table(positions, "positions", owner)
        both = new if self._positions is None else pd.concat([self._positions, new])
        holdings(both, equity=pd.Series(1.0, index=both.index), owner=owner)  # refuses what cannot be read
        self._positions = both

    def add_equity(self, equity: Any) -> None:
        """Add the account's money over time.

        Args:
            equity: series, table of one column or iterable of numbers, with times in order or without; NaN was
                not observed.

        Raises:
            ParameterError: no numbers, not later than what was added, or times now and none before (or the
                reverse).
        """
        owner = f"{self._owner}.add_equity"
        self._equity = appended(self._equity, as_series(equity, "equity", owner), "equity", owner)

    @property
    def trades(self) -> pd.DataFrame | None:
        """Closed trades, added and of fills, with UTC times; ``None`` when neither was added."""
        if self._closed is None or self._added is None:
            return self._added if self._closed is None else self._closed
        both = [one for one in (self._added, self._closed) if len(one)]
        return pd.concat(both, ignore_index=True)

    @property
    def round_trips(self) -> RoundTrips | None:
        """Round trips of the fills, with what is open; ``None`` without fills."""
        return self._trips

    @property
    def fills(self) -> Fills | None:
        """All fills; ``None`` without."""
        return self._fills

    @property
    def positions(self) -> pd.DataFrame | None:
        """Money held; ``None`` where it was not added."""
        return self._positions

    @property
    def equity(self) -> pd.Series | None:
        """The account's money; ``None`` where it was not added."""
        return self._equity

    @property
    def equity_returns(self) -> pd.Series | None:
        """Simple returns of the equity between the times it was observed; ``None`` without two of them."""
        known = None if self._equity is None else self._equity.dropna()
        if known is None or len(known) < 2:
            return None
        values = known.to_numpy(dtype=np.float64)
        index = known.index[1:] if isinstance(known.index, pd.DatetimeIndex) else None
        return pd.Series(returns_of_account(np.diff(values), values[0]), index=index)

    @property
    def exposure(self) -> pd.DataFrame | None:
        """Long, short, gross, net and count by time, as shares of equity; ``None`` without positions.

        Equity on times is that which was added, and shares are NaN where it is not known; else it is the positions
        and their cash together.

        Raises:
            ParameterError: positions without cash and no equity on times, or a time zone in one only.
        """
        if self._positions is None:
            return None
        return holdings(self._positions, self._equity_of(self._positions.index), owner=self._owner)

    def _equity_of(self, times: pd.Index) -> pd.Series | None:
        """Return the equity at these times; ``None`` where it has no times."""
        equity = self._equity
        if equity is None or not isinstance(equity.index, pd.DatetimeIndex):
            return None
        zoned = [getattr(one, "tz", None) is not None for one in (equity.index, times)]
        return equity.reindex(times) if zoned[0] == zoned[1] else equity
