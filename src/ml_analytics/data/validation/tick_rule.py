"""The base of every rule of ticks: it does the bookkeeping, a rule marks rows and says a sentence."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from .finding import Example, Finding, Severity
from .rule import EXAMPLES
from .ticks import Ticks

_TIMES = ("exchange_time", "local_time")


class TickRule(ABC):
    """One law of trades, quotes or depth.

    A subclass names itself, the kinds of table it is for, how bad a breach is, the parts it needs (it is
    silent without them), the parts its examples show besides, and whether its rows must be rejected; then it
    marks rows (:meth:`bad`) and words the finding (:meth:`sentence`).
    """

    name: ClassVar[str]
    kinds: ClassVar[tuple[str, ...]] = ("trades", "quotes", "depth")
    severity: ClassVar[Severity] = Severity.ERROR
    needs: ClassVar[tuple[str, ...]] = ()
    shows: ClassVar[tuple[str, ...]] = ()
    rejects: ClassVar[bool] = False

    def check(self, ticks: Ticks) -> Finding | None:
        """Return the finding, or ``None`` when the law holds or cannot be judged."""
        if ticks.kind not in self.kinds or any(part not in ticks.parts for part in self.needs):
            return None
        with np.errstate(all="ignore"):  # comparisons with NaN are False
            bad = self.bad(ticks)
        if not bad.any():
            return None
        rows = np.flatnonzero(bad)
        return Finding(
            rule=self.name,
            severity=self.severity,
            count=len(rows),
            sentence=self.sentence(ticks, rows),
            examples=tuple(self.example(ticks, int(row)) for row in rows[:EXAMPLES]),
            rows=rows,
            rejects=self.rejects,
            details=self.details(ticks, rows),
        )

    @abstractmethod
    def bad(self, ticks: Ticks) -> np.ndarray:
        """Return a mask (n_rows,) of the rows that break the law."""

    @abstractmethod
    def sentence(self, ticks: Ticks, rows: np.ndarray) -> str:
        """Say what was found, for a person."""

    def details(self, ticks: Ticks, rows: np.ndarray) -> Mapping[str, Any]:
        """Return figures for programs; none by default."""
        return {}

    def example(self, ticks: Ticks, row: int) -> Example:
        """Show one row: its time, its market and the values in question."""
        market = ["market"] if len(ticks.market_names) > 1 else []
        needed = [part for part in self.needs if part not in _TIMES]
        parts = dict.fromkeys([*market, *needed, *self.shows])
        cells = {
            ticks.parts[part]: ticks.frame[ticks.parts[part]].iloc[row]
            for part in parts
            if part in ticks.parts
        }
        return Example(row, ticks.time_of(row), {name: _plain(cell) for name, cell in cells.items()})


def rows_of(rows: np.ndarray, verb: str, plural: str) -> str:
    """Return ``1 row has`` or ``2,004 rows have``.

    >>> rows_of(np.array([4]), "has", "have"), rows_of(np.array([4, 5]), "has", "have")
    ('1 row has', '2 rows have')
    """
    return f"1 row {verb}" if len(rows) == 1 else f"{len(rows):,} rows {plural}"


def _plain(cell: Any) -> Any:
    value = cell.item() if isinstance(cell, np.generic) else cell
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)
