"""Trades: from fills to round trips, accounts and attributions; and the blotter of trades that are closed already."""

from .blotter import as_trades, daily_returns, mean_holding_days
from .fills import Fills, as_fills
from .round_trips import RoundTrips, round_trips

__all__ = [
    "Fills",
    "RoundTrips",
    "as_fills",
    "as_trades",
    "daily_returns",
    "mean_holding_days",
    "round_trips",
]
