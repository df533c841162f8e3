"""The base of every OHLCV rule: it does the bookkeeping, a rule marks rows and says a sentence."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from .bars import Bars
from .finding import Example, Finding, Severity, moment

EXAMPLES = 3
_SINGULAR = {"have": "has", "are": "is"}


class Rule(ABC):
    """One law of bars.

    A subclass names itself, says how bad a breach is, which columns it needs (it is skipped without them)
    and whether the rows it marks must be rejected; then it marks rows (:meth:`bad`) and words the finding
    (:meth:`sentence`). Rules never change what they see and hold no state between tables.
    """

    name: ClassVar[str]
    severity: ClassVar[Severity] = Severity.ERROR
    needs: ClassVar[tuple[str, ...]] = ()
    needs_times: ClassVar[bool] = False
    rejects: ClassVar[bool] = False

    def check(self, bars: Bars) -> Finding | None:
        """Return the finding, or ``None`` when the law holds or cannot be judged."""
        if any(name not in bars.columns for name in self.needs) or (self.needs_times and bars.times is None):
            return None
        with np.errstate(
            all="ignore"
        ):  # infinities and extremes are data here; comparisons with NaN are False
            bad = self.bad(bars)
        if not bad.any():
            return None
        return self.finding(bars, bad, self.sentence(bars, bad))

    @abstractmethod
    def bad(self, bars: Bars) -> np.ndarray:
        """Return a mask (n_bars,) of the bars that break the law, in the order of ``bars``."""

    @abstractmethod
    def sentence(self, bars: Bars, bad: np.ndarray) -> str:
        """Say what was found, for a person."""

    def finding(
        self, bars: Bars, bad: np.ndarray, sentence: str, severity: Severity | None = None
    ) -> Finding:
        """Make the finding for the marked bars, with the first of them as examples."""
        positions = np.flatnonzero(bad)
        shown = positions[:EXAMPLES] if self.needs or len(positions) < len(bars) else positions[:0]
        return Finding(
            rule=self.name,
            severity=severity or self.severity,
            count=len(positions),
            sentence=sentence,
            examples=tuple(self.example(bars, int(position)) for position in shown),
            rows=np.sort(bars.rows[positions]),
            rejects=self.rejects,
        )

    def example(self, bars: Bars, position: int) -> Example:
        """Show one bar: its time and the values of the columns that the rule needs."""
        time = None
        if bars.times is not None and bars.times[position] == bars.times[position]:
            time = bars.times[position].to_pydatetime(warn=False)
        values = {name: float(bars[name][position]) for name in self.needs}
        return Example(int(bars.rows[position]), time, values)


def day(bars: Bars, position: int) -> str:
    """Return the time of one bar as text: the date, and the time of day where bars are shorter than a day."""
    if bars.times is None or bars.times[position] != bars.times[position]:
        return f"row {int(bars.rows[position])}"
    return moment(bars.times[position].to_pydatetime(warn=False))


def bars_of(bad: np.ndarray, verb: str = "") -> str:
    """Return ``1 bar has`` or ``2,004 bars have`` for the marked bars; ``verb`` is the plural form.

    >>> bars_of(np.array([True, False]), "repeat"), bars_of(np.array([True, True]), "have")
    ('1 bar repeats', '2 bars have')
    """
    count = int(bad.sum())
    if count == 1:
        verb = _SINGULAR.get(verb, f"{verb}s" if verb else "")
    return f"{count:,} bar{'' if count == 1 else 's'} {verb}".strip()
