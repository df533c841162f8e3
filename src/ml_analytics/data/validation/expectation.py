"""A table and what is expected of it, as the table rules see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from .finding import Example, Finding, Severity
from .rule import EXAMPLES


@dataclass(frozen=True, slots=True)
class Expectation:
    """``required`` columns must be there, ``numeric`` ones must hold numbers, ``ranges`` bound them."""

    frame: pd.DataFrame
    required: tuple[str, ...] = ()
    numeric: tuple[str, ...] = ()
    ranges: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)

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
        examples: np.ndarray | None = None,
    ) -> Finding | None:
        """Make a finding about rows, or ``None`` when there are none; its examples are the first of ``examples``."""
        positions = np.flatnonzero(bad)
        if not positions.size:
            return None
        shown = tuple(
            Example(int(row), None, {name: _cell(self.frame[name].iloc[row]) for name in show})
            for row in (positions if examples is None else examples)[:EXAMPLES]
        )
        return Finding(rule, severity, len(positions), sentence, shown, positions, rejects)


def _cell(value: Any) -> Any:
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)
