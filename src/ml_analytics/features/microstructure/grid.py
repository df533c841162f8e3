"""The moments at which measures of ticks are taken: every so often, or at the stamps of bars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from ...core.errors import DataProcessingError, ParameterError
from ...core.frames import Table, to_pandas
from ...core.row_times import row_times
from ..indicator import Array
from .segments import Positions, run_sums
from .tables import one_of
from .times import EARLIEST, Duration, Times, nanoseconds

Every: TypeAlias = Duration | Table
"""A duration, or a table of bars whose stamps end the intervals."""

Closed = Literal["left", "right"]

MOST_INTERVALS = 20_000_000


@dataclass(frozen=True, slots=True)
class Grid:
    """Intervals one after the other; interval i runs from ``edges[i]`` to ``edges[i + 1]``, its stamp.

    Closed left it holds ticks from its beginning up to before its stamp, closed right those after its
    beginning up to its stamp: either way nothing later than the stamp.
    """

    edges: Times
    closed: Closed

    @property
    def stamps(self) -> Times:
        """When each interval is over."""
        return self.edges[1:]

    def cuts(self, times: Times) -> Positions:
        """Return positions such that ticks ``cuts[i]:cuts[i + 1]`` lie in interval i."""
        return np.searchsorted(times, self.edges, side=self.closed)

    def last(self, times: Times, values: Array) -> Array:
        """Return the last value known at each stamp, NaN before the first."""
        found = self.cuts(times)[1:] - 1
        return np.where(found >= 0, values[np.maximum(found, 0)], np.nan)

    def sums(self, times: Times, values: Array) -> Array:
        """Return the sum of the values in each interval, 0 without any."""
        return run_sums(values, self.cuts(times))

    def time_mean(self, times: Times, values: Array) -> Array:
        """Return the mean over time of a value that holds until the next, from when it is first known.

        NaN where it is not known in the whole interval.
        """
        cuts = self.cuts(times)
        begins, ends = cuts[:-1], cuts[1:]
        some = begins < ends
        held = np.zeros(len(values))
        held[:-1] = np.diff(times)
        held[ends[some] - 1] = self.stamps[some] - times[ends[some] - 1]
        inside = run_sums(values * held, cuts)
        # What stood at the beginning holds until the first change inside.
        first = np.where(some, times[np.minimum(begins, len(times) - 1)], self.stamps)
        before = np.where(begins > 0, first - self.edges[:-1], 0)
        carried = np.where(begins > 0, values[np.maximum(begins - 1, 0)], 0.0) * before
        known = before + run_sums(held, cuts)
        with np.errstate(invalid="ignore"):
            mean = (inside + carried) / known
        # An instant has no length: its value is the last one.
        return np.where((known > 0) | (ends == 0), mean, values[np.maximum(ends - 1, 0)])


def make_grid(every: Any, closed: Closed | None, owner: str, *times: Times) -> Grid:
    """Return the grid over ticks.

    Args:
        every: a duration: ends are whole multiples of it since 1970 (UTC), from the interval of the first
            tick to the last that is over when the last tick comes. Or a table of bars: their stamps are the
            ends, and the first interval begins with the data.
        closed: ``left`` or ``right``; ``None`` is left for a duration, as bars of time are, and right for
            bars, whose last trade has the time of their stamp.
        owner: who asks, for the sentence.
        times: the times of each table of ticks; at least one, none empty.

    Raises:
        ParameterError: ``every`` or ``closed`` is not usable, or there would be more than 20 million
            intervals.
        DataProcessingError: the bars have no times, or times that do not rise.
    """
    if closed is not None:
        one_of(closed, ("left", "right"), "closed", owner)
    first, last = min(int(one[0]) for one in times), max(int(one[-1]) for one in times)
    if not isinstance(every, (str, timedelta, np.timedelta64)):
        if isinstance(every, (bool, int, float, list, tuple)) or every is None:
            raise ParameterError.of("every", owner, "a duration such as '1s', or a table of bars", every)
        stamps = bar_stamps(every, "every", owner)
        return Grid(np.append(min(first, int(stamps[0])) - 1, stamps), closed or "right")
    length = nanoseconds(every, "every", owner)
    after = 1 if closed == "right" else 0  # closed right, a tick on the edge still belongs before it
    begin, end = (first - after) // length, (last - after) // length
    if begin * length < EARLIEST:
        raise ParameterError.of("every", owner, "short enough to begin after the year 1677", str(every))
    if end - begin > MOST_INTERVALS:
        raise ParameterError.of(
            "every", owner, f"long enough for at most {MOST_INTERVALS:,} intervals", str(every)
        )
    return Grid(np.arange(begin, end + 1) * length, closed or "left")


def bar_stamps(bars: Table, parameter: str, owner: str) -> Times:
    """Return the rising times of a table of bars.

    Raises:
        ParameterError: it is no table.
        DataProcessingError: it has no rows, no times, unknown times, or times that do not rise.
    """
    times = row_times(to_pandas(bars, parameter, owner), owner)
    if times is None or not len(times) or times.hasnans:
        raise DataProcessingError(
            f"The '{parameter}' parameter of {owner} must have rows, each with its time."
        )
    stamps: Times = pd.DatetimeIndex(times).as_unit("ns").asi8
    if (np.diff(stamps) <= 0).any():
        row = int(np.argmax(np.diff(stamps) <= 0)) + 1
        raise DataProcessingError(
            f"The times of '{parameter}' of {owner} must rise. Row {row} ({times[row]}) does not."
        )
    return stamps
