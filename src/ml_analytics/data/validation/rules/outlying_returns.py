"""Returns that do not fit their neighbourhood."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..bars import Bars
from ..finding import Finding, Severity
from ..rule import Rule, bars_of

TO_SIGMA = 1.4826
"""The median absolute deviation of a normal distribution is sigma / 1.4826."""
SPLIT = np.log(1.5)
"""Splits of three for two and more move the log price at least this far."""


@dataclass(frozen=True)
class OutlyingReturns(Rule):
    """Hampel's test: a log return further than ``z`` robust standard deviations from the local median.

    Median and median absolute deviation are taken over ``window`` bars around the bar, and the local
    deviation counts as at least a quarter of the whole series', so that a quiet week raises no alarm.
    The window looks both ways: this judges data, it is not a feature.

    Markets have shocks, and a shock is no defect: such returns are information. It is a warning when the price
    comes back within ``back`` bars, as after a bad tick, or moves by half or more, as at a split.

    Source: F. R. Hampel, The Influence Curve and Its Role in Robust Estimation, JASA 69 (1974).
    """

    name = "outlying_returns"
    severity = Severity.WARNING
    needs = ("close",)
    z: float = 10.0
    window: int = 101
    back: int = 3

    def check(self, bars: Bars) -> Finding | None:
        """Report them, graded by whether a market can have made them."""
        if bars.columns.get("close") is None:
            return None
        with np.errstate(all="ignore"):
            returns = self._returns(bars)
            scores = self._scores(returns)
        bad = scores > self.z
        if not bad.any():
            return None
        odd = self._back_at_once(returns, bad) | (bad & (np.abs(returns) > SPLIT))
        said = (
            f"{bars_of(bad, 'have')} a return more than {self.z:g} robust standard deviations from "
            f"its neighbours' (up to {scores.max():.0f})"
        )
        if not odd.any():
            return self.finding(bars, bad, f"{said}: a shock of the market by its look.", Severity.INFO)
        found = self.finding(bars, odd, "")
        return replace(
            found,
            count=int(bad.sum()),
            sentence=f"{said}; {int(odd.sum()):,} of them come back at once or change the price by half or more: "
            "look for bad ticks and splits.",
            rows=np.sort(bars.rows[bad]),
        )

    def bad(self, bars: Bars) -> np.ndarray:
        """Mark bars whose return stands out."""
        mask: np.ndarray = self._scores(self._returns(bars)) > self.z
        return mask

    def sentence(self, bars: Bars, bad: np.ndarray) -> str:
        """Count them."""
        return f"{bars_of(bad, 'have')} an outlying return."

    @staticmethod
    def _returns(bars: Bars) -> np.ndarray:
        close = np.where(bars["close"] > 0, bars["close"], np.nan)
        returns = np.diff(np.log(close), prepend=np.nan)
        return np.where(np.isfinite(returns), returns, np.nan)

    def _scores(self, returns: np.ndarray) -> np.ndarray:
        """Return each return's distance in local deviations; 0 where it is too near to matter."""
        scores = np.zeros(len(returns))
        if not np.isfinite(returns).any():
            return scores
        floor = 0.25 * float(np.nanmedian(np.abs(returns)))
        middle = pd.Series(returns).rolling(self.window, center=True, min_periods=5).median().to_numpy()
        distance = np.abs(returns - middle)
        # The local deviation is at least the floor, so only these can be outliers: few windows are needed.
        for places in np.array_split(
            far := np.flatnonzero(distance > self.z * TO_SIGMA * floor), len(far) // 10_000 + 1
        ):
            sigma = TO_SIGMA * np.maximum(self._local(distance, places), floor)
            scores[places] = np.where(sigma > 0, distance[places] / sigma, 0.0)
        return np.nan_to_num(scores, posinf=0.0)

    def _local(self, distance: np.ndarray, places: np.ndarray) -> np.ndarray:
        """Return the median of the known distances in the window around each place, NaN below 5 of them."""
        half = self.window // 2
        padded = np.pad(distance, half, constant_values=np.nan)
        around = np.sort(padded[places[:, None] + np.arange(2 * half + 1)], axis=1)  # NaN last
        known = np.isfinite(around).sum(axis=1)
        rows = np.arange(len(places))
        middle = (around[rows, np.maximum(known - 1, 0) // 2] + around[rows, known // 2]) / 2
        return np.where(known >= 5, middle, np.nan)

    def _back_at_once(self, returns: np.ndarray, bad: np.ndarray) -> np.ndarray:
        """Mark pairs of outlying returns, near each other, of which the second takes the first back."""
        mask = np.zeros(len(bad), dtype=bool)
        for ahead in range(1, self.back + 1):
            first, second = returns[:-ahead], returns[ahead:]
            larger = np.maximum(np.abs(first), np.abs(second))
            pair = bad[:-ahead] & bad[ahead:] & (np.abs(first + second) < 0.25 * larger)
            mask[:-ahead] |= pair
            mask[ahead:] |= pair
        return mask
