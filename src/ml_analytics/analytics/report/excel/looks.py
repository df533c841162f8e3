"""How the charts of the workbook look, and which format a figure has."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from ... import metrics as m
from ..style import BENCHMARK, RULE, STRATEGY
from ..trading import TradingReport
from .cells import Book

MOST_ROWS = 1_048_000
"""Rows that a sheet can hold."""
LINES: tuple[dict[str, Any], ...] = (
    {"color": STRATEGY, "width": 1.75},
    {"color": BENCHMARK, "width": 1.25, "dash_type": "dash"},
)
HATCHED = {
    "pattern": {"pattern": "wide_upward_diagonal", "fg_color": BENCHMARK, "bg_color": "#FFFFFF"},
    "border": {"color": BENCHMARK},
}
_MEASURES = ("return", "growth", "drawdown")


def kind_of(text: str) -> str:
    """Return the format of a figure from the text that reports show.

    >>> kind_of("12.3%"), kind_of("1.23%"), kind_of("1,200 days"), kind_of("0.45")
    ('percent', 'fine', 'whole', 'decimal')
    """
    if text.endswith("%"):
        return "fine" if len(text.rpartition(".")[2]) == 3 else "percent"
    return "decimal" if "." in text else "whole"


def sides(report: TradingReport) -> list[tuple[str, pd.Series]]:
    """Return the name and the returns of the strategy and, where there is one, the benchmark."""
    found = [(report.strategy_name, report.net)]
    return found if report.benchmark is None else [*found, (report.benchmark_name, report.benchmark)]


def first_head(report: TradingReport) -> str:
    """Return the head of the column of times."""
    return "Time" if report.has_times else "Bar"


def time_kind(report: TradingReport) -> str:
    """Return the format of times: with the time of day only where it is not midnight throughout."""
    if not isinstance(report.index, pd.DatetimeIndex):
        return "whole"
    return "date" if bool((report.index == report.index.normalize()).all()) else "time"


def axis() -> dict[str, Any]:
    """Return a quiet axis."""
    return {"line": {"color": RULE}, "num_font": {"size": 9, "color": "#5B6470"}}


def time_axis(report: TradingReport) -> dict[str, Any]:
    """Return the axis of times with about eight marks."""
    every = max(1, len(report.net) // 8)
    form = "yyyy-mm" if report.has_times else "#,##0"
    return {
        **axis(), "num_format": form, "interval_unit": every, "interval_tick": every, "text_axis": True,
        "label_position": "low",
    }  # fmt: skip


def dress(chart: Any, title: str, form: str) -> None:
    """Give a chart its title, legend and quiet grid."""
    chart.set_title(
        {"name": title, "name_font": {"size": 11, "bold": True, "color": STRATEGY}, "overlay": False}
    )
    chart.set_legend({"position": "top", "font": {"size": 9}})
    grid = {"visible": True, "line": {"color": "#EEF0F3"}}
    chart.set_y_axis({**axis(), "num_format": form or "General", "major_gridlines": grid})
    chart.set_chartarea({"border": {"none": True}})


def curves(book: Book, report: TradingReport, measure: str, title: str, form: str) -> Any:
    """Return a line chart of a measure that stands on the sheet of returns."""
    chart = book.workbook.add_chart({"type": "line"})
    names = [name for name, _ in sides(report)]
    first, rows = 1 + _MEASURES.index(measure) * len(names), min(len(report.net), MOST_ROWS)
    for place, name in enumerate(names):
        at = first + place
        chart.add_series(
            {"name": name, "categories": ["Returns", 1, 0, rows, 0], "values": ["Returns", 1, at, rows, at],
             "line": LINES[place]}
        )  # fmt: skip
    dress(chart, title, form)
    chart.set_x_axis(time_axis(report))
    return chart


def growth_axis(report: TradingReport) -> tuple[str, dict[str, Any]]:
    """Return the title of the chart of growth and an axis with marks to read it by.

    A logarithmic axis of a workbook has marks at powers of its base only: growth within a factor of four is drawn on
    an even axis, within a hundred by powers of two, beyond by powers of ten.
    """
    level = np.concatenate([m.wealth(series) for _, series in sides(report)])
    known = level[(level > 0) & np.isfinite(level)]
    low, high = (float(known.min()), float(known.max())) if known.size else (1.0, 1.0)
    if high / low < 4.0:
        form, step = ("0.00", 0.01) if high - low < 0.5 else ("0.0", 0.1)
        ends = {"min": math.floor(low / step) * step, "max": math.ceil(high / step) * step}
        return "Growth of 1", {"num_format": form, **ends}
    base = 2 if high / low < 100.0 else 10
    ends = {
        "min": float(base) ** math.floor(math.log(low, base)),
        "max": float(base) ** math.ceil(math.log(high, base)),
    }
    return "Growth of 1, logarithmic", {"log_base": base, "num_format": "General", **ends}


def known(value: float | None, shown: str) -> float | str:
    """Return the number, or what is shown where there is none (infinite, not known).

    >>> known(None, "∞"), known(1.0, "1.00")
    ('∞', 1.0)
    """
    return shown if value is None else value


def labelled(label: str, shown: str) -> str:
    """Return the label with the unit that the number alone does not show.

    >>> labelled("Record needed", "13.3 years"), labelled("Beta", "0.84")
    ('Record needed, years', 'Beta')
    """
    unit = shown.rpartition(" ")[2].rstrip("s")
    return f"{label}, {unit}s" if unit in ("day", "bar", "year") else label
