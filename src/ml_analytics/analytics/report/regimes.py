"""Regimes as runs of bars: shares, and what each was like."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from .. import metrics as m
from .text import decimal, percent
from .trading import TradingReport

NOT_KNOWN = "not yet known"


def regime_names(regimes: pd.Series, labels: Mapping[Any, str] | None = None) -> pd.Series:
    """Return the name of each bar's regime; missing values stay missing.

    >>> regime_names(pd.Series([0, 1, None]), {0: "bear", 1: "bull"}).tolist()[:2]
    ['bear', 'bull']
    """
    named = {value: _name(value, labels) for value in regimes.dropna().unique()}
    values = [None if pd.isna(value) else named[value] for value in regimes]
    return pd.Series(values, index=regimes.index, dtype=object)


def regime_order(names: pd.Series) -> list[str]:
    """Return the names that occur: bull, sideways and bear first, others in alphabetical order.

    >>> regime_order(pd.Series(["bear", "bull", "calm"]))
    ['bull', 'bear', 'calm']
    """
    canonical = ("bull", "sideways", "bear")
    present = sorted(names.dropna().unique())
    first = [name for wanted in canonical for name in present if name.lower() == wanted]
    return first + [name for name in present if name not in first]


def runs(names: pd.Series) -> list[tuple[str | None, int, int]]:
    """Return (name, first bar, bar after the last) of each stretch of one regime.

    >>> runs(pd.Series(["a", "a", "b"]))
    [('a', 0, 2), ('b', 2, 3)]
    """
    codes = pd.factorize(names)[0]
    first = np.flatnonzero(np.diff(codes, prepend=codes[0] - 1)) if len(codes) else np.empty(0, int)
    after = np.append(first[1:], len(codes))
    values = names.to_numpy()
    return [
        (None if codes[a] < 0 else str(values[a]), int(a), int(b)) for a, b in zip(first, after, strict=True)
    ]


def regime_figures(report: TradingReport) -> list[dict[str, Any]]:
    """Return, per regime, its share of bars, mean length and the asset's return and volatility a year.

    The regime known at the close of a bar is set against the return of the **next** bar, the one a person
    could have earned knowing it. Empty without regimes.
    """
    if report.regimes is None:
        return []
    names = regime_names(report.regimes, report.regime_labels)
    following = _asset_returns(report).shift(-1)
    stretches, p = runs(names), report.annual_periods
    rows = []
    for name in regime_order(names):
        mask = (names == name).to_numpy()
        lengths = [b - a for one, a, b in stretches if one == name]
        after = following[mask].dropna()
        figures = {
            "share": float(mask.mean()),
            "mean_length": float(np.mean(lengths)),
            "return_next": float(after.mean()) * p if len(after) else math.nan,
            "volatility_next": m.volatility(after, p),
        }
        rows.append(_regime_row(name, int(mask.sum()), figures))
    unknown = int(names.isna().sum())
    if unknown:
        nothing = dict.fromkeys(("mean_length", "return_next", "volatility_next"), math.nan)
        rows.append(_regime_row(NOT_KNOWN, unknown, {"share": unknown / len(names), **nothing}))
    return rows


def _regime_row(name: str, bars: int, figures: dict[str, float]) -> dict[str, Any]:
    texts = {
        "share_text": percent(figures["share"]),
        "mean_length_text": decimal(figures["mean_length"], 1),
        "return_next_text": percent(figures["return_next"]),
        "volatility_next_text": percent(figures["volatility_next"]),
    }
    return {"regime": name, "bars": bars, **figures, **texts}


def _asset_returns(report: TradingReport) -> pd.Series:
    if report.close is not None:
        return report.close.pct_change()
    return report.net if report.benchmark is None else report.benchmark


def _name(value: Any, labels: Mapping[Any, str] | None) -> str:
    # 1.0 is how pandas holds the code 1 once a value is missing.
    whole = isinstance(value, float) and value.is_integer()
    text = (
        str(labels[value]) if labels is not None and value in labels else str(int(value) if whole else value)
    )
    return "".join(sign if sign.isprintable() else " " for sign in text)
