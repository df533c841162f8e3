"""What a validation found: findings with rows and a sentence each, for people and for machines."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from ml_analytics.core.canonical import plain
from ml_analytics.core.files import replacing

from . import html
from .finding import Example, Finding, Severity, printable

_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_RANK = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """All findings about one table, worst first.

    ``times`` are the rows' times in microseconds since 1970 (the least int64 where unknown), ``None`` for a
    table without; the HTML page draws the findings along them.

    >>> ValidationReport("bars", rows=2, findings=()).ok
    True
    """

    subject: str
    rows: int
    findings: tuple[Finding, ...]
    rules: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    times: np.ndarray | None = field(default=None, repr=False, compare=False)

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

    def to_html(self) -> str:
        """Return the report as one page: no scripts, nothing loaded from elsewhere, all values escaped."""
        facts = {"Rows": f"{self.rows:,}", "Rejected rows": f"{self._rejected_rows():,}"}
        if self.start and self.end:
            facts["From"], facts["To"] = f"{self.start:%Y-%m-%d}", f"{self.end:%Y-%m-%d}"
        facts["Findings"] = self._counts() or "none"
        return html.page(
            self.subject, self._verdict(), facts, self.findings, self.rows, self.times, self.rules
        )

    def save_html(self, path: str | Path) -> Path:
        """Write :meth:`to_html` to a file, whole or not at all, and return its path.

        Raises:
            StoreError: the file cannot be written.
        """
        target = Path(path)
        with replacing(target) as temporary:
            temporary.write_text(self.to_html(), encoding="utf-8")
        return target

    def __str__(self) -> str:
        return self.render()

    def __rich__(self) -> Group:
        head = Text(self._headline(), style="bold")
        if not self.findings:
            return Group(head)
        table = RichTable.grid(padding=(0, 2, 0, 0))
        table.add_column()
        table.add_column(overflow="fold", ratio=1)
        for one in self.findings:
            what = Text.assemble((printable(one.rule), "bold"), (f"  {one.count:,}", "dim"))
            what.append(f"\n{printable(one.sentence)}")
            shown = [
                Padding(Text(f"· {printable(str(example))}", style="dim"), (0, 0, 0, 2))
                for example in one.examples
            ]
            table.add_row()
            table.add_row(Text(f"{one.severity.value:<7}", style=_STYLE[one.severity]), Group(what, *shown))
        return Group(head, table)

    def _headline(self) -> str:
        span = f", {self.start:%Y-%m-%d} to {self.end:%Y-%m-%d}" if self.start and self.end else ""
        counts = self._counts()
        about = f"{self.rows:,} rows{span}{'; ' + counts if counts else ''}"
        return f"{printable(self.subject)}: {self._verdict()} ({about})"

    def _rejected_rows(self) -> int:
        rejected = [one.rows for one in self.findings if one.rejects]
        return len(np.unique(np.concatenate(rejected))) if rejected else 0

    def _counts(self) -> str:
        return ", ".join(
            f"{len(found)} {severity.value}{'s' if len(found) != 1 and severity is not Severity.INFO else ''}"
            for severity in Severity
            if (found := self._of(severity))
        )

    def _verdict(self) -> str:
        return "clean" if not self.findings else "usable" if self.ok else "not usable as it is"

    def _of(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.severity is severity)


__all__ = ["Example", "Finding", "Severity", "ValidationReport"]
