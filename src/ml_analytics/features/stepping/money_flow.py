"""The money flow volume of a bar (Chaikin): its volume times where the close lies in the range, -1 to 1."""

from __future__ import annotations

from .recent import Recent


def money_flow(recent: Recent) -> float:
    """Return the newest bar's; 0 where the bar has no range.

    >>> recent = Recent(reach=1)
    >>> recent.push((10.0, 12.0, 8.0, 11.0, 100.0))
    >>> money_flow(recent)
    50.0
    """
    high, low, close = recent.high[-1], recent.low[-1], recent.close[-1]
    reach = high - low
    return ((close - low) - (high - close)) / reach * recent.volume[-1] if reach > 0 else 0.0
