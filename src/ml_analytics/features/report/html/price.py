"""The chart section: the close of all bars, and the last bars with indicators."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..chart import Chart, Line
from . import drawing
from .markup import code, fixed, moment, number, section, text

_MOST_DATES = 8
_NEAREST = 9.0  # per cent of the width between two dates


def chart_section(chart: Chart | None) -> str:
    """Return the section, empty without bars."""
    if chart is None:
        return ""
    times = pd.DatetimeIndex(chart.bars.index)
    span = f"{moment(times[0])} to {moment(times[-1])}"
    whose = f" of {chart.symbol}" if chart.symbol else ""
    shown = f"The last {len(times):,} of {len(chart.close):,} bars{whose}, {span}."
    detail = "".join(
        [_legend(chart), _price(chart), _volume(chart), *(_panel(one) for one in chart.panels), _dates(times)]
    )
    caption = (
        f"{shown} Rising bars are hollow, falling ones filled; the band is two standard deviations wide "
        "around the mean of 20 bars."
    )
    return section(
        "chart",
        "Price and indicators",
        f'<figure class="card">{_whole(chart)}</figure>',
        f'<figure class="card">{detail}<figcaption>{text(caption)}</figcaption></figure>',
    )


def _whole(chart: Chart) -> str:
    """Draw the close of all bars on a logarithmic axis, the detailed part shaded."""
    values = chart.close.to_numpy(np.float64)
    low, high = float(values.min()), float(values.max())
    times = pd.DatetimeIndex(chart.close.index)
    logs, margin = np.log(values), 0.02
    bottom, top = np.log(low) - margin, np.log(high) + margin
    start = (1.0 - len(chart.bars) / len(values)) * drawing.WIDTH
    shade = f'<path class="shade" d="M{start:.1f} 0H{drawing.WIDTH}V{drawing.HEIGHT}H{start:.1f}Z"/>'
    marks = [
        (tick, float(drawing.heights(np.log([tick]), bottom, top)[0]))
        for tick in drawing.log_ticks(low, high)
    ]
    line = drawing.line(drawing.centres(len(values)), drawing.heights(logs, bottom, top), "close")
    label = (
        f"Close from {moment(times[0])} to {moment(times[-1])}: lowest {number(low)}, "
        f"highest {number(high)}, last {number(float(values[-1]))}."
    )
    caption = "Close of all bars, logarithmic; the chart below shows the shaded part."
    return (
        f"{_plot('middle', _grid(marks) + shade + line, marks, label)}{_dates(times)}"
        f"<figcaption>{caption}</figcaption>"
    )


def _price(chart: Chart) -> str:
    bars = {name: chart.bars[name].to_numpy(np.float64) for name in ("open", "high", "low", "close")}
    upper, middle, lower = chart.band
    low, high = float(bars["low"].min()), float(bars["high"].max())
    reach = [one.values[~np.isnan(one.values)] for one in (upper, lower, *chart.overlays)]
    known = np.concatenate(reach)
    span = max(high - low, abs(high) * 1e-3)
    if known.size:  # lines may widen the axis, but not flatten the price
        low = max(min(low, float(known.min())), low - 0.5 * span)
        high = min(max(high, float(known.max())), high + 0.5 * span)
    low, high = low - 0.03 * span, high + 0.03 * span
    x = drawing.centres(len(chart.bars))
    at = {name: drawing.heights(values, low, high) for name, values in bars.items()}
    edges = [drawing.heights(one.values, low, high) for one in (upper, lower)]
    marks = _marks(low, high, 6)
    parts = [
        _grid(marks),
        drawing.area(x, edges[0], edges[1], "band"),
        *(drawing.line(x, edge, "edge") for edge in edges),
        drawing.candles(at["open"], at["high"], at["low"], at["close"]),
        *(
            drawing.line(x, drawing.heights(one.values, low, high), f"line{1 + place % 3}")
            for place, one in enumerate(chart.overlays)
        ),
    ]
    label = (
        f"Price of {len(x)} bars between {number(float(bars['low'].min()))} and "
        f"{number(float(bars['high'].max()))}, "
        f"with {', '.join([middle.name, *(one.name for one in chart.overlays)])}."
    )
    return _plot("high", "".join(parts), marks, label)


def _legend(chart: Chart) -> str:
    keys = ("second", "third", "soft")
    lines = "".join(
        f'<li style="--key:var(--{keys[place % 3]})">{code(one.name)}</li>'
        for place, one in enumerate(chart.overlays)
    )
    band = f'<li class="block" style="--key:var(--accent)">{code(chart.band[0].name)} to '
    return f'<ul class="legend">{band}{code(chart.band[2].name)}</li>{lines}</ul>'


def _volume(chart: Chart) -> str:
    values = chart.bars["volume"].to_numpy(np.float64)
    top = float(values.max())
    label = f"Volume of the bars, at most {number(top)}."
    content = drawing.columns(values / top if top > 0 else values, "columns", gap=0.16)
    return _plot("low", content, [(top, 0.0)] if top > 0 else [], label, name="volume", compact=True)


def _panel(one: Line) -> str:
    known = one.values[~np.isnan(one.values)]
    low, high = one.span or ((float(known.min()), float(known.max())) if known.size else (0.0, 1.0))
    margin = 0.0 if one.span else 0.06 * (high - low)
    low, high = low - margin, high + margin
    marks = [(level, float(drawing.heights(np.array([level]), low, high)[0])) for level in one.levels]
    marks = marks or _marks(low, high, 4)
    lines = "".join(drawing.across(y, "level" if one.levels else "grid") for _, y in marks)
    x = drawing.centres(len(one.values))
    content = lines + drawing.line(x, drawing.heights(one.values, low, high))
    said = (
        f"between {number(float(known.min()))} and {number(float(known.max()))}"
        if known.size
        else "without a value"
    )
    return _plot("low", content, marks, f"{one.name}, {said}.", name=one.name)


def _plot(
    size: str,
    content: str,
    marks: list[tuple[float, float]],
    label: str,
    *,
    name: str = "",
    compact: bool = False,
) -> str:
    """Return a drawing with the numbers of its axis to the right: (value, distance from the top)."""
    shown = "".join(
        f'<span class="y" style="top:{min(max(y, 4.0 if size == "low" else 1.5), 97.0):.1f}%">'
        f"{text(_compact(value) if compact else number(value))}</span>"
        for value, y in marks
    )
    named = f'<p class="name">{code(name)}</p>' if name else ""
    return f'{named}<div class="plot {size}">{drawing.svg(content, label)}{shown}</div>'


def _grid(marks: list[tuple[float, float]]) -> str:
    return "".join(drawing.across(y) for _, y in marks)


def _marks(low: float, high: float, most: int) -> list[tuple[float, float]]:
    return [
        (tick, float(drawing.heights(np.array([tick]), low, high)[0]))
        for tick in drawing.ticks(low, high, most)
        if low <= tick <= high
    ]


def _compact(value: float) -> str:
    """Write a large number with its power of a thousand.

    >>> _compact(4_300_000_000.0), _compact(950.0), _compact(0.25)
    ('4.3 bn', '950', '0.25')
    """
    for size, unit in ((1e12, " tn"), (1e9, " bn"), (1e6, " m"), (1e3, " k")):
        if 1e15 > abs(value) >= size:
            return f"{fixed(value / size, 1)}{unit}"
    return number(value)


def _dates(times: pd.DatetimeIndex) -> str:
    shown = "".join(f'<span style="left:{at:.1f}%">{text(words)}</span>' for at, words in date_marks(times))
    return f'<div class="x" aria-hidden="true">{shown}</div>'


def date_marks(times: pd.DatetimeIndex) -> list[tuple[float, str]]:
    """Return where along the bars dates are written, in per cent, and how: where a year, month or day begins.

    >>> date_marks(pd.date_range("2020-01-01", periods=2500, freq="D"))[0]
    (14.7, '2021')
    """
    days = (times[-1] - times[0]) / pd.Timedelta(days=1)
    pattern = "%Y" if days > 1000 else "%b %Y" if days > 90 else "%d %b" if days > 3 else "%d %b %H:%M"
    label = times.strftime(pattern).to_numpy()
    begins = np.flatnonzero(label[1:] != label[:-1]) + 1
    every = -(-begins.size // _MOST_DATES) or 1
    found: list[tuple[float, str]] = []
    for at in begins[::every]:
        place = round((at + 0.5) / len(times) * 100, 1)
        if 4.0 <= place <= 96.0 and (not found or place - found[-1][0] >= _NEAREST):
            found.append((float(place), str(label[at])))
    return found
