"""Is it better than doing nothing clever?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .check import CheckResult
from .evidence import Evidence


@dataclass(frozen=True, slots=True)
class BeatsBaseline:
    """The whole interval of the advantage over the baseline must lie above ``margin``.

    The interval must have been widened for the number of trials (see :func:`~ml_analytics.evaluation.advantage`):
    one whose level is below 1 - 0.05 / trials is refused, as picking the best of many models finds luck.

    >>> from ml_analytics.core.values import Score
    >>> gained = Score("advantage", 0.01, -0.02, 0.04, n=500)
    >>> BeatsBaseline().run(Evidence({}, advantage=gained, baseline="always up")).reason
    'The advantage over always up is 0.0100 [-0.0200, 0.0400]; its lower end must lie above 0.'
    """

    margin: float = 0.0
    name: ClassVar[str] = "beats baseline"

    def run(self, evidence: Evidence) -> CheckResult:
        """Pass when the lower end lies above the margin and the level fits the number of trials."""
        score = evidence.advantage
        if score is None:
            return CheckResult(self.name, False, "The advantage over a baseline was not measured.")
        baseline = evidence.baseline or "the baseline"
        needed = 1.0 - 0.05 / max(evidence.trials, 1)
        if not score.level >= needed - 1e-12:
            return CheckResult(
                self.name,
                False,
                f"The advantage over {baseline} has level {score.level:.6g}; "
                f"{evidence.trials} trials need at least {needed:.6g}.",
            )
        shown = f"{score.value:.4f} [{score.low:.4f}, {score.high:.4f}]"
        reason = f"The advantage over {baseline} is {shown}; its lower end must lie above {self.margin:g}."
        return CheckResult(self.name, bool(score.low > self.margin), reason)
