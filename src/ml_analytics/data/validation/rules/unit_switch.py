"""Volume that changes its unit along the way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..bars import Bars
from ..finding import Example, Finding, Severity
from ..rule import Rule, bars_of, day

_SHOWN = 5


@dataclass(frozen=True)
class UnitSwitch(Rule):
    """Volume must keep its unit.

    With a second volume column (its name holds ``volume`` or ``turnover``) that holds the traded value, each
    bar is judged by itself: value is volume times price, so a bar on which ``volume`` is ``other`` times
    the close has the two swapped. That is an error, and swapped bars are rejected. It cannot be told for a
    bar without volume or with a price near 1.

    With one volume column a lasting change of its level by ``factor`` or more (medians of ``window`` bars
    on either side) is a warning: two stretches are in different units, and which is right cannot be told.
    """

    name = "unit_switch"
    severity = Severity.WARNING
    needs = ("close", "volume")
    needs_times = False
    factor: float = 50.0
    window: int = 25

    def check(self, bars: Bars) -> Finding | None:
        """Judge by the second volume column where there is one, else by the level."""
        if any(name not in bars.columns for name in self.needs):
            return None
        pair = _value_column(bars)
        return self._swaps(bars, *pair) if pair is not None else super().check(bars)

    def _swaps(self, bars: Bars, other: str, swapped: np.ndarray, judged: np.ndarray) -> Finding | None:
        if not swapped.any():
            return None
        points = _switch_points(swapped, judged)
        regimes = _regimes(bars, swapped, judged, points)
        shown = (points or [int(np.flatnonzero(swapped)[0])])[:_SHOWN]
        return Finding(
            rule=self.name,
            severity=Severity.ERROR,
            count=int(swapped.sum()),
            sentence=f"volume and '{other}' are swapped on {bars_of(swapped)}{_at(bars, points)}.",
            examples=tuple(self._example(bars, other, position) for position in shown),
            rows=np.sort(bars.rows[swapped]),
            rejects=True,
            details={"regimes": regimes},
        )

    def _example(self, bars: Bars, other: str, position: int) -> Example:
        one = self.example(bars, position)
        return Example(one.row, one.time, {**one.values, other: float(bars[other][position])})

    def bad(self, bars: Bars) -> np.ndarray:
        """Mark the first bar of each new level of the only volume column."""
        level = np.log(np.where(bars["volume"] > 0, bars["volume"], np.nan))
        mask = np.zeros(len(level), dtype=bool)
        mask[_level_shifts(level, np.log(self.factor), self.window)] = True
        return mask

    def sentence(self, bars: Bars, bad: np.ndarray) -> str:
        """Name the bars at which the level changes."""
        return f"The level of volume changes by {self.factor:g} times or more{_at(bars, np.flatnonzero(bad).tolist())}."


def _value_column(bars: Bars) -> tuple[str, np.ndarray, np.ndarray] | None:
    """Return the column of traded value with its swapped and its judged bars, or ``None`` without one."""
    for other in bars.columns:
        if other == "volume" or not ("volume" in other or "turnover" in other):
            continue
        swapped, judged = swapped_volumes(bars["volume"], bars[other], bars["close"])
        if 2 * judged.sum() > np.count_nonzero(bars["volume"]):
            return other, swapped, judged
    return None


def swapped_volumes(
    volume: np.ndarray, other: np.ndarray, close: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return masks of the bars on which the volumes are swapped, and of those on which that can be told.

    ``other`` is the traded value, so it should be volume times price. It can be told where that holds for
    one order of the two within half as much again, and the price is further from 1 than a factor of 2.

    >>> volume, value = np.array([10.0, 5000.0]), np.array([5000.0, 10.0])
    >>> swapped_volumes(volume, value, np.array([500.0, 500.0]))[0].tolist()
    [False, True]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio, price = np.log(other) - np.log(volume), np.log(close)
        right, wrong = np.abs(ratio - price), np.abs(ratio + price)
        judged = (np.fmin(right, wrong) < np.log(1.5)) & (np.abs(price) > np.log(2.0))
        swapped = judged & (wrong < right)
    return swapped, judged


def _switch_points(swapped: np.ndarray, judged: np.ndarray) -> list[int]:
    """Return the bars at which swapped turns to right or back; bars that cannot be judged do not count."""
    known = np.flatnonzero(judged)
    turns = np.flatnonzero(np.diff(swapped[known].astype(np.int8)) != 0) + 1
    return [int(position) for position in known[turns]]


def _regimes(
    bars: Bars, swapped: np.ndarray, judged: np.ndarray, points: list[int]
) -> list[dict[str, int | str | bool]]:
    """Return each stretch of one order of the volumes: where it starts, how it is, how many bars it has."""
    starts = [0, *points]
    ends = [*points, len(bars)]
    made: list[dict[str, int | str | bool]] = []
    for start, end in zip(starts, ends, strict=True):
        known = np.flatnonzero(judged[start:end])
        state = bool(swapped[start + known[0]]) if known.size else False
        made.append(
            {"row": int(bars.rows[start]), "time": day(bars, start), "swapped": state, "bars": end - start}
        )
    return made


def _level_shifts(level: np.ndarray, least: float, window: int) -> np.ndarray:
    series = pd.Series(level)
    trailing = series.rolling(window, min_periods=5).median()
    before = trailing.shift(1).to_numpy()
    # What follows a bar is what lies behind the bar window - 1 later; only the end needs windows of its own.
    after = trailing.shift(1 - window).to_numpy(copy=True)
    tail = series.iloc[-(2 * window) :]
    own = tail[::-1].rolling(window, min_periods=5).median()[::-1].to_numpy()
    last = min(window - 1, len(series))
    after[len(series) - last :] = own[len(own) - last :]
    jump = np.abs(after - before)
    candidates = np.flatnonzero(jump > least)
    if not candidates.size:
        return candidates
    groups = np.split(candidates, np.flatnonzero(np.diff(candidates) > window) + 1)
    steps = np.nan_to_num(np.abs(series.ffill().diff().to_numpy()))
    return np.array([group[np.argmax(steps[group])] for group in groups], dtype=np.int64)


def _at(bars: Bars, points: list[int]) -> str:
    if not points:
        return " throughout"
    shown = ", ".join(day(bars, point) for point in points[:_SHOWN])
    more = f" and {len(points) - _SHOWN:,} more" if len(points) > _SHOWN else ""
    return f"; it switches at {shown}{more}"
