"""Is it fast enough to serve?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .check import CheckResult
from .evidence import Evidence


@dataclass(frozen=True, slots=True)
class LatencyCheck:
    """The 99th percentile of one-row prediction must be at most ``maximum_ms`` milliseconds.

    >>> LatencyCheck(10.0).run(Evidence(metrics={}, latency_ms=25.0)).reason
    'The p99 latency is 25 ms, more than 10 ms.'
    """

    maximum_ms: float = 50.0
    name: ClassVar[str] = "latency"

    def run(self, evidence: Evidence) -> CheckResult:
        """Pass when measured and within the bound."""
        if evidence.latency_ms is None:
            return CheckResult(self.name, False, "The latency was not measured.")
        passed = bool(0.0 <= evidence.latency_ms <= self.maximum_ms)
        relation = "within" if passed else "more than"
        reason = f"The p99 latency is {evidence.latency_ms:.3g} ms, {relation} {self.maximum_ms:g} ms."
        return CheckResult(self.name, passed, reason)
