"""Time comes from a clock that can be replaced; inside, every time is timezone-aware UTC."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from .errors import ParameterError


class Clock(Protocol):
    """Anything that can say what time it is."""

    def now(self) -> datetime:
        """Return the current time, timezone-aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that moves only when told, for tests and replays.

    >>> clock = ManualClock(datetime(2024, 1, 1, tzinfo=UTC))
    >>> clock.advance(timedelta(hours=2))
    >>> clock.now().hour
    2
    """

    def __init__(self, start: datetime) -> None:
        self._now = as_utc(start)

    def now(self) -> datetime:
        """Return the time last set."""
        return self._now

    def advance(self, step: timedelta) -> None:
        """Move the clock by ``step`` (backwards too: real clocks do that)."""
        self._now += step


def as_utc(value: datetime) -> datetime:
    """Return ``value`` in UTC; a naive time is taken as UTC, with a warning.

    Raises:
        ParameterError: no time (``NaT``), or one outside the years 1 to 9999 in UTC.
    """
    if value != value:  # noqa: PLR0124 - what NaT alone does
        raise ParameterError.of("time", "as_utc", "a time", value)
    if value.tzinfo is None:
        warnings.warn("A time without a zone was given; it is taken as UTC.", UserWarning, stacklevel=2)
        return value.replace(tzinfo=UTC)
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ParameterError.of("time", "as_utc", "in the years 1 to 9999 in UTC", str(value)) from error


def parse_time(value: datetime | str, parameter: str = "time", owner: str = "parse_time") -> datetime:
    """Read an ISO 8601 time or a datetime as aware UTC.

    A date or time written without a zone (``2018-01-31``) is UTC by definition of the text format.
    """
    if isinstance(value, str):
        try:
            parsed = datetime.fromisoformat(value)
        except ValueError as error:
            raise ParameterError.of(parameter, owner, "an ISO 8601 time", value) from error
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else as_utc(parsed)
    if isinstance(value, datetime):
        return as_utc(value)
    raise ParameterError.of(parameter, owner, "a datetime or an ISO 8601 text", value)


@dataclass(frozen=True, slots=True)
class TimeRange:
    """The half-open range [start, end); an open side is ``None``.

    >>> TimeRange.of({"start": "2018-01-01", "end": "2019-01-01"}).contains(
    ...     datetime(2018, 12, 31, 23, 59, tzinfo=UTC))
    True
    """

    start: datetime | None = None
    end: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("start", "end"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, parse_time(value, name, "TimeRange"))
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ParameterError.of("end", "TimeRange", f"at or after the start {self.start}", self.end)

    @classmethod
    def of(cls, value: TimeRange | Mapping[str, datetime | str | None] | None) -> TimeRange:
        """Accept a range, a mapping with ``start`` and ``end``, or ``None`` for all time."""
        if value is None:
            return cls()
        if isinstance(value, TimeRange):
            return value
        if not isinstance(value, Mapping) or set(value) - {"start", "end"}:
            raise ParameterError.of("time_range", "TimeRange", "a mapping with 'start' and 'end'", value)
        sides = ((name, value.get(name)) for name in ("start", "end"))
        return cls(*(None if side is None else parse_time(side, name, "TimeRange") for name, side in sides))

    def contains(self, moment: datetime) -> bool:
        """Say whether ``moment`` lies in [start, end)."""
        moment = as_utc(moment)
        return (self.start is None or self.start <= moment) and (self.end is None or moment < self.end)
