"""Do the features look ahead?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .check import CheckResult
from .evidence import Evidence


@dataclass(frozen=True, slots=True)
class LeakCheck:
    """A leak certificate must be present, clean, and cover every column the model takes.

    >>> LeakCheck().run(Evidence(metrics={})).reason
    'There is no leak certificate: whether features look ahead is not known.'
    """

    name: ClassVar[str] = "leak"

    def run(self, evidence: Evidence) -> CheckResult:
        """Pass when every feature is certified clean."""
        certificate = evidence.certificate
        if certificate is None:
            reason = "There is no leak certificate: whether features look ahead is not known."
            return CheckResult(self.name, False, reason)
        total = len(certificate.verdicts)
        certified = {one.feature for one in certificate.verdicts}
        missing = [name for name in evidence.features if name not in certified]
        if missing:
            reason = (
                f"{len(missing)} of {len(evidence.features)} columns are not in the leak certificate, 0 may: "
            )
            return CheckResult(self.name, False, f"{reason}{', '.join(missing[:3])}.")
        if certificate.clean:
            return CheckResult(
                self.name, True, f"All {total} features are certified clean on {certificate.bars} bars."
            )
        if total == 0:
            return CheckResult(
                self.name, False, "The leak certificate names 0 features; at least 1 is needed."
            )
        reasons = []
        if leaking := certificate.leaking:
            reasons.append(f"{len(leaking)} of {total} features look ahead, 0 may: {_shown(leaking)}.")
        if untested := certificate.untested:
            reasons.append(
                f"{len(untested)} of {total} features could not be tested for looking ahead on "
                f"{certificate.bars} bars, 0 may be untested: {_shown(untested)}."
            )
        return CheckResult(self.name, False, " ".join(reasons))


def _shown(names: tuple[str, ...]) -> str:
    return ", ".join(names[:3]) + ("" if len(names) <= 3 else ", …")
