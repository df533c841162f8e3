"""The 61 candlestick patterns of TA-Lib."""

from __future__ import annotations

import numpy as np
import talib
from talib import abstract

from ...indicator import Array, Compute, Indicator, declare

NAMES = (
    "2CROWS",
    "3BLACKCROWS",
    "3INSIDE",
    "3LINESTRIKE",
    "3OUTSIDE",
    "3STARSINSOUTH",
    "3WHITESOLDIERS",
    "ABANDONEDBABY",
    "ADVANCEBLOCK",
    "BELTHOLD",
    "BREAKAWAY",
    "CLOSINGMARUBOZU",
    "CONCEALBABYSWALL",
    "COUNTERATTACK",
    "DARKCLOUDCOVER",
    "DOJI",
    "DOJISTAR",
    "DRAGONFLYDOJI",
    "ENGULFING",
    "EVENINGDOJISTAR",
    "EVENINGSTAR",
    "GAPSIDESIDEWHITE",
    "GRAVESTONEDOJI",
    "HAMMER",
    "HANGINGMAN",
    "HARAMI",
    "HARAMICROSS",
    "HIGHWAVE",
    "HIKKAKE",
    "HIKKAKEMOD",
    "HOMINGPIGEON",
    "IDENTICAL3CROWS",
    "INNECK",
    "INVERTEDHAMMER",
    "KICKING",
    "KICKINGBYLENGTH",
    "LADDERBOTTOM",
    "LONGLEGGEDDOJI",
    "LONGLINE",
    "MARUBOZU",
    "MATCHINGLOW",
    "MATHOLD",
    "MORNINGDOJISTAR",
    "MORNINGSTAR",
    "ONNECK",
    "PIERCING",
    "RICKSHAWMAN",
    "RISEFALL3METHODS",
    "SEPARATINGLINES",
    "SHOOTINGSTAR",
    "SHORTLINE",
    "SPINNINGTOP",
    "STALLEDPATTERN",
    "STICKSANDWICH",
    "TAKURI",
    "TASUKIGAP",
    "THRUSTING",
    "TRISTAR",
    "UNIQUE3RIVER",
    "UPSIDEGAP2CROWS",
    "XSIDEGAP3METHODS",
)


def _candlestick(function: str) -> tuple[Indicator, ...]:
    return declare(
        f"cdl_{function.lower()}",
        "patterns",
        [f"cdl_{function.lower()}"],
        ["open", "high", "low", "close"],
        _signal(f"CDL{function}"),
        warm_up=abstract.Function(f"CDL{function}").lookback,  # type: ignore[attr-defined]
        unit="signal",
        formula="100 bullish, -100 bearish, 200 and -200 where confirmed, 0 none",
        source=f"TA-Lib CDL{function}",
        aliases=["candlesticks", "cdl"],
    )


def _signal(name: str) -> Compute:
    call = getattr(talib, name)

    def compute(open_: Array, high: Array, low: Array, close: Array) -> Array:
        signal: Array = call(open_, high, low, close).astype(np.float64)
        return signal

    compute.__name__ = name
    return compute


INDICATORS = tuple(one for function in NAMES for one in _candlestick(function))
