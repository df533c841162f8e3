"""Prices far from those around them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..finding import Severity
from ..tick_rule import TickRule, rows_of
from ..ticks import Ticks


@dataclass(frozen=True)
class OutlyingPrices(TickRule):
    """A price further than ``limit`` from the median of ``window`` rows around it (both ways: this judges data)."""

    name = "outlying_prices"
    kinds = ("trades", "quotes")
    severity = Severity.WARNING
    shows = ("price", "bid", "ask")
    limit: float = 0.2
    window: int = 21

    def bad(self, ticks: Ticks) -> np.ndarray:
        """Mark such rows, market by market."""
        mask = np.zeros(len(ticks), dtype=bool)
        for part in ("price", "bid", "ask"):
            values = ticks.values.get(part)
            if values is None:
                continue
            for _, rows in ticks.each_market():
                mask[rows] |= self._far(values[rows])
        return mask

    def _far(self, price: np.ndarray) -> np.ndarray:
        log = np.log(np.where(price > 0, price, np.nan))
        step = np.log1p(self.limit)
        if not np.isfinite(log).any() or np.nanmax(log) - np.nanmin(log) <= step:
            return np.zeros(len(price), dtype=bool)
        around = pd.Series(log).rolling(self.window, center=True, min_periods=5).median().to_numpy()
        far: np.ndarray = np.abs(log - around) > step
        return far

    def sentence(self, ticks: Ticks, rows: np.ndarray) -> str:
        """Count them."""
        return f"{rows_of(rows, 'has', 'have')} a price more than {self.limit:.0%} off those around it: bad ticks."
