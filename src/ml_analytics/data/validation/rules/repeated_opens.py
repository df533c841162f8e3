"""Opens that copy the close before them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..bars import Bars
from ..report import Finding, Severity
from ..rule import Rule, bars_of, day


@dataclass(frozen=True)
class RepeatedOpens(Rule):
    """An open equal to the close before it is rare where a market closes overnight.

    Many such opens mean that the feed had none and filled in the old close: nobody could have traded there,
    and the overnight gap is hidden in the bar. A warning from ``share`` of the bars on; less, or a market
    without weekends (where one bar begins where the last ended), is information.
    """

    name = "open_equals_previous_close"
    severity = Severity.WARNING
    needs = ("open", "close")
    share: float = 0.02
    window: int = 60

    def check(self, bars: Bars) -> Finding | None:
        """Report them, graded by how many there are."""
        found = super().check(bars)
        if found is None or (found.count >= self.share * len(bars) and not bars.continuous):
            return found
        return self.finding(bars, self.bad(bars), found.sentence, Severity.INFO)

    def bad(self, bars: Bars) -> np.ndarray:
        """Mark bars that open exactly at the close of the bar before."""
        mask = np.zeros(len(bars), dtype=bool)
        mask[1:] = bars["open"][1:] == bars["close"][:-1]
        return mask

    def sentence(self, bars: Bars, bad: np.ndarray) -> str:
        """Say how many and until when they are the rule."""
        count = int(bad.sum())
        text = f"{bars_of(bad)} ({count / len(bars):.1%}) with the open exactly at the close before"
        if bars.continuous:
            return f"{text}, as a market without pauses does."
        if count < self.share * len(bars):
            return f"{text}, which happens by chance."
        last = self._last_of_the_rule(bad)
        until = f", mostly until {day(bars, last)}" if last is not None else ""
        return f"{text}{until}: those opens are filled in, not traded; do not trade at them in a backtest."

    def _last_of_the_rule(self, bad: np.ndarray) -> int | None:
        """Return the last such bar in a window of which at least half are such bars."""
        if len(bad) < self.window:
            return None
        sums = np.convolve(bad, np.ones(self.window), mode="valid")
        dense = np.flatnonzero(sums >= self.window / 2)
        if not dense.size:
            return None
        end = int(dense[-1]) + self.window
        return int(np.flatnonzero(bad[:end])[-1])
