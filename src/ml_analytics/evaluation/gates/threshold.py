"""Is a figure good enough in itself?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .check import CheckResult
from .evidence import Evidence


@dataclass(frozen=True, slots=True)
class MetricThreshold:
    """A metric must be at least ``minimum``.

    >>> MetricThreshold("f1", 0.8).run(Evidence({"f1": 0.75})).reason
    'The f1 is 0.75; it must be at least 0.8.'
    """

    metric: str
    minimum: float

    @property
    def name(self) -> str:
        """Name with the metric, so that one gate may hold several thresholds."""
        return f"minimum {self.metric}"

    def run(self, evidence: Evidence) -> CheckResult:
        """Pass when the metric is there and reaches the minimum."""
        value = evidence.metrics.get(self.metric)
        if value is None or np.isnan(value):
            reason = f"The metric '{self.metric}' is {value}; it must be at least {self.minimum:g}."
            return CheckResult(self.name, False, reason)
        reason = f"The {self.metric} is {value:.6g}; it must be at least {self.minimum:g}."
        return CheckResult(self.name, bool(value >= self.minimum), reason)
