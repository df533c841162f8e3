"""An order book in memory: what stands at each price of two sides, best first."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable

from ...core.errors import DataProcessingError, ParameterError

_OWNER = "OrderBook"


class OrderBook:
    """What stands at each price of both sides, kept by updates.

    An update says what stands at a price now; 0 takes the price away (one that is not there: nothing
    happens). The number of prices is bounded, so that a broken or hostile feed cannot fill the memory. Not
    for use by several threads at once.

    Args:
        max_prices: most prices that one side may hold.

    Raises:
        ParameterError: ``max_prices`` is not a whole number above 0.

    >>> book = OrderBook()
    >>> book.update([(1, 9.9, 2.0), (1, 9.8, 1.0), (-1, 10.1, 3.0)])
    >>> book.update([(1, 9.9, 0.0)])
    >>> book.bids(2), book.asks(1)
    ([(9.8, 1.0)], [(10.1, 3.0)])
    """

    def __init__(self, max_prices: int = 100_000) -> None:
        if isinstance(max_prices, bool) or not isinstance(max_prices, int) or max_prices < 1:
            raise ParameterError.of("max_prices", _OWNER, "a whole number above 0", max_prices)
        self.max_prices = max_prices
        # Rising keys, the best price last: a new best is appended, not inserted. Keys of asks are negative prices.
        self._keys: tuple[list[float], list[float]] = ([], [])
        self._standing: tuple[dict[float, float], dict[float, float]] = ({}, {})

    def update(self, levels: Iterable[tuple[int, float, float]]) -> None:
        """Set what stands: (side, price, quantity), side +1 for bids and -1 for asks.

        Raises:
            DataProcessingError: a side is unknown, a quantity negative, a price or quantity no number, or a
                side would hold more than ``max_prices``. Levels before it are in the book by then.
        """
        bids, asks = self._standing
        for side, price, qty in levels:
            if side == 1:
                keys, standing, key = self._keys[0], bids, price
            elif side == -1:
                keys, standing, key = self._keys[1], asks, -price
            else:
                raise DataProcessingError(f"The side of a level of {_OWNER} must be 1 or -1. Got {side}.")
            if qty > 0 and 0 < price < float("inf"):
                if key not in standing:
                    if len(standing) >= self.max_prices:
                        raise DataProcessingError(
                            f"{_OWNER} holds at most {self.max_prices:,} prices a side. Got one more, {price}."
                        )
                    insort(keys, key)
                standing[key] = qty
            elif qty == 0:
                if standing.pop(key, None) is not None:
                    del keys[bisect_left(keys, key)]
            else:
                raise DataProcessingError(
                    f"A level of {_OWNER} must have a price above 0 and a quantity of 0 or more. Got {price}, {qty}."
                )

    def clear(self) -> None:
        """Forget everything, as before a snapshot."""
        for side in (0, 1):
            self._keys[side].clear()
            self._standing[side].clear()

    def bids(self, count: int) -> list[tuple[float, float]]:
        """Return the ``count`` highest bids as (price, quantity), the best first; fewer when there are fewer."""
        standing = self._standing[0]
        return [(key, standing[key]) for key in self._keys[0][: -count - 1 : -1]]

    def asks(self, count: int) -> list[tuple[float, float]]:
        """Return the ``count`` lowest asks as (price, quantity), the best first; fewer when there are fewer."""
        standing = self._standing[1]
        return [(-key, standing[key]) for key in self._keys[1][: -count - 1 : -1]]

    @property
    def crossed(self) -> bool:
        """True when the best bid is at or above the best ask: no matched market shows that."""
        bids, asks = self._keys
        return bool(bids and asks and bids[-1] >= -asks[-1])

    @property
    def filled(self) -> bool:
        """True when something stands on both sides."""
        return bool(self._keys[0] and self._keys[1])

    def __len__(self) -> int:
        """Return how many prices both sides hold."""
        return len(self._keys[0]) + len(self._keys[1])
