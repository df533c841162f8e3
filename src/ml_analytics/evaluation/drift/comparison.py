"""What a drift test is: a name, the kinds of column it takes, and a comparison of two samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ...core.columns import ColumnKind
from .sample import Sample


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a test found; ``note`` is for people (``new categories: x``)."""

    statistic: float
    p_value: float
    note: str = ""


class DriftTest(Protocol):
    """One test. Stateless, so one instance may serve many detectors and threads."""

    @property
    def name(self) -> str:
        """Short name."""
        ...

    @property
    def kinds(self) -> frozenset[ColumnKind]:
        """Kinds of column that the test takes."""
        ...

    def compare(self, reference: Sample, current: Sample) -> Comparison | None:
        """Compare two samples of one kind; ``None`` when there is nothing to compare (no known values)."""
        ...
