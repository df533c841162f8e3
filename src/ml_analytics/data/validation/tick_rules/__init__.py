"""The laws of trades, quotes and depth, one per file. A new one: a file with a ``TickRule`` and its line here."""

from __future__ import annotations

from ..tick_rule import TickRule
from .bad_quantity import BadQuantity
from .bad_side import BadSide
from .crossed_quotes import CrossedQuotes
from .duplicate_ids import DuplicateIds
from .exchange_disorder import ExchangeDisorder
from .late_snapshot import LateSnapshot
from .locked_quotes import LockedQuotes
from .lost_trades import LostTrades
from .lost_updates import LostUpdates
from .missing_columns import MissingColumns
from .missing_exchange_time import MissingExchangeTime
from .missing_time import MissingTime
from .mixed_zones import MixedZones
from .negative_latency import NegativeLatency
from .non_finite import NonFinite
from .non_positive_price import NonPositivePrice
from .outlying_prices import OutlyingPrices
from .swapped_sides import SwappedSides
from .unsorted import Unsorted

TICK_RULES: tuple[TickRule, ...] = (
    MissingColumns(),
    NonFinite(),
    MissingTime(),
    MissingExchangeTime(),
    MixedZones(),
    NegativeLatency(),
    Unsorted(),
    ExchangeDisorder(),
    NonPositivePrice(),
    BadQuantity(),
    BadSide(),
    SwappedSides(),
    DuplicateIds(),
    LostTrades(),
    CrossedQuotes(),
    LockedQuotes(),
    LateSnapshot(),
    LostUpdates(),
    OutlyingPrices(),
)

__all__ = ["TICK_RULES"]
