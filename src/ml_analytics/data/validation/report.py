"""What a validation found: findings with rows and a sentence each, for people and for machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from io import StringIO
from typing import Any

import numpy as np
from rich.console import Console, Group
from rich.table import Table as RichTable
from rich.text import Text

from ml_analytics.core.canonical import plain


class Severity(StrEnum):
    """``error``: do not use these rows; ``warning``: look before you trust; ``info``: good to know."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_RANK = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Example:
    """One offending row: its number in the table as given, its time if it has one, the values in question."""

    row: int
    time: datetime | None
    values: Mapping[str, Any]

    def __str__(self) -> str:
        where = (
            f"row {self.row}" if self.time is None else f"{self.time:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
        )
        values = ", ".join(f"{name}={_short(value)}" for name, value in self.values.items())
        return f"{where}: {values}" if values else where


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found. ``rows`` are all offending row numbers; ``rejects`` says they must not be used."""

    rule: str
    severity: Severity
    count: int
    sentence: str
    examples: tuple[Example, ...] = ()
    rows: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64), repr=False, compare=False)
    rejects: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values (the examples, not all rows)."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "count": self.count,
            "sentence": self.sentence,
            "examples": [plain(one) for one in self.examples],
        }


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """All findings about one table, worst first.

    >>> ValidationReport("bars", rows=2, findings=()).ok
    True
    """

    subject: str
    rows: int
    findings: tuple[Finding, ...]
    rules: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None

    @classmethod
    def of(cls, subject: str, rows: int, findings: list[Finding], **about: Any) -> ValidationReport:
        """Order the findings, worst first, and make the report."""
        ordered = sorted(findings, key=lambda one: (_RANK[one.severity], -one.count))
        return cls(subject, rows, tuple(ordered), **about)

    @property
    def ok(self) -> bool:
        """True when no finding is an error."""
        return not self.errors

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Findings that forbid use."""
        return self._of(Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Findings to look at."""
        return self._of(Severity.WARNING)

    @property
    def rejected(self) -> dict[int, str]:
        """Row numbers that must not be used, each with its reasons, in row order."""
        reasons: dict[int, list[str]] = {}
        for one in self.findings:
            if one.rejects:
                for row in one.rows.tolist():
                    reasons.setdefault(row, []).append(one.rule)
        return {row: ", ".join(reasons[row]) for row in sorted(reasons)}

    def finding(self, rule: str) -> Finding | None:
        """Return what ``rule`` found, or ``None``."""
        return next((one for one in self.findings if one.rule == rule), None)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "subject": self.subject,
            "ok": self.ok,
            "rows": self.rows,
            "start": plain(self.start),
            "end": plain(self.end),
            "rules": list(self.rules),
            "findings": [one.to_json() for one in self.findings],
        }

    def render(self, *, color: bool = False, width: int = 100) -> str:
        """Return the report as text for a terminal ``width`` columns wide; plain unless ``color``."""
        out = StringIO()
        console = Console(file=out, width=width, force_terminal=color, no_color=not color, highlight=False)
        console.print(self.__rich__())
        return "\n".join(line.rstrip() for line in out.getvalue().splitlines())

    def __str__(self) -> str:
        return self.render()

    def __rich__(self) -> Group:
        head = Text(self._headline(), style="bold")
        if not self.findings:
            return Group(head)
        table = RichTable(show_edge=False, pad_edge=False, header_style="bold")
        table.add_column("severity")
        table.add_column("rule", overflow="fold")
        table.add_column("rows", justify="right")
        table.add_column("what", overflow="fold", ratio=1)
        for one in self.findings:
            what = Text(one.sentence)
            for example in one.examples:
                what.append(f"\n  {example}", style="dim")
            table.add_row(
                Text(one.severity.value, style=_STYLE[one.severity]), Text(one.rule), f"{one.count:,}", what
            )
        return Group(head, table)

    def _headline(self) -> str:
        span = f", {self.start:%Y-%m-%d} to {self.end:%Y-%m-%d}" if self.start and self.end else ""
        verdict = "clean" if not self.findings else "usable" if self.ok else "not usable as it is"
        counts = ", ".join(
            f"{len(found)} {severity.value}{'s' if len(found) != 1 and severity is not Severity.INFO else ''}"
            for severity in Severity
            if (found := self._of(severity))
        )
        return f"{self.subject}: {verdict} ({self.rows:,} rows{span}{'; ' + counts if counts else ''})"

    def _of(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.severity is severity)


def _short(value: Any) -> str:
    if isinstance(value, (float, np.floating)):
        return f"{value:.10g}"
    shown = str(value)
    return shown if len(shown) <= 40 else shown[:37] + "..."
