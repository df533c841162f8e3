"""Does the compiled model answer as the original does?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .check import CheckResult
from .evidence import Evidence


@dataclass(frozen=True, slots=True)
class ParityCheck:
    """The compiled model must agree with the original within ``tolerance`` (largest absolute difference).

    A model that is served natively has nothing to disagree with; it passes when its note says why.

    >>> ParityCheck().run(Evidence(metrics={}, compiled=True, parity=0.02)).reason
    'The compiled model differs from the original by 0.02, more than 0.0001.'
    """

    tolerance: float = 1e-4
    name: ClassVar[str] = "parity"

    def run(self, evidence: Evidence) -> CheckResult:
        """Pass when compiled and in agreement, or native with a note."""
        if not evidence.compiled:
            if evidence.compiled_note:
                return CheckResult(
                    self.name,
                    True,
                    f"Served natively: {evidence.compiled_note.removeprefix('Served natively: ')}",
                )
            return CheckResult(self.name, False, "The model is not compiled and no note says why.")
        if evidence.parity is None:
            return CheckResult(self.name, False, "The parity of the compiled model was not measured.")
        passed = bool(0.0 <= evidence.parity <= self.tolerance)
        relation = "within" if passed else "more than"
        measured = f"The compiled model differs from the original by {evidence.parity:.3g}"
        reason = f"{measured}, {relation} {self.tolerance:g}."
        return CheckResult(self.name, passed, reason)
