"""Small drawings as SVG: they stretch to where they stand, lines keep their width, colours are the page's."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...indicator import Array
from .markup import text

WIDTH, HEIGHT = 1000, 100
_MOST_POINTS = 600


def svg(content: str, label: str, *, kind: str = "") -> str:
    """Return a drawing of 1000 x 100 units; ``label`` is what it shows, for those who cannot see it."""
    role = f'role="img" aria-label="{text(label)}"' if label else 'aria-hidden="true"'
    named = f' class="{kind}"' if kind else ""
    return f'<svg{named} viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" {role}>{content}</svg>'


def heights(values: Array, low: float, high: float) -> Array:
    """Return how far from the top values lie, between ``low`` at the bottom and ``high`` at the top."""
    if not high > low:
        return np.where(np.isnan(values), np.nan, HEIGHT / 2)
    with np.errstate(over="ignore", invalid="ignore"):
        part = 0.5 if max(abs(low), abs(high)) > 1e300 else 1.0  # halves of the smallest numbers are nothing
        return np.asarray((high * part - values * part) / (high * part - low * part) * HEIGHT)


def centres(count: int) -> Array:
    """Return the middle of each of ``count`` columns."""
    return (np.arange(count) + 0.5) * WIDTH / max(count, 1)


def line(x: Array, y: Array, kind: str = "") -> str:
    """Return a line through points, broken where y is NaN; a point between two breaks is a dot."""
    if len(x) > 2 * _MOST_POINTS:
        x, y = _thinned(x, y)
    parts = []
    for start, stop in _stretches(~np.isnan(y)):
        points = _points(x[start:stop], y[start:stop])
        parts.append(f"M{points[0]}" + (f"L{' '.join(points[1:])}" if len(points) > 1 else "h.1"))
    return _path("".join(parts), kind)


def area(x: Array, top: Array, bottom: Array, kind: str = "") -> str:
    """Return the area between two lines, broken where either is NaN."""
    parts = []
    for start, stop in _stretches(~(np.isnan(top) | np.isnan(bottom))):
        xs = np.concatenate([x[start:stop], x[start:stop][::-1]])
        ys = np.concatenate([top[start:stop], bottom[start:stop][::-1]])
        points = _points(xs, ys)
        parts.append(f"M{points[0]}L{' '.join(points[1:])}Z")
    return _path("".join(parts), kind)


def columns(shares: Array, kind: str = "", gap: float = 0.08) -> str:
    """Return bars that stand on the ground; ``shares`` of the height. Something is never shown as nothing."""
    step = WIDTH / max(len(shares), 1)
    parts = []
    for at, value in enumerate(shares.tolist()):
        if value > 0:
            left, right = at * step + gap * step, (at + 1) * step - gap * step
            top = HEIGHT - max(value * HEIGHT, 3.0)
            parts.append(f"M{_short(left)} {HEIGHT}V{_short(top)}H{_short(right)}V{HEIGHT}Z")
    return _path("".join(parts), kind)


def candles(opened: Array, high: Array, low: Array, close: Array) -> str:
    """Return candles from heights (see :func:`heights`): rising ones hollow, falling ones filled."""
    x, half = centres(len(close)), WIDTH / max(len(close), 1) * 0.34
    wicks = "".join(f"M{_short(a)} {_short(b)}V{_short(c)}" for a, b, c in zip(x, high, low, strict=True))
    bodies = {True: "", False: ""}
    for centre, first, last in zip(x, opened, close, strict=True):
        left, right = _short(centre - half), _short(centre + half)
        bodies[bool(last <= first)] += f"M{left} {_short(first)}H{right}V{_short(last)}H{left}Z"
    return _path(wicks, "wick") + _path(bodies[True], "up") + _path(bodies[False], "down")


def across(y: float, kind: str = "grid") -> str:
    """Return a horizontal line."""
    return f'<path class="{kind}" d="M0 {_short(y)}H{WIDTH}"/>'


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round numbers between ``low`` and ``high``, at most ``most`` + 1.

    >>> ticks(3.0, 104.0), ticks(0.0, 1.0, 3)
    ([25.0, 50.0, 75.0, 100.0], [0.0, 0.5, 1.0])
    """
    if not (math.isfinite(low) and math.isfinite(high)) or not high > low:
        return [low] if math.isfinite(low) else []
    rough = high / most - low / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in (1, 2, 2.5, 5, 10) if one * power >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(at * step, 12 - math.floor(math.log10(step))) for at in range(first, last + 1)]


def log_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round numbers for a logarithmic axis.

    >>> log_ticks(650.0, 2950.0)
    [800.0, 1000.0, 1500.0, 2000.0]
    >>> log_ticks(3200.0, 67500.0)  # no step is smaller than a third of the one before
    [5000.0, 10000.0, 20000.0, 50000.0]
    >>> log_ticks(0.5, 20000.0)
    [1.0, 100.0, 10000.0]
    """
    if high < 2 * low:
        return ticks(low, high, most)
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ((1, 1.5, 2, 3, 4, 6, 8), (1, 2, 5), (1, 3)):
        found = [step * 10.0**decade for decade in decades for step in steps]
        found = [one for one in found if low <= one <= high]
        if len(found) <= most:
            return found
    every = max(1, math.ceil(len(decades) / most))
    return [10.0**one for one in decades if one % every == 0 and low <= 10.0**one <= high]


def _points(x: Array, y: Array) -> list[str]:
    return [f"{_short(a)} {_short(b)}" for a, b in zip(x, y, strict=True)]


def _path(points: str, kind: str) -> str:
    return f'<path{f" class={chr(34)}{kind}{chr(34)}" if kind else ""} d="{points}"/>' if points else ""


def _short(value: float) -> str:
    """Write a coordinate to a tenth; far beyond the picture is just beyond it."""
    return f"{min(max(float(value), -WIDTH), 2.0 * WIDTH):.1f}".removesuffix(".0")


def _stretches(known: NDArray[np.bool_]) -> Sequence[tuple[int, int]]:
    """Return where stretches of known values start and stop."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _thinned(x: Array, y: Array) -> tuple[Array, Array]:
    """Keep the lowest and the highest point of every small stretch, so that no spike is lost."""
    kept: list[int] = []
    for part in np.array_split(np.arange(len(x)), _MOST_POINTS):
        some = y[part]
        if np.isnan(some).all():
            kept.append(int(part[0]))
        else:
            kept += sorted({int(part[np.nanargmin(some)]), int(part[np.nanargmax(some)])})
    return x[kept], y[kept]
