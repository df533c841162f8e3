"""The gate: every check runs, all must pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ...core.canonical import plain
from ...core.errors import ParameterError
from .check import Check, CheckResult
from .evidence import Evidence


@dataclass(frozen=True, slots=True)
class GateDecision:
    """The verdict of a gate with the verdict of every check.

    >>> GateDecision(False, (CheckResult("leak", False, "No certificate."),)).reasons
    ('No certificate.',)
    """

    passed: bool
    results: tuple[CheckResult, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """The sentences of the checks that failed; empty when the candidate passed."""
        return tuple(one.reason for one in self.results if not one.passed)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values: ``passed``, ``results`` and ``reasons``."""
        return {**plain(self), "reasons": list(self.reasons)}

    def __str__(self) -> str:
        lines = [f"{'pass' if one.passed else 'FAIL'}  {one.name}: {one.reason}" for one in self.results]
        return "\n".join([f"The gate {'passes' if self.passed else 'refuses'} the candidate.", *lines])


class Gate:
    """Checks that a candidate must all pass before it may serve.

    Every check runs, also after one has failed, so that a person sees all reasons at once. A check that raises
    counts as failed: the gate fails closed.

    >>> from ml_analytics.evaluation.gates import IntegrityCheck
    >>> Gate([IntegrityCheck()]).decide(Evidence(metrics={}, integrity=True)).passed
    True

    Raises:
        ParameterError: no checks (a gate of nothing would pass everything) or two of one name.
    """

    def __init__(self, checks: Iterable[Check]) -> None:
        self.checks = tuple(checks)
        if not self.checks:
            raise ParameterError.of("checks", "Gate", "at least one check", [])
        name, times = Counter(one.name for one in self.checks).most_common(1)[0]
        if times > 1:
            raise ParameterError.of(
                "checks", "Gate", "checks with different names", f"'{name}' {times} times"
            )

    def decide(self, evidence: Evidence) -> GateDecision:
        """Run every check and return the decision."""
        results = tuple(_run(check, evidence) for check in self.checks)
        return GateDecision(all(one.passed for one in results), results)


def _run(check: Check, evidence: Evidence) -> CheckResult:
    try:
        return check.run(evidence)
    except Exception as error:  # noqa: BLE001 - a broken check must refuse, not open the gate or hide the rest
        return CheckResult(
            check.name, False, f"The check '{check.name}' could not be run: {type(error).__name__}: {error}"
        )
