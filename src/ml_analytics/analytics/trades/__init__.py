"""Trades: from fills to round trips, accounts and attributions; and the blotter of trades that are closed already."""

from .blotter import as_trades, daily_returns, mean_holding_days

__all__ = ["as_trades", "daily_returns", "mean_holding_days"]
