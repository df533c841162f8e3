"""What writing, compacting and materialising say of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WriteReport:
    """One write: rows added, rows put into quarantine, and whether the batch had been written before."""

    view: str
    rows: int
    quarantined: int
    batch_id: str
    known: bool = False

    def __str__(self) -> str:
        if self.known:
            return f"{self.view}: batch {self.batch_id[:12]} is there already, nothing was added"
        return f"{self.view}: {self.rows} rows added, {self.quarantined} in quarantine"


@dataclass(frozen=True, slots=True)
class CompactReport:
    """One compaction: how many files there were and are."""

    view: str
    files_before: int
    files_after: int

    def __str__(self) -> str:
        return f"{self.view}: {self.files_before} files became {self.files_after}"


@dataclass(frozen=True, slots=True)
class MaterializeReport:
    """One materialisation: online rows that changed, by view."""

    rows: Mapping[str, int]

    @property
    def total(self) -> int:
        """Rows of all views."""
        return sum(self.rows.values())

    def __str__(self) -> str:
        return ", ".join(f"{view}: {rows} online rows changed" for view, rows in self.rows.items())
