"""What kind of table this is, by its columns: bars, depth, quotes, trades, labelled text, an account, any."""

from __future__ import annotations

from enum import StrEnum

import pandas as pd

from ml_analytics.core.ohlcv import OHLCV

from .accounts import Account
from .labelled import LABEL_NAMES, text_columns
from .tick_columns import find_parts


class TableKind(StrEnum):
    """What :meth:`DataValidator.validate` takes a table for."""

    BARS = "bars"
    DEPTH = "depth"
    QUOTES = "quotes"
    TRADES = "trades"
    ACCOUNT = "account"
    LABELS = "labels"
    TABLE = "table"


def table_kind(frame: pd.DataFrame) -> TableKind:
    """Say what ``frame`` holds; what fits nothing is a table.

    Bars have all of open, high, low, close and volume. Ticks have a time and the columns of their kind, trades
    also an id, a side or a time of arrival (else any list of prices and quantities would be one). An account has
    amount, price and asset, or cash beside other numbers. Labelled text has a column of free text and one with
    a usual name of labels.

    >>> table_kind(pd.DataFrame({"timestamp": [1], "bid": [1.0], "ask": [1.1]}))
    <TableKind.QUOTES: 'quotes'>
    """
    names = {str(name).lower() for name in frame.columns}
    if set(OHLCV) <= names:
        return TableKind.BARS
    parts = set(find_parts(frame.columns))
    timed = {"exchange_time", "local_time"} & parts or isinstance(frame.index, pd.DatetimeIndex)
    if timed and {"bid", "ask"} <= parts:
        return TableKind.QUOTES
    if timed and {"price", "qty"} <= parts:
        if "side" in parts and {"is_snapshot", "first_id", "last_id"} & parts:
            return TableKind.DEPTH
        if {"trade_id", "side", "local_time"} & parts or "buyer_is_maker" in names:
            return TableKind.TRADES
    if Account.of(frame) is not None:
        return TableKind.ACCOUNT
    if (labels := {str(name) for name in frame.columns if str(name).lower() in LABEL_NAMES}) and text_columns(
        frame, {*labels}
    ):
        return TableKind.LABELS
    return TableKind.TABLE
