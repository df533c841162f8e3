"""Events that arrive before they happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..finding import Example
from ..strips import UNKNOWN
from ..tick_rule import TickRule, rows_of
from ..ticks import Ticks

_LOW = 0.01
_MS = 1e6


class NegativeLatency(TickRule):
    """The exchange's time must not lie after the time of arrival: else the two clocks disagree.

    A backtest on such data acts on what it could not know yet. The collector's clock is behind by at least the
    most negative latency; that is estimated as the 1st percentile of all latencies (not of the negative ones),
    so that up to 1 % of wrong stamps cannot move it, and then shifting the arrivals by it leaves at most those
    negative. Rows are not rejected: shifting mends them.
    """

    name = "negative_latency"
    needs = ("exchange_time", "local_time")

    def bad(self, ticks: Ticks) -> np.ndarray:
        """Mark rows stamped by the exchange after they arrived."""
        latency, known = _latency(ticks)
        mask: np.ndarray = known & (latency < 0)
        return mask

    def sentence(self, ticks: Ticks, rows: np.ndarray) -> str:
        """Say how far the clocks are apart."""
        found = self.details(ticks, rows)
        share = len(rows) / found["judged_rows"]
        if found["clock_offset_s"] <= 0:
            worst = -found["least_latency_s"]
            return (
                f"{rows_of(rows, 'arrives', 'arrive')} before the exchange's time, by up to {worst:.3g} s, "
                "while the others do not: their stamps are wrong."
            )
        return (
            f"{rows_of(rows, 'arrives', 'arrive')} before the exchange's time ({share:.0%} of those with both times): "
            f"the clock of the collector is about {found['clock_offset_s']:.3f} s behind "
            f"(median latency {found['median_latency_s']:.3f} s); add at least that to the times of arrival."
        )

    def example(self, ticks: Ticks, row: int) -> Example:
        """Show the latency of one row."""
        one = super().example(ticks, row)
        return Example(
            one.row, one.time, {**one.values, "latency_s": round(_latency(ticks)[0][row] / _MS / 1e3, 6)}
        )

    def details(self, ticks: Ticks, rows: np.ndarray) -> Mapping[str, Any]:
        """Return the estimate of the offset, over all and by market."""
        latency, known = _latency(ticks)
        by_market = []
        for name, places in ticks.each_market() if len(ticks.market_names) > 1 else []:
            some = latency[places[known[places]]] / _MS / 1e3
            if some.size:
                by_market.append({"market": name, **_figures(some)})
        return {**_figures(latency[known] / _MS / 1e3), **({"by_market": by_market} if by_market else {})}


def _latency(ticks: Ticks) -> tuple[np.ndarray, np.ndarray]:
    """Return arrival minus exchange time in nanoseconds, and where both are known."""
    if ticks.local is None or ticks.exchange is None:
        return np.zeros(len(ticks), dtype=np.int64), np.zeros(len(ticks), dtype=bool)
    known = (ticks.local != UNKNOWN) & (ticks.exchange != UNKNOWN)
    return np.where(known, ticks.local, 0) - np.where(known, ticks.exchange, 0), known


def _figures(seconds: np.ndarray) -> dict[str, Any]:
    low, middle = np.quantile(seconds, [_LOW, 0.5])
    return {
        "clock_offset_s": round(max(0.0, -float(low)), 6),
        "median_latency_s": round(float(middle), 6),
        "least_latency_s": round(float(seconds.min()), 6),
        "judged_rows": int(seconds.size),
    }
