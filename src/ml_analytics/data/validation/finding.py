"""One thing that a validation found: how bad, which rows, a sentence and examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np

from ml_analytics.core.canonical import plain


class Severity(StrEnum):
    """``error``: do not use these rows; ``warning``: look before you trust; ``info``: good to know."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Example:
    """One offending row: its number in the table as given, its time if it has one, the values in question."""

    row: int
    time: datetime | None
    values: Mapping[str, Any]

    def __str__(self) -> str:
        values = ", ".join(f"{name}={short(value)}" for name, value in self.values.items())
        return f"{self.where}: {values}" if values else self.where

    @property
    def where(self) -> str:
        """The time of the row, else its number."""
        return f"row {self.row}" if self.time is None else moment(self.time)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found.

    ``rows`` are all offending row numbers; ``rejects`` says they must not be used; ``details`` holds figures
    for programs (a clock's offset, the switch points), of JSON values.
    """

    rule: str
    severity: Severity
    count: int
    sentence: str
    examples: tuple[Example, ...] = ()
    rows: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64), repr=False, compare=False)
    rejects: bool = False
    details: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values (the examples, not all rows; ``details`` where there are any)."""
        made = {
            "rule": self.rule,
            "severity": self.severity.value,
            "count": self.count,
            "sentence": self.sentence,
            "examples": [plain(one) for one in self.examples],
        }
        return {**made, "details": plain(dict(self.details))} if self.details else made


def moment(time: datetime) -> str:
    """Return a time as text: the date, and the time of day where it is not midnight.

    >>> moment(datetime(2024, 1, 2)), moment(datetime(2024, 1, 2, 9, 30)), moment(datetime(2024, 1, 2, 9, 30, 5, 250))
    ('2024-01-02', '2024-01-02 09:30', '2024-01-02 09:30:05.000250')
    """
    if time.microsecond:
        return f"{time:%Y-%m-%d %H:%M:%S.%f}"
    if time.second:
        return f"{time:%Y-%m-%d %H:%M:%S}"
    return f"{time:%Y-%m-%d %H:%M}".removesuffix(" 00:00")


def short(value: Any, length: int = 40) -> str:
    """Return a value as it can stand in an example: ten digits, ``length`` characters."""
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return f"{number:.0f}" if abs(number) < 1e15 and number.is_integer() else f"{number:.10g}"
    shown = str(value)
    return shown if len(shown) <= length else shown[: length - 3] + "..."


def printable(text: str) -> str:
    """Return text that a terminal shows as it is: control characters become their codes.

    >>> printable("a\\x1b[31mb")
    'a\\\\x1b[31mb'
    """
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)
