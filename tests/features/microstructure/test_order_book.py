"""The book in memory against a dictionary that is sorted anew each time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.features import OrderBook

LEVEL = st.tuples(
    st.sampled_from([1, -1]),
    st.sampled_from([9.5, 9.75, 10.0, 10.25, 10.5]),
    st.sampled_from([0.0, 1.0, 2.5]),
)


@given(st.lists(st.lists(LEVEL, max_size=6), max_size=12), st.integers(1, 6))
def test_it_is_a_sorted_dictionary(updates: list[list[tuple[int, float, float]]], count: int) -> None:
    book, standing = OrderBook(), dict[tuple[int, float], float]()
    for update in updates:
        book.update(update)
        for side, price, qty in update:
            standing[side, price] = qty
        bids = sorted(
            ((price, qty) for (side, price), qty in standing.items() if side == 1 and qty), reverse=True
        )
        asks = sorted((price, qty) for (side, price), qty in standing.items() if side == -1 and qty)
        assert book.bids(count) == bids[:count] and book.asks(count) == asks[:count]
        assert len(book) == len(bids) + len(asks)
        assert book.filled == bool(bids and asks)
        assert book.crossed == bool(bids and asks and bids[0][0] >= asks[0][0])
    book.clear()
    assert len(book) == 0 and book.bids(1) == book.asks(1) == [] and not book.filled


def test_taking_away_what_is_not_there_does_nothing() -> None:
    book = OrderBook()
    book.update([(1, 10.0, 0.0), (-1, 11.0, 0.0)])
    assert len(book) == 0


def test_the_number_of_prices_is_bounded_on_each_side() -> None:
    book = OrderBook(max_prices=2)
    book.update([(1, 9.0, 1.0), (1, 8.0, 1.0), (-1, 10.0, 1.0), (-1, 11.0, 1.0)])
    book.update([(1, 9.0, 5.0), (1, 8.0, 0.0), (1, 7.0, 1.0)])
    with pytest.raises(
        DataProcessingError, match=r"OrderBook holds at most 2 prices a side. Got one more, 6.0"
    ):
        book.update([(1, 6.0, 1.0)])
    with pytest.raises(ParameterError, match="The 'max_prices' parameter of OrderBook"):
        OrderBook(0)


@pytest.mark.parametrize(
    "level",
    [
        (0, 1.0, 1.0),
        (1, 1.0, -1.0),
        (1, float("nan"), 1.0),
        (1, 1.0, float("nan")),
        (-1, 0.0, 1.0),
        (1, -1.0, 1.0),
    ],
)
def test_a_level_that_cannot_be(level: tuple[int, float, float]) -> None:
    with pytest.raises(DataProcessingError, match="of OrderBook must"):
        OrderBook().update([level])
