"""Sides that are neither bid nor ask, neither buy nor sell."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from ..tick_rule import TickRule, rows_of
from ..ticks import Ticks

CODES: tuple[tuple[frozenset[object], frozenset[object]], ...] = (
    (frozenset({1}), frozenset({-1})),
    (frozenset({1}), frozenset({2})),
    (frozenset({"buy"}), frozenset({"sell"})),
    (frozenset({"b", "bid", "bids"}), frozenset({"a", "ask", "asks", "s", "offer"})),
)
"""Ways to write the two sides: buyers first. Texts are compared in lower case; 1 and 2 are those of FIX."""


class BadSide(TickRule):
    """Each side must be one of the two that the rest of the column uses."""

    name = "bad_side"
    kinds = ("trades", "depth")
    needs = ("side",)
    shows = ("price", "qty")
    rejects = True

    def bad(self, ticks: Ticks) -> np.ndarray:
        """Mark rows whose side is in none of the ways to write it, or in another way than most."""
        buy, sell = sides(ticks)
        mask: np.ndarray = ~(buy | sell)
        return mask

    def sentence(self, ticks: Ticks, rows: np.ndarray) -> str:
        """Show the odd values."""
        odd = pd.unique(ticks.frame[ticks.parts["side"]].iloc[rows])[:3]
        shown = ", ".join(repr(one.item() if isinstance(one, np.generic) else one) for one in odd)
        return f"{rows_of(rows, 'has', 'have')} a side that is none of the two (such as {shown})."


def sides(ticks: Ticks) -> tuple[np.ndarray, np.ndarray]:
    """Return masks of the buying (bid) and the selling (ask) rows, by the way of writing that fits most rows."""
    codes, seen = pd.factorize(ticks.frame[ticks.parts["side"]])
    plain = [one.strip().lower() if isinstance(one, str) else _whole(one) for one in seen]
    best = (np.zeros(len(ticks), dtype=bool), np.zeros(len(ticks), dtype=bool))
    for buying, selling in CODES:
        pair = tuple(
            np.append(np.array([one in words for one in plain], dtype=bool), False)[codes]
            for words in (buying, selling)
        )
        if (pair[0] | pair[1]).sum() > (best[0] | best[1]).sum():
            best = (pair[0], pair[1])
    return best


def _whole(value: object) -> object:
    if isinstance(value, (bool, np.bool_)):
        return str(value)
    if isinstance(value, (float, np.floating)) and not math.isfinite(value):
        return value
    return int(value) if isinstance(value, (int, float, np.number)) and value == int(value) else value
