"""Cumulated profit of trades as curves that a page can hold."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..inputs import Array
from .style import SIDE_LINES, STRATEGY_LINE, Line

MOST_POINTS = 2000


def profit_by_side(found: pd.DataFrame) -> list[tuple[str, Array, Array, Line]]:
    """Return the cumulated profit of all trades and, where there are several, of each side."""
    pnl = found["pnl"].to_numpy()
    at = np.arange(len(pnl) + 1.0)
    curves = [("all trades", at, np.concatenate(([0.0], np.cumsum(pnl))), STRATEGY_LINE)]
    sides = sorted(found["side"].unique()) if "side" in found else []
    if 1 < len(sides) <= len(SIDE_LINES):
        for side, line in zip(sides, SIDE_LINES, strict=False):
            own = np.where((found["side"] == side).to_numpy(), pnl, 0.0)
            curves.append((side, at, np.concatenate(([0.0], np.cumsum(own))), line))
    return [_thinned(*one) for one in curves]


def _thinned(name: str, at: Array, values: Array, line: Line) -> tuple[str, Array, Array, Line]:
    """Return a curve of at most so many points: more cannot be told apart on a page."""
    if at.size <= MOST_POINTS:
        return name, at, values, line
    some = np.unique(np.linspace(0, at.size - 1, MOST_POINTS).round().astype(int))
    return name, at[some], values[some], line
