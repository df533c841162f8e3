"""Scale-free twins of prices and volumes: a model that saw 1999 can read 2018."""

from __future__ import annotations

from . import averages, bar, channels, extremes, levels, oscillators, slopes, volume

INDICATORS = (
    *averages.INDICATORS,
    *slopes.INDICATORS,
    *oscillators.INDICATORS,
    *levels.INDICATORS,
    *channels.INDICATORS,
    *extremes.INDICATORS,
    *bar.INDICATORS,
    *volume.INDICATORS,
)
