"""The 61 candlestick patterns of TA-Lib."""

from __future__ import annotations

import talib
from talib import abstract

from ...indicator import Indicator, declare

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
        getattr(talib, f"CDL{function}"),
        warm_up=abstract.Function(f"CDL{function}").lookback,  # type: ignore[attr-defined]
        unit="signal",
        formula="100 bullish, -100 bearish, 200 and -200 where confirmed, 0 none",
        source=f"TA-Lib CDL{function}",
        aliases=["candlesticks", "cdl"],
    )


INDICATORS = tuple(one for function in NAMES for one in _candlestick(function))
