"""Trades: from fills to round trips, accounts and attributions; and the blotter of trades that are closed already."""

from .account import AccountHistory, account_history
from .attribution import attribution
from .blotter import as_trades, daily_returns, holding_days, mean_holding_days
from .book import TradeBook
from .brinson import brinson
from .excursions import excursions
from .figures import TradeMetrics, trade_metrics
from .fills import Fills, as_fills
from .holdings import annual_turnover, holdings
from .round_trips import RoundTrips, round_trips

__all__ = [
    "AccountHistory",
    "Fills",
    "RoundTrips",
    "TradeBook",
    "TradeMetrics",
    "account_history",
    "annual_turnover",
    "as_fills",
    "as_trades",
    "attribution",
    "brinson",
    "daily_returns",
    "excursions",
    "holding_days",
    "holdings",
    "mean_holding_days",
    "round_trips",
    "trade_metrics",
]
