"""Closes that stand still."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..bars import Bars
from ..finding import Severity
from ..rule import Rule, bars_of


@dataclass(frozen=True)
class StaleCloses(Rule):
    """The same close on ``run`` bars or more in a row: a frozen feed, or a market that does not trade."""

    name = "stale_closes"
    severity = Severity.WARNING
    needs = ("close",)
    run: int = 5

    def bad(self, bars: Bars) -> np.ndarray:
        """Mark every bar of such a run but its first."""
        return self._runs(bars)[1]

    def sentence(self, bars: Bars, bad: np.ndarray) -> str:
        """Say how many bars and how long the longest run is."""
        longest = int(self._runs(bars)[0].max())
        return f"{bars_of(bad, 'repeat')} the close before them; the longest run has {longest} bars."

    def _runs(self, bars: Bars) -> tuple[np.ndarray, np.ndarray]:
        close = bars["close"]
        same = np.zeros(len(close), dtype=bool)
        same[1:] = close[1:] == close[:-1]
        starts = np.flatnonzero(~same)
        lengths = np.diff(np.append(starts, len(close)))
        return lengths, same & np.repeat(lengths >= self.run, lengths)
