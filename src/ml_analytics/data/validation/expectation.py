"""A table and what is expected of it, as the table rules see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .report import Example, Finding, Severity
from .rule import EXAMPLES


@dataclass(frozen=True, slots=True)
class Expectation:
    """``required`` columns must be there, ``numeric`` ones must hold numbers."""

    frame: pd.DataFrame
    required: tuple[str, ...] = ()
    numeric: tuple[str, ...] = ()

    def columns(self, rule: str, severity: Severity, names: list[str], sentence: str) -> Finding | None:
        """Make a finding about whole columns, or ``None`` when there are none."""
        return Finding(rule, severity, len(names), sentence) if names else None

    def rows(
        self,
        rule: str,
        severity: Severity,
        bad: np.ndarray,
        sentence: str,
        show: tuple[str, ...],
        *,
        rejects: bool,
    ) -> Finding | None:
        """Make a finding about rows, with the first of them as examples, or ``None`` when there are none."""
        positions = np.flatnonzero(bad)
        if not positions.size:
            return None
        examples = tuple(
            Example(int(row), None, {name: _cell(self.frame[name].iloc[row]) for name in show})
            for row in positions[:EXAMPLES]
        )
        return Finding(rule, severity, len(positions), sentence, examples, positions, rejects)


def _cell(value: Any) -> Any:
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)
