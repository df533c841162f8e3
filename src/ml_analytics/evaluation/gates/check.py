"""What a check is: a name, and a verdict on evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from .evidence import Evidence


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The verdict of one check; ``reason`` is a sentence with the number and the bound, passed or not.

    >>> CheckResult("latency", True, "The p99 latency is 2 ms, within 50 ms.").passed
    True
    """

    name: str
    passed: bool
    reason: str


class Check(Protocol):
    """One question to the evidence. Stateless, so one instance may serve many gates and threads."""

    @property
    def name(self) -> str:
        """Short name, unique within a gate."""
        ...

    def run(self, evidence: Evidence) -> CheckResult:
        """Return the verdict; evidence that is absent fails, and the reason says what is absent."""
        ...
