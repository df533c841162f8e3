"""How a model did since it serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..core.canonical import plain
from ..core.values import Score


@dataclass(frozen=True, slots=True, eq=False)
class PerformanceReport:
    """Performance of one model over one stretch of time.

    Attributes:
        model_id: the model.
        version: the version, or ``None`` for all versions together.
        n: predictions in the log.
        joined: those whose outcome is known; figures rest on these alone.
        accuracy: share of right answers with interval; ``None`` without outcomes or for numeric targets.
        mean_absolute_error: in the target's unit, with interval; ``None`` without outcomes or for classes.
        by_year: one row per calendar year (UTC) of the predictions: ``year``, ``n``, ``value``, ``low``, ``high``
            of the figure that applies.
        latency_p50_ms: median latency; ``None`` when no latency was logged.
        latency_p99_ms: 99th percentile of the latency.
        horizon: bars that an outcome spans, as given.
    """

    model_id: str
    version: str | None
    n: int
    joined: int
    accuracy: Score | None
    mean_absolute_error: Score | None
    by_year: pd.DataFrame
    latency_p50_ms: float | None
    latency_p99_ms: float | None
    horizon: int = 1

    @property
    def without_outcome(self) -> int:
        """Predictions whose outcome is not known yet."""
        return self.n - self.joined

    @property
    def score(self) -> Score | None:
        """The figure that applies: accuracy for classes, mean absolute error for numbers."""
        return self.accuracy if self.accuracy is not None else self.mean_absolute_error

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        value = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "by_year"}
        years = self.by_year.to_dict("records")
        result: dict[str, Any] = plain({**value, "without_outcome": self.without_outcome, "by_year": years})
        return result

    def __str__(self) -> str:
        of = f" version {self.version}" if self.version else ""
        lines = [f"{self.model_id}{of}: {self.n} predictions, {self.without_outcome} still without outcome."]
        if self.score is not None:
            lines += [str(self.score), self.by_year.to_string(index=False, float_format="{:.3f}".format)]
        if self.latency_p50_ms is not None:
            lines.append(f"latency p50 {self.latency_p50_ms:.3g} ms, p99 {self.latency_p99_ms:.3g} ms")
        return "\n".join(lines)
