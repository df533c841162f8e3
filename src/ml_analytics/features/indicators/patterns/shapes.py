"""The classical chart patterns, each described once, as a top.

``bars`` and ``values`` are six swings of the zigzag, newest first, values upright or mirrored so that the newest
is a top (see :mod:`.zigzag`): numbers of a single moment, or arrays of many. The descriptions use nothing but
arithmetic, comparisons and ``&``, so that both give the same.

A shape is complete with its newest swing; then it waits for the close to leave through its upper or lower edge.
Edges are straight lines in ln(price). Leaving through an edge that carries no signal ends the shape in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

EVEN = 0.2
"""Peaks are even when they differ by at most this share of the pattern's height."""

FLAT = 0.125
"""An edge is flat when over the pattern it moves by at most this share of the pattern's height."""

CONVERGING = 0.3
"""How much narrower a triangle or a wedge gets, at least, as a share of its height."""

NARROWEST = 0.25
"""What is left of a shape's height at its newest swing, at least: nearer the apex a break says little."""

HEAD = 0.2
"""How far the head stands above each shoulder, at least, as a share of its height above the neckline."""

POLE = 2.0
"""How much taller a flag's pole is, at least, than the mean of the three swings before it."""

SPREAD = 0.3
"""How far apart the two valleys are, at least, as a share of the time from the first peak to the newest."""


class Shape(NamedTuple):
    """A described pattern; numbers, or arrays that go together.

    Attributes:
        top: its name where the newest swing is a high.
        bottom: its name where the newest swing is a low, upside down.
        holds: whether the swings make it.
        upper, upper_slope: the upper edge at the newest swing, and its slope per bar.
        lower, lower_slope: the lower edge.
        up, down: the signal, seen from the top, when the close leaves upwards and downwards; 0 ends it.
    """

    top: str
    bottom: str
    holds: Any
    upper: Any
    upper_slope: Any
    lower: Any
    lower_slope: Any
    up: int
    down: int


def shapes(bars: Any, values: Any, k: int) -> Iterator[Shape]:
    """Yield every shape, whether it holds or not."""
    yield double_top(values)
    yield triple_top(values)
    yield head_and_shoulders(bars, values)
    yield flag(bars, values, k)
    yield from triangles(bars, values)


def double_top(values: Any) -> Shape:
    """Two even peaks, reached from below the valley between them; the valley is the neckline."""
    right, valley, left, start = values[:4]
    height = (left + right) / 2 - valley
    holds = (abs(left - right) <= EVEN * height) & (start < valley)
    return Shape("double_top", "double_bottom", holds, higher(left, right), 0.0, valley, 0.0, 0, -100)


def triple_top(values: Any) -> Shape:
    """Three even peaks, reached from below both valleys; the lower valley is the neckline."""
    right, second, middle, first, left, start = values
    neckline = lower(first, second)
    height = (left + middle + right) / 3 - neckline
    most = 1.5 * EVEN * height
    holds = (abs(left - right) <= most) & (abs(left - middle) <= most) & (abs(middle - right) <= most)
    holds = holds & (abs(first - second) <= 0.5 * height) & (start < neckline)
    top = higher(higher(left, right), middle)
    return Shape("triple_top", "triple_bottom", holds, top, 0.0, neckline, 0.0, 0, -100)


def head_and_shoulders(bars: Any, values: Any) -> Shape:
    """A peak between two lower, even ones; the neckline runs through both valleys.

    The neckline is nearly flat, the start lies below it, and neither half is over 2.5 times as long as the other.
    """
    right, second, head, first, left, start = values
    height = head - (first + second) / 2
    holds = (head - left >= HEAD * height) & (head - right >= HEAD * height)
    holds = holds & (abs(left - right) <= 1.5 * EVEN * height) & (abs(first - second) <= EVEN * height)
    holds = holds & (start < lower(first, second))
    before, after = bars[2] - bars[4], bars[0] - bars[2]
    holds = holds & (before <= 2.5 * after) & (after <= 2.5 * before)
    slope = (second - first) / (bars[1] - bars[3])
    neckline = second + slope * (bars[0] - bars[1])
    names = "head_and_shoulders", "inverse_head_and_shoulders"
    return Shape(*names, holds, right, 0.0, neckline, slope, 0, -100)


def flag(bars: Any, values: Any, k: int) -> Shape:
    """A pole, twice as tall as the three swings before it on average and at most 4 * k bars long, that holds.

    The flag (or pennant) is the rest above the middle of the pole, and is left through the pole's top.
    """
    top, foot, third, second, first, _ = values
    pole = top - foot
    holds = 3 * pole >= POLE * ((third - foot) + (third - second) + (first - second))
    holds = holds & (pole > 0) & (bars[0] - bars[1] <= 4 * k)
    return Shape("bull_flag", "bear_flag", holds, top, 0.0, top - pole / 2, 0.0, 100, 0)


def triangles(bars: Any, values: Any) -> Iterator[Shape]:
    """Triangles, wedges and the rectangle: three peaks on one line, two valleys on another.

    Height is the distance of the lines at the first valley; what they move is counted from there to the newest peak.
    """
    right, second, middle, first, left, _ = values
    slope = (right - left) / (bars[0] - bars[4])
    other = (second - first) / (bars[1] - bars[3])
    floor = second + other * (bars[0] - bars[1])
    height = left + slope * (bars[3] - bars[4]) - first
    length = bars[0] - bars[3]
    roof_moves, floor_moves = slope * length, other * length
    narrower = floor_moves - roof_moves
    middle_off = middle - (left + slope * (bars[2] - bars[4]))
    fits = (abs(middle_off) <= EVEN * height) & (height - narrower >= NARROWEST * height)
    fits = fits & (bars[1] - bars[3] >= SPREAD * (bars[0] - bars[4]))
    flat = FLAT * height
    roof_flat, floor_flat = fits & (abs(roof_moves) <= flat), abs(floor_moves) <= flat
    converges = fits & (narrower >= CONVERGING * height)
    edges = right, slope, floor, other, 100, -100
    up, down = "ascending_triangle", "descending_triangle"
    yield Shape(up, down, converges & roof_flat & (floor_moves > flat), *edges)
    yield Shape(down, up, converges & (roof_moves < -flat) & floor_flat, *edges)
    both = converges & (roof_moves < -flat) & (floor_moves > flat)
    yield Shape("symmetrical_triangle", "symmetrical_triangle", both, *edges)
    rising, falling = "rising_wedge", "falling_wedge"
    yield Shape(rising, falling, converges & (roof_moves > flat) & (floor_moves > flat), *edges)
    yield Shape(falling, rising, converges & (roof_moves < -flat) & (floor_moves < -flat), *edges)
    level = fits & (abs(roof_moves) <= EVEN * height) & (abs(floor_moves) <= EVEN * height)
    parallel = abs(narrower) < CONVERGING * height
    yield Shape("rectangle", "rectangle", level & parallel, *edges)


def higher(one: Any, other: Any) -> Any:
    """Return the larger of two numbers, or of each pair of two arrays, up to rounding.

    >>> higher(1.0, 3.0), lower(1.0, 3.0)
    (3.0, 1.0)
    """
    return (one + other + abs(one - other)) / 2


def lower(one: Any, other: Any) -> Any:
    """Return the smaller, as :func:`higher` does the larger."""
    return (one + other - abs(one - other)) / 2
