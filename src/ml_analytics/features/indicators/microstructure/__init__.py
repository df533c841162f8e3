"""Liquidity, estimated from bars where trades and quotes are absent."""

from __future__ import annotations

from . import amihud, corwin_schultz, roll

INDICATORS = (*amihud.INDICATORS, *roll.INDICATORS, *corwin_schultz.INDICATORS)
