"""Opens that copy the close before them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..bars import Bars
from ..finding import Finding, Severity
from ..rule import Rule, bars_of, day

_SHOWN = 3


@dataclass(frozen=True)
class RepeatedOpens(Rule):
    """An open equal to the close before it is rare where a market closes overnight.

    Many such opens mean that the feed had none and filled in the old close: nobody could have traded there,
    and the overnight gap is hidden in the bar. Found from ``share`` of the bars on: less happens by chance,
    and in a market without weekends one bar begins where the last ended. The stretches in which at least half
    of ``window`` bars are such are named.
    """

    name = "open_equals_previous_close"
    severity = Severity.WARNING
    needs = ("open", "close")
    share: float = 0.02
    window: int = 60

    def check(self, bars: Bars) -> Finding | None:
        """Report them where they are too many for chance, with the stretches as details."""
        if bars.continuous:
            return None
        found = super().check(bars)
        if found is None or found.count < self.share * len(bars):
            return None
        stretches = [
            {"first": day(bars, first), "last": day(bars, last), "bars": count}
            for first, last, count in self._stretches(self.bad(bars))
        ]
        return replace(found, details={"stretches": stretches}) if stretches else found

    def bad(self, bars: Bars) -> np.ndarray:
        """Mark bars that open exactly at the close of the bar before."""
        mask = np.zeros(len(bars), dtype=bool)
        mask[1:] = bars["open"][1:] == bars["close"][:-1]
        return mask

    def sentence(self, bars: Bars, bad: np.ndarray) -> str:
        """Say how many and where they are the rule."""
        stretches = self._stretches(bad)
        where = "; ".join(
            f"{count:,} from {day(bars, first)} to {day(bars, last)}"
            for first, last, count in stretches[:_SHOWN]
        )
        more = f"; {len(stretches) - _SHOWN:,} more stretches" if len(stretches) > _SHOWN else ""
        return (
            f"{bars_of(bad)} ({bad.mean():.1%}) with the open exactly at the close before"
            f"{f' ({where}{more})' if where else ''}: those opens are filled in, not traded; "
            "do not trade at them in a backtest."
        )

    def _stretches(self, bad: np.ndarray) -> list[tuple[int, int, int]]:
        """Return first bar, last bar and number of such bars of each dense stretch, the largest first."""
        if len(bad) < self.window:
            return []
        dense = np.convolve(bad, np.ones(self.window), mode="valid") >= self.window / 2
        edges = np.flatnonzero(np.diff(np.concatenate([[False], dense, [False]]).astype(np.int8)))
        merged: list[list[int]] = []
        for start, end in zip(edges[::2].tolist(), (edges[1::2] + self.window - 1).tolist(), strict=True):
            if merged and start <= merged[-1][1]:
                merged[-1][1] = end
            else:
                merged.append([start, end])
        found = [start + np.flatnonzero(bad[start:end]) for start, end in merged]
        return sorted(((int(one[0]), int(one[-1]), len(one)) for one in found), key=lambda one: -one[2])
