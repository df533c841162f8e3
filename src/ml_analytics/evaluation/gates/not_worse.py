"""Is it at least as good as what serves today?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...core.errors import ParameterError
from .check import CheckResult
from .evidence import Evidence

LOWER_IS_BETTER = frozenset({"log_loss", "mae", "rmse", "mse", "mape", "brier", "loss"})
"""Metrics of which less is better; of every other one more is."""


@dataclass(frozen=True, slots=True)
class NotWorseThanProduction:
    """The metric may be worse than production's by at most ``tolerance`` (in the metric's unit).

    ``metric`` ``None`` takes the evidence's primary metric. The first version has nothing to be worse than and
    passes, saying so.

    >>> NotWorseThanProduction().run(Evidence({"accuracy": 0.5}, production_metrics={"accuracy": 0.6})).reason
    'The accuracy is 0.5, production has 0.6; it must be at least 0.6.'
    """

    metric: str | None = None
    tolerance: float = 0.0

    def __post_init__(self) -> None:
        if not self.tolerance >= 0.0:
            raise ParameterError.of("tolerance", "NotWorseThanProduction", "zero or more", self.tolerance)

    @property
    def name(self) -> str:
        """Name with the metric when one is given, so that one gate may hold several."""
        return "not worse than production" + (f" in {self.metric}" if self.metric else "")

    def run(self, evidence: Evidence) -> CheckResult:
        """Pass when not worse than production by more than the tolerance, or first."""
        metric = self.metric or evidence.primary
        mine = evidence.metrics.get(metric)
        if mine is None or not np.isfinite(mine):
            return CheckResult(
                self.name, False, f"The metric '{metric}' of the candidate is {mine}, not a number."
            )
        if evidence.production_metrics is None:
            reason = f"This is the first version: nothing is in production to compare its {metric} {mine:.6g} with."
            return CheckResult(self.name, True, reason)
        theirs = evidence.production_metrics.get(metric)
        if theirs is None or not np.isfinite(theirs):
            return CheckResult(
                self.name, False, f"The metric '{metric}' of production is {theirs}, not a number."
            )
        lower = metric in LOWER_IS_BETTER
        bound = theirs + self.tolerance if lower else theirs - self.tolerance
        passed = bool(mine <= bound if lower else mine >= bound)
        side = "at most" if lower else "at least"
        reason = f"The {metric} is {mine:.6g}, production has {theirs:.6g}; it must be {side} {bound:.6g}."
        return CheckResult(self.name, passed, reason)
