"""What callers may say: names, symbols, ids and ranges, checked before a store sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from ml_analytics.core.clock import TimeRange
from ml_analytics.core.errors import ParameterError

_OWNER = "MLDataManager"
_ID_LENGTH = 200


def time_range_of(value: TimeRange | Mapping[str, datetime | str | None] | None) -> TimeRange:
    """Return the half-open range that was asked for; ``None`` is all time."""
    if value is None or isinstance(value, TimeRange):
        return TimeRange.of(value)
    if isinstance(value, Mapping):
        return TimeRange.of(dict(value))
    raise ParameterError.of("time_range", _OWNER, "a mapping with 'start' and 'end'", value)


def name_of(value: object, parameter: str, owner: str) -> str:
    """Return ``value`` when it is text of 1 to 100 printable characters."""
    if is_name(value) and isinstance(value, str):
        return value
    raise ParameterError.of(parameter, owner, "text of 1 to 100 printable characters", value)


def is_name(value: object) -> bool:
    """Say whether ``value`` is text of 1 to 100 printable characters.

    >>> is_name("^GSPC"), is_name(""), is_name({"$ne": None})
    (True, False, False)
    """
    return isinstance(value, str) and 0 < len(value) <= 100 and value.isprintable()


def symbol_of(value: object, owner: str) -> str:
    """Return ``value`` when it can name what bars are of."""
    return name_of(value, "symbol", owner)


def ids_of(value: object, owner: str) -> list[str] | None:
    """Return the ids that were asked for, each once, in their order; ``None`` means all.

    Raises:
        ParameterError: not a list of texts of 1 to 200 characters.
    """
    if value is None:
        return None
    must_be = f"a list of ids (text of 1 to {_ID_LENGTH} characters)"
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        raise ParameterError.of("ids", owner, must_be, value)
    ids = list(value)
    for one in ids:
        if not isinstance(one, str) or not 0 < len(one) <= _ID_LENGTH or "\x00" in one:
            raise ParameterError.of("ids", owner, must_be, one)
    return list(dict.fromkeys(ids))
