"""Which bars lie in the same day, week, month, quarter or year, on the clock of the index."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...core.errors import ParameterError

Unit: TypeAlias = Literal["day", "week", "month", "quarter", "year"]
"""A calendar period; weeks begin on Monday."""

PERIODS: dict[str, str] = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q-DEC", "year": "Y-DEC"}
_NANOSECONDS_A_DAY = 86_400_000_000_000
# A window still counts as covered when the history begins a long weekend after it.
_LATE = 4 * _NANOSECONDS_A_DAY


def unit_of(by: Any, owner: str) -> Unit:
    """Return ``by`` when it names a calendar period."""
    if by not in PERIODS:
        raise ParameterError.of("by", owner, f"one of {', '.join(map(repr, PERIODS))}", by)
    unit: Unit = by
    return unit


class Groups:
    """The calendar of an index, made once and shared by every series on it.

    Args:
        times: in time order; zones are kept as the clock on the wall.
    """

    def __init__(self, times: pd.DatetimeIndex) -> None:
        self.times = times.tz_localize(None).as_unit("ns")
        self.stamps: NDArray[np.int64] = self.times.asi8
        self._keys: dict[str, NDArray[np.int64]] = {}
        self._first: dict[str, NDArray[np.intp]] = {}
        self._since: dict[int, int] = {}

    @cached_property
    def days(self) -> NDArray[np.int64]:
        """Days since 1970 of each bar."""
        return self.stamps // _NANOSECONDS_A_DAY

    def keys(self, unit: Unit) -> NDArray[np.int64]:
        """Return a number for each bar that is the same within one period (n,)."""
        if unit not in self._keys:
            self._keys[unit] = self._made(unit)
        return self._keys[unit]

    def first(self, unit: Unit, known: NDArray[np.bool_] | None = None) -> NDArray[np.intp]:
        """Return where each period begins among the bars, or among the ``known`` ones."""
        if known is not None:
            return _begins(self.keys(unit)[known])
        if unit not in self._first:
            self._first[unit] = _begins(self.keys(unit))
        return self._first[unit]

    def since(self, months: int) -> int:
        """Return the time, in nanoseconds, that lies ``months`` calendar months before the last bar.

        The last trading day of a month goes back to the end of a month: 30 April to 31 January.
        """
        if months not in self._since:
            before = self.times[-1] - pd.DateOffset(months=months)
            if self._ends_a_month:
                before = (before + pd.offsets.MonthEnd(0)).normalize() + pd.Timedelta(days=1, nanoseconds=-1)
            self._since[months] = int(before.as_unit("ns").value)
        return self._since[months]

    @cached_property
    def _ends_a_month(self) -> bool:
        last = self.times[-1]
        left = pd.date_range(last.normalize() + pd.Timedelta(days=1), last + pd.offsets.MonthEnd(0))
        on_weekends = bool((self.times.day_of_week >= 5).any())
        return not (left.size if on_weekends else (left.day_of_week < 5).sum())

    def covers(self, start: int, first: int) -> bool:
        """Tell whether a history whose first bar is at ``first`` reaches back to ``start``."""
        return first <= start + max(_LATE, self._step)

    @cached_property
    def _step(self) -> int:
        return int(np.median(np.diff(self.stamps))) if self.stamps.size > 1 else 0

    def _made(self, unit: Unit) -> NDArray[np.int64]:
        if unit == "day":
            return self.days
        if unit == "week":
            return (self.days + 3) // 7  # 1970-01-01 was a Thursday
        if unit == "quarter":
            return self.keys("month") // 3
        return self.days.astype("datetime64[D]").astype(f"datetime64[{unit[0].upper()}]").astype(np.int64)


def _begins(keys: NDArray[np.int64]) -> NDArray[np.intp]:
    if not keys.size:
        return np.empty(0, dtype=np.intp)
    return np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
