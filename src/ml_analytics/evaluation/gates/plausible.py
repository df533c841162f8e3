"""Is it too good to be true?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .check import CheckResult
from .evidence import Evidence


@dataclass(frozen=True, slots=True)
class PlausibleScore:
    """Directional accuracy on daily returns above ``maximum`` is the sign of a leak, not of skill.

    The default 0.65 is far above what daily index returns allow (a few points over one half); raise it only for
    targets that are known to be easier.

    >>> PlausibleScore().run(Evidence({"accuracy": 0.78})).reason
    'The accuracy is 0.78, above 0.65: on market direction that is the sign of a leak.'
    """

    maximum: float = 0.65
    metric: str = "accuracy"
    name: ClassVar[str] = "plausible score"

    def run(self, evidence: Evidence) -> CheckResult:
        """Pass when the metric is there and not above the maximum."""
        value = evidence.metrics.get(self.metric)
        if value is None or np.isnan(value):
            reason = (
                f"The metric '{self.metric}' is {value}; it is needed to see whether the score is plausible."
            )
            return CheckResult(self.name, False, reason)
        if value <= self.maximum:
            return CheckResult(
                self.name, True, f"The {self.metric} is {value:.6g}, not above {self.maximum:g}."
            )
        reason = (
            f"The {self.metric} is {value:.6g}, above {self.maximum:g}: "
            "on market direction that is the sign of a leak."
        )
        return CheckResult(self.name, False, reason)
