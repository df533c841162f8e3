"""Microstructure from ticks: bars, spreads, order flow, price impact, variation, jumps, VPIN, the order book.

Estimators that need nothing but bars are indicators (``features/indicators/microstructure``).

**Columns.** Trades have a time, ``price``, ``qty`` and perhaps ``side`` (+1 the buyer took, -1 the seller) or
``buyer_is_maker``; quotes a time, ``bid``, ``ask``, ``bid_qty``, ``ask_qty``; depth a time, ``side`` (+1 bid,
-1 ask), ``price``, ``qty`` and perhaps ``is_snapshot``, ``first_id``, ``last_id``, ``prev_id``. Other names
that exchanges and vendors use are known too (:mod:`.parts`); any other is given by
``columns={"qty": "lots"}``. One market at a time.

**Time.** A DatetimeIndex, a column ``timestamp``, or that of arrival (``local_ns``, …). Rows are in time
order; equal times are fine. Every result is stamped when it became known, and holds nothing later: cutting
off the ticks after a moment changes no row stamped up to it.

**Kinds.** pandas or polars in, the same kind out: UTC times as index (pandas) or as column ``timestamp``
(polars).
"""

from __future__ import annotations

from .clock import clock_offset, stamp_arrivals
from .depth import rebuild_book
from .impact import amihud_illiquidity, kyle_lambda
from .joining import join_to_bars
from .jumps import jump_test, local_jumps
from .order_book import OrderBook
from .order_flow import order_flow_imbalance
from .quote_features import quote_features
from .signs import trade_signs
from .spreads import effective_spread, realised_spread
from .tick_bars import dollar_bars, tick_bars, time_bars, volume_bars
from .trade_features import trade_features
from .variation import realised_variation
from .vpin import vpin

__all__ = [
    "OrderBook",
    "amihud_illiquidity",
    "clock_offset",
    "dollar_bars",
    "effective_spread",
    "join_to_bars",
    "jump_test",
    "kyle_lambda",
    "local_jumps",
    "order_flow_imbalance",
    "quote_features",
    "realised_spread",
    "realised_variation",
    "rebuild_book",
    "stamp_arrivals",
    "tick_bars",
    "time_bars",
    "trade_features",
    "trade_signs",
    "volume_bars",
    "vpin",
]
