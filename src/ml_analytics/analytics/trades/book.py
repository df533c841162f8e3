"""What was added of trades, fills, positions and equity, kept in one place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import ParameterError
from ..inputs import on_calendar
from .blotter import as_trades, returns_of_account
from .fills import Fills, as_fills
from .holdings import holdings
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
        self._positions: pd.DataFrame | None = None
        self._equity: pd.Series | None = None

    def add_trades(self, trades: Any) -> None:
        """Add closed trades, as :func:`~ml_analytics.analytics.trades.as_trades` takes them."""
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
        self._fills, self._method = joined, method

    def add_positions(self, positions: Any) -> None:
        """Add money held: a frame on times with a column per symbol and, best, one of cash.

        Raises:
            ParameterError: no frame, no times, or not later than what was added.
        """
        owner = f"{self._owner}.add_positions"
        if not isinstance(positions, pd.DataFrame) or not isinstance(positions.index, pd.DatetimeIndex):
            shown = type(positions).__name__
            raise ParameterError.of("positions", owner, "a pandas frame on a DatetimeIndex", shown)
        both = positions if self._positions is None else pd.concat([self._positions, positions])
        holdings(both, equity=pd.Series(1.0, index=both.index), owner=owner)  # refuses what cannot be read
        self._positions = both

    def add_equity(self, equity: Any) -> None:
        """Add the account's money: a series on times in order; NaN was not observed.

        Raises:
            ParameterError: no times, text, or not later than what was added.
        """
        owner = f"{self._owner}.add_equity"
        new = on_calendar(equity, "equity", owner)
        self._equity = (
            new if self._equity is None else on_calendar(pd.concat([self._equity, new]), "equity", owner)
        )

    @property
    def trades(self) -> pd.DataFrame | None:
        """Closed trades, added and of fills, with UTC times; ``None`` when neither was added."""
        if self._trips is None:
            return self._added
        table = as_trades(self._trips.table, self._owner, may_be_empty=True)
        if self._added is None:
            return table
        return pd.concat([self._added, table], ignore_index=True) if len(table) else self._added

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
        return pd.Series(returns_of_account(np.diff(values), values[0]), index=known.index[1:])

    @property
    def exposure(self) -> pd.DataFrame | None:
        """Long, short, gross, net and count by time, as shares of equity; ``None`` without positions.

        Raises:
            ParameterError: positions without cash, and no equity on the same times.
        """
        return None if self._positions is None else holdings(self._positions, self._equity, owner=self._owner)
