"""Returns that do not fit their neighbourhood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..bars import Bars
from ..report import Severity
from ..rule import Rule, bars_of

TO_SIGMA = 1.4826
"""The median absolute deviation of a normal distribution is sigma / 1.4826."""


@dataclass(frozen=True)
class OutlyingReturns(Rule):
    """Hampel's test: a log return further than ``z`` robust standard deviations from the local median.

    Median and median absolute deviation are taken over ``window`` bars around the bar, and the local
    deviation counts as at least a quarter of the whole series', so that a quiet week raises no alarm.
    The window looks both ways: this judges data, it is not a feature.

    Source: F. R. Hampel, The Influence Curve and Its Role in Robust Estimation, JASA 69 (1974).
    """

    name = "outlying_returns"
    severity = Severity.WARNING
    needs = ("close",)
    z: float = 10.0
    window: int = 101

    def bad(self, bars: Bars) -> np.ndarray:
        """Mark bars whose return stands out."""
        mask: np.ndarray = self._scores(bars) > self.z
        return mask

    def sentence(self, bars: Bars, bad: np.ndarray) -> str:
        """Say how many, and how far the furthest lies out."""
        furthest = float(np.nanmax(self._scores(bars)))
        return (
            f"{bars_of(bad, 'have')} a return more than {self.z:g} robust standard deviations from "
            f"its neighbours' (up to {furthest:.0f}): a shock, a split or a bad tick."
        )

    def _scores(self, bars: Bars) -> np.ndarray:
        close = np.where(bars["close"] > 0, bars["close"], np.nan)
        returns = pd.Series(np.diff(np.log(close), prepend=np.nan)).replace([np.inf, -np.inf], np.nan)
        whole = float(np.nanmedian(np.abs(returns))) if returns.notna().any() else np.nan
        around = returns.rolling(self.window, center=True, min_periods=5)
        distance = (returns - around.median()).abs()
        local = distance.rolling(self.window, center=True, min_periods=5).median()
        sigma = TO_SIGMA * local.clip(lower=0.25 * whole)
        return np.asarray((distance / sigma.where(sigma > 0)).fillna(0.0))
