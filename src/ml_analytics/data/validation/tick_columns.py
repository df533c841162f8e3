"""Which column of a tick table plays which part, by the names that exchanges and data vendors use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ml_analytics.core.errors import ParameterError

NAMES: dict[str, tuple[str, ...]] = {
    "market": ("market", "symbol", "instrument", "instrument_id", "pair", "ticker", "contract"),
    "exchange_time": (
        "exch_ms", "exch_ts", "exch_time", "exchange_time", "exchange_ts", "exchange_timestamp", "event_ms",
        "event_time", "ts_event", "transact_time", "trade_time", "timestamp", "time", "datetime", "date",
    ),
    "local_time": (
        "local_ns", "local_ts", "local_time", "local_timestamp", "ts_recv", "recv_time", "recv_ts", "receive_time",
        "received_at", "receipt_timestamp", "collected_at",
    ),
    "price": ("price", "px", "trade_price"),
    "qty": ("qty", "quantity", "size", "amount", "volume", "base_qty"),
    "side": ("side", "aggressor", "aggressor_side", "taker_side"),
    "trade_id": ("trade_id", "tradeid", "agg_trade_id", "tid"),
    "bid": ("bid", "bid_price", "bid_px", "bid_px_00", "best_bid", "best_bid_price"),
    "ask": ("ask", "ask_price", "ask_px", "ask_px_00", "best_ask", "best_ask_price", "offer"),
    "bid_qty": ("bid_qty", "bid_size", "bid_amount", "bid_sz", "bid_sz_00", "best_bid_qty"),
    "ask_qty": ("ask_qty", "ask_size", "ask_amount", "ask_sz", "ask_sz_00", "best_ask_qty", "offer_size"),
    "is_snapshot": ("is_snapshot", "snapshot"),
    "first_id": ("first_id", "first_update_id"),
    "last_id": ("last_id", "last_update_id", "final_update_id"),
    "previous_id": ("prev_id", "previous_id", "prev_last_id", "prev_final_update_id"),
}  # fmt: skip
"""Names of each part, the likeliest first; matched in any case."""

KINDS: dict[str, tuple[str, ...]] = {
    "trades": ("price", "qty"),
    "quotes": ("bid", "ask"),
    "depth": ("side", "price", "qty"),
}
"""The parts that each kind of tick table must have, besides a time."""


def find_parts(columns: Iterable[object], given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the column of each part that is there; ``given`` names columns that are called otherwise.

    >>> find_parts(["Symbol", "local_timestamp", "timestamp", "price", "amount"])["qty"]
    'amount'

    Raises:
        ParameterError: ``given`` names an unknown part or a column that is not there.
    """
    names = [str(name) for name in columns]
    by_name = {name.lower(): name for name in reversed(names)}
    found: dict[str, str] = {}
    for part, words in NAMES.items():
        column = next((by_name[word] for word in words if word in by_name), None)
        if column is not None:
            found[part] = column
    for part, column in (given or {}).items():
        if part not in NAMES:
            raise ParameterError.of("columns", "DataValidator", f"made of the parts {', '.join(NAMES)}", part)
        if column not in names:
            raise ParameterError.of("columns", "DataValidator", f"a column of the table for '{part}'", column)
        found[part] = column
    return found
