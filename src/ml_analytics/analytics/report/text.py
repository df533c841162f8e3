"""How numbers are written in every report: signs, separators, per cent, and what is not known."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

UNKNOWN = "\u2013"  # en dash
MINUS = "\u2212"  # true minus sign: as wide as a plus
TIMES = "\u00d7"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def decimal(value: float, digits: int = 2) -> str:
    """Write a number with thousands separators and a true minus; never a negative zero.

    >>> decimal(1234.5), decimal(-2).replace(MINUS, "-"), decimal(float("inf")), decimal(-0.001)
    ('1,234.50', '-2.00', '∞', '0.00')
    """
    if math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if abs(value) >= 1e12:
        return f"{value:.1e}".replace("-", MINUS)
    shown = f"{abs(value):,.{digits}f}"
    return f"{MINUS}{shown}" if value < 0 and shown.strip("0.,") else shown


def percent(value: float, digits: int = 1) -> str:
    """Write a fraction as per cent.

    >>> percent(0.1234), percent(12.5), percent(float("nan")) == UNKNOWN
    ('12.3%', '1,250.0%', True)
    """
    shown = decimal(value * 100.0, digits)
    return shown if shown == UNKNOWN else f"{shown}%"


def narrow_percent(value: float) -> str:
    """Write a fraction in per cent, without the sign, in at most six characters of figures: for a table of months.

    >>> narrow_percent(0.123), narrow_percent(23.456), narrow_percent(98_765.0)
    ('12.3', '2,346', '1e+07')
    """
    size = abs(value) * 100.0
    if math.isfinite(size) and size >= 99_999.5:
        return f"{value * 100.0:.0e}".replace("-", MINUS)
    return decimal(value * 100.0, 1 if size < 999.95 else 0)


def fine_percent(value: float) -> str:
    """Write a fraction as per cent with two digits.

    >>> fine_percent(0.01234)
    '1.23%'
    """
    return percent(value, 2)


def whole(value: float) -> str:
    """Write a count.

    >>> whole(5030)
    '5,030'
    """
    return decimal(float(value), 0)


def multiple(value: float) -> str:
    """Write a multiple of capital.

    >>> multiple(3.42) == "3.4" + TIMES
    True
    """
    shown = decimal(value, 1)
    return shown if shown == UNKNOWN else f"{shown}{TIMES}"


def days(value: float) -> str:
    """Write a number of days.

    >>> days(1)
    '1 day'
    """
    if math.isnan(value):
        return UNKNOWN
    return f"{whole(value)} {'day' if round(value) == 1 else 'days'}"


def bars(value: float) -> str:
    """Write a number of bars.

    >>> bars(2)
    '2 bars'
    """
    if math.isnan(value):
        return UNKNOWN
    return f"{whole(value)} {'bar' if round(value) == 1 else 'bars'}"


def date(value: object) -> str:
    """Write the date of a time; missing times are not known.

    >>> date(pd.Timestamp("2018-12-31 15:00"))
    '2018-12-31'
    """
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) and not pd.isna(value) else UNKNOWN


def shortened(text: str, most: int) -> str:
    """Return ``text`` with at most ``most`` characters, the cut marked.

    >>> shortened("mean reverting", 6)
    'mean …'
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"


Writer = Callable[[float], str]
"""Turns a figure into the text that is shown."""
