"""Indicators one bar at a time: the same numbers as over the whole series, from a small state.

A *step* takes its state (``None`` at the first bar) and the recent bars, and returns the new state and the
value, or a tuple of values, at the newest bar. States are plain values (numbers and tuples of them), never
changed in place: so the last bar can be corrected by stepping again from the state before, and a stream is
saved as JSON. What is summed, and in which order, is as in the batch computation: only so do both agree to the
last digits, also where a running sum carries old rounding along.
"""

from __future__ import annotations

from .averages import ema, sma
from .recent import Recent, State, Step, Stepper

__all__ = ["Recent", "State", "Step", "Stepper", "ema", "sma"]
