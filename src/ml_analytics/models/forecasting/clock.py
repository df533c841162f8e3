"""When the rows of a series are: which step each stands on, how long a season is, what time comes next."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

import numpy as np
import pandas as pd

from ...core.errors import DataProcessingError, UnsafeArtifactError
from ...core.frames import to_pandas
from ...core.row_times import TIME_NAMES, row_times

Unit = Literal["rows", "step", "business", "month"]

_SECOND = 1_000_000_000
_DAY = 86_400 * _SECOND
_SEASONS = ((3600, 24), (1800, 48), (900, 96), (600, 144), (300, 288), (60, 60), (1, 60))
_SLACK = 0.3  # of a step: how far a row may stand from its place
_LEAST_FILLED = 0.5
_FARTHEST = 2**48


@dataclass(frozen=True, slots=True)
class Clock:
    """The grid that a series stands on.

    ``unit`` is ``"step"`` (``length`` nanoseconds apart), ``"business"`` (Monday to Friday), ``"month"``
    (``length`` months apart), or ``"rows"``: without times, or with times on no such grid, each row is a step.
    ``origin`` is the first time in nanoseconds since 1970 (UTC).
    """

    unit: Unit = "rows"
    length: int = 1
    origin: int = 0

    @classmethod
    def of(cls, times: pd.DatetimeIndex | None) -> Self:
        """Find the grid on which at least half of the steps have a row.

        >>> Clock.of(pd.date_range("2024-01-01", periods=10, freq="h")).season
        24
        >>> Clock.of(pd.bdate_range("2024-01-01", periods=10)).unit
        'business'
        """
        if times is None or len(times) < 3:
            return cls()
        utc = _utc(times)
        step = int(np.median(np.diff(utc.asi8)))
        origin = int(utc.asi8[0])
        months = round(step / (30.44 * _DAY))
        candidates = []
        if step == _DAY and len(utc) >= 6 and (utc.day_of_week < 5).all():
            candidates.append(cls("business", 1, origin))
        if months >= 1 and abs(step / (30.44 * _DAY) - months) < 0.1 * months:
            candidates.append(cls("month", months, origin))
        candidates.append(cls("step", max(step, 1), origin))
        return next((one for one in candidates if one._holds(utc)), cls())

    def _holds(self, utc: pd.DatetimeIndex) -> bool:
        places = self._places(utc)
        steps = np.diff(np.round(places))
        near = bool((np.abs(places - np.round(places)) <= _SLACK).all())
        return near and bool((steps > 0).all()) and len(utc) - 1 >= _LEAST_FILLED * steps.sum()

    def positions(self, times: pd.DatetimeIndex | None, rows: int) -> np.ndarray:
        """Return (rows,) increasing whole numbers: the step that each row stands on, 0 at the origin.

        Raises:
            DataProcessingError: two rows on one step: several series in one table, or finer than in training.
        """
        if times is None or self.unit == "rows":
            return np.arange(rows)
        found = np.round(self._places(_utc(times))).astype(np.int64)
        if (np.diff(found) <= 0).any():
            row = int(np.argmax(np.diff(found) <= 0)) + 1
            raise DataProcessingError(
                f"The rows of a series must stand on different steps of its clock. Got row {row} ({times[row]}) "
                "on the step of the row above it: give one series at a time, in the rhythm of training."
            )
        if len(found) and int(found[-1]) - int(found[0]) > _FARTHEST:
            raise DataProcessingError(f"The rows of a series must lie within {_FARTHEST} steps. Got more.")
        return found

    def _places(self, utc: pd.DatetimeIndex) -> np.ndarray:
        origin = pd.Timestamp(self.origin)
        if self.unit == "business":
            days = utc.floor("D").to_numpy().astype("datetime64[D]")
            start = origin.to_datetime64().astype("datetime64[D]")
            return np.busday_count(start, days).astype(float)
        if self.unit == "month":
            whole = (utc.year - origin.year) * 12 + (utc.month - origin.month)
            return np.asarray(np.asarray(whole, dtype=float) / self.length)
        return np.asarray((utc.asi8 - self.origin) / self.length)

    @property
    def season(self) -> int:
        """How many steps make a season; 1 where nothing is known: a year of months, a week of days, a day of hours."""
        if self.unit == "business":
            return 5
        if self.unit == "month":
            return max(1, 12 // self.length) if 12 % self.length == 0 else 1
        if self.unit == "step":
            if self.length == _DAY:
                return 7
            if self.length == 7 * _DAY:
                return 52
            return dict(_SEASONS).get(self.length // _SECOND, 1) if self.length % _SECOND == 0 else 1
        return 1

    def after(self, last: pd.Timestamp | None, horizon: int) -> pd.Index:
        """Return the times of the next ``horizon`` steps, or their numbers from 1 where there are no times."""
        if last is None or self.unit == "rows":
            return pd.RangeIndex(1, horizon + 1, name="step")
        if self.unit == "business":
            offsets: Any = [pd.offsets.BDay(step) for step in range(1, horizon + 1)]
        elif self.unit == "month":
            months = [step * self.length for step in range(1, horizon + 1)]
            if last.is_month_end:
                offsets = [pd.offsets.MonthEnd(one) for one in months]
            else:
                offsets = [pd.DateOffset(months=one) for one in months]
        else:
            offsets = [pd.Timedelta(step * self.length, unit="ns") for step in range(1, horizon + 1)]
        return pd.DatetimeIndex([last + one for one in offsets], name="time")

    def calendar(self, times: pd.DatetimeIndex | None, rows: int) -> np.ndarray:
        """Return (rows, 4): hour, weekday, day and month of the step after each row; NaN without times."""
        if times is None:
            return np.full((rows, 4), np.nan)
        ahead = times
        if self.unit == "step":
            ahead = times + pd.Timedelta(self.length, unit="ns")
        elif self.unit == "business":
            days = times.floor("D").tz_localize(None) if times.tz is not None else times.floor("D")
            ahead = pd.DatetimeIndex(
                np.busday_offset(days.to_numpy().astype("datetime64[D]"), 1, roll="backward")
            )
        elif self.unit == "month":
            ahead = times + pd.DateOffset(months=self.length)
        return np.column_stack([ahead.hour, ahead.day_of_week, ahead.day, ahead.month]).astype(float)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read what :meth:`to_json` wrote.

        Raises:
            UnsafeArtifactError: something else.
        """
        sound = (
            isinstance(value, dict)
            and set(value) == {"unit", "length", "origin"}
            and value["unit"] in ("rows", "step", "business", "month")
            and type(value["length"]) is int
            and type(value["origin"]) is int
            and 1 <= value["length"] < 2**62
            and abs(value["origin"]) < 2**62
        )
        if not sound:
            raise UnsafeArtifactError("A stored forecaster must have a clock. Got something else.")
        return cls(**value)


def times_read(X: Any, owner: str) -> Any:
    """Return a table whose column of times holds times where it held ISO 8601 text, as a CSV file has it.

    Anything else comes back as it is.

    Raises:
        LeakageError: a column that is called like one of times holds something else.

    >>> times_read(pd.DataFrame({"Date": ["2024-01-02"], "y": [1.0]}), "example")["Date"].dt.day.tolist()
    [2]
    """
    if isinstance(X, (np.ndarray, tuple)) or (
        isinstance(X, list) and not isinstance(next(iter(X), None), dict)
    ):
        return X
    frame = to_pandas(X, "X", owner)
    texts = [name for name in frame.columns if str(name).lower() in TIME_NAMES and _unread(frame[name])]
    if not texts:
        return X
    bare = frame.reset_index(drop=True)
    return frame.assign(**{name: row_times(bare[[name]], owner) for name in texts})


def _unread(column: pd.Series) -> bool:
    return column.dtype.kind != "M" and not pd.api.types.is_numeric_dtype(column)


def _utc(times: pd.DatetimeIndex) -> pd.DatetimeIndex:
    bare = times if times.tz is None else times.tz_convert("UTC").tz_localize(None)
    return bare.as_unit("ns")
