"""The indicators by group; a folder is a group, a file is one idea.

A new indicator is one file (or one entry in a file of the same idea) and one line in its group's
``__init__``; the conformance suite in ``tests/features/test_catalogue.py`` finds it.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..indicator import Indicator
from . import microstructure, momentum, patterns, relative, returns, trend, volatility, volume

GROUPS: Mapping[str, tuple[Indicator, ...]] = {
    "trend": trend.INDICATORS,
    "momentum": momentum.INDICATORS,
    "volatility": volatility.INDICATORS,
    "volume": volume.INDICATORS,
    "returns": returns.INDICATORS,
    "relative": relative.INDICATORS,
    "microstructure": microstructure.INDICATORS,
    "patterns": patterns.INDICATORS,
}
