"""What a drift detector found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ...core.canonical import plain


@dataclass(frozen=True, slots=True)
class FeatureDrift:
    """One test of one feature; ``drifted`` when ``p_adjusted`` is at most the detector's alpha."""

    feature: str
    kind: str
    test: str
    statistic: float
    p_value: float
    p_adjusted: float
    drifted: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class DriftReport:
    """Every test of every feature.

    ``not_tested`` maps the columns left out to the reason: text and times, columns without values, and
    columns that the reference does not have.
    """

    tests: tuple[FeatureDrift, ...]
    alpha: float
    n_reference: int
    n_current: int
    not_tested: Mapping[str, str] = field(default_factory=dict)

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features that were tested, in column order."""
        return tuple(dict.fromkeys(one.feature for one in self.tests))

    @property
    def drifted(self) -> tuple[str, ...]:
        """Names of the features for which a test found drift."""
        return tuple(dict.fromkeys(one.feature for one in self.tests if one.drifted))

    @property
    def share(self) -> float:
        """Share of the tested features that drifted; 0 when none was tested."""
        return len(self.drifted) / len(self.features) if self.tests else 0.0

    def table(self) -> pd.DataFrame:
        """Return a frame with one row per test, the smallest p-value first."""
        columns = list(FeatureDrift.__dataclass_fields__)
        rows = [[getattr(one, name) for name in columns] for one in self.tests]
        return pd.DataFrame(rows, columns=columns).sort_values("p_value", kind="stable", ignore_index=True)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values with ``drifted`` and ``share``."""
        value: dict[str, Any] = plain(self)
        return {**value, "drifted": list(self.drifted), "share": self.share}

    def __str__(self) -> str:
        head = (
            f"{len(self.drifted)} of {len(self.features)} features drifted ({self.share:.0%}) at a false "
            f"discovery rate of {self.alpha:g}; {self.n_reference} reference and {self.n_current} current rows."
        )
        wide = max([7, *(len(one.feature) for one in self.tests)])
        lines = [f"{'feature':<{wide}}  {'test':<13}  {'statistic':>9}  {'p':>8}  {'adjusted':>8}  drift"]
        lines += [
            f"{one.feature:<{wide}}  {one.test:<13}  {one.statistic:>9.4f}  {one.p_value:>8.2g}  "
            f"{one.p_adjusted:>8.2g}  {'YES' if one.drifted else 'no':<5}  {one.note}".rstrip()
            for one in sorted(self.tests, key=lambda one: one.p_value)
        ]
        lines += [f"not tested: {name} ({why})" for name, why in self.not_tested.items()]
        return "\n".join([head, *lines])
