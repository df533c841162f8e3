"""Does the validation data still look like the training data?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .check import CheckResult
from .evidence import Evidence


@dataclass(frozen=True, slots=True)
class DriftShareCheck:
    """At most ``maximum`` of the features may have drifted; in none of the ready-made gates.

    Market features drift all the time, so a bound is a choice for the people who know the data.

    >>> DriftShareCheck(0.3).run(Evidence({}, drift_share=0.5)).reason
    'The share of drifted features is 0.5; it must be at most 0.3.'
    """

    maximum: float = 0.5
    name: ClassVar[str] = "drift share"

    def run(self, evidence: Evidence) -> CheckResult:
        """Pass when measured and within the bound."""
        share = evidence.drift_share
        if share is None:
            return CheckResult(self.name, False, "The share of drifted features was not measured.")
        reason = f"The share of drifted features is {share:.3g}; it must be at most {self.maximum:g}."
        return CheckResult(self.name, bool(0.0 <= share <= self.maximum), reason)
