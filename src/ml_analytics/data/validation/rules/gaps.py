"""Bars that are missing, judged by the series' own calendar."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..bars import DAY, Bars
from ..finding import Finding, Severity
from ..rule import Rule, day


@dataclass(frozen=True)
class Gaps(Rule):
    """No bar should be missing.

    The calendar is read off the series: its commonest step, and whether it has weekends. Daily series with
    weekends may miss up to ``holidays`` weekdays in a row. Shorter bars of such a market may pause overnight
    and wherever a pause recurs on at least a tenth of the days. Longer steps (weeks, months) may vary by half.
    A market without weekends may miss nothing.

    A rare gap of at most ``closure`` weekdays between daily bars is information: an exchange that closes for
    a week (as in September 2001) and a lost week look the same.
    """

    name = "gaps"
    severity = Severity.WARNING
    needs_times = True
    holidays: int = 3
    closure: int = 5

    def check(self, bars: Bars) -> Finding | None:
        """Report the gaps, graded by whether a closed exchange explains them."""
        found = super().check(bars)
        if found is None or bars.step != DAY or bars.continuous:
            return found
        missed = int(self._weekdays_missed(bars.stamps).max())
        if missed > self.closure or found.count > max(1, len(bars) // 2_500):
            return found
        said = found.sentence.removesuffix(".")
        return replace(found, severity=Severity.INFO, sentence=f"{said} (or the exchange was closed).")

    def bad(self, bars: Bars) -> np.ndarray:
        """Mark the bar after each gap."""
        mask = np.zeros(len(bars), dtype=bool)
        stamps, step = bars.stamps, bars.step
        if len(stamps) < 3 or not step:
            return mask
        steps = np.diff(stamps)
        if step > DAY:
            late = steps > 1.5 * step
        elif bars.continuous:
            late = steps > step
        else:
            late = self._weekdays_missed(stamps) > self.holidays
            late |= self._odd_pauses(stamps, steps, step)
        mask[1 : len(stamps)] = late
        return mask

    def sentence(self, bars: Bars, bad: np.ndarray) -> str:
        """Say how many, and which is the longest."""
        after = np.flatnonzero(bad)
        lengths = bars.stamps[after] - bars.stamps[after - 1]
        longest = int(after[np.argmax(lengths)])
        hours = lengths.max() / (DAY / 24)
        length = f"{hours / 24:.3g} days" if hours >= 48 else f"{hours:.3g} hours"
        what = "1 gap" if len(after) == 1 else f"{len(after):,} gaps, the longest"
        return f"{what} of {length} after {day(bars, longest - 1)}; fill forward at most, never interpolate."

    @staticmethod
    def _weekdays_missed(stamps: np.ndarray) -> np.ndarray:
        days = stamps.view("datetime64[us]").astype("datetime64[D]")
        return np.asarray(np.busday_count(days[:-1] + 1, days[1:]))

    @staticmethod
    def _odd_pauses(stamps: np.ndarray, steps: np.ndarray, step: int) -> np.ndarray:
        """Mark steps within one day that are longer than usual and do not recur."""
        days = stamps // DAY
        within = (days[:-1] == days[1:]) & (steps > step)
        _, inverse, counts = np.unique(steps, return_inverse=True, return_counts=True)
        recurring = counts[inverse] >= max(2, 0.1 * len(np.unique(days)))
        mask: np.ndarray = within & ~recurring
        return mask
