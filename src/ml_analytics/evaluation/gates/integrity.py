"""Are the stored bytes the bytes that were written?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .check import CheckResult
from .evidence import Evidence


@dataclass(frozen=True, slots=True)
class IntegrityCheck:
    """The artifact must have been read back with the digest it was written with.

    >>> IntegrityCheck().run(Evidence(metrics={})).passed
    False
    """

    name: ClassVar[str] = "integrity"

    def run(self, evidence: Evidence) -> CheckResult:
        """Pass when the read-back succeeded."""
        if evidence.integrity is True:
            return CheckResult(self.name, True, "The stored bytes have the digest they were written with.")
        reason = "The stored bytes were not confirmed to have the digest they were written with."
        return CheckResult(self.name, False, reason)
