"""The sheets of returns, a function each; charts point at the cells, so that they follow a change."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ... import metrics as m
from ..shades import month_shade, strongest
from ..style import STRATEGY
from ..text import MONTHS
from ..trading import TradingReport
from .cells import Book
from .looks import (
    HATCHED,
    MOST_ROWS,
    axis,
    curves,
    dress,
    first_head,
    growth_axis,
    kind_of,
    known,
    labelled,
    sides,
    time_kind,
)


def summary(book: Book, report: TradingReport, figures: dict[str, Any]) -> None:
    """Write title, verdict, key figures in plain words and the growth chart."""
    sheet = book.sheet("Summary", (34, 15, 15, 46), frozen=(4, 0))
    sheet.write_string(0, 0, report.title, book.title)
    book.paragraph(sheet, 1, figures["verdict"], 4)
    sheet.write_string(2, 0, figures["period"]["text"], book.soft)
    words = {one["key"]: one["words_text"] for one in figures["front"]}
    both = report.benchmark is not None
    heads = ["Figure", report.strategy_name, report.benchmark_name if both else "", "In plain words"]
    book.table(sheet, 3, heads, ["text", "decimal", "decimal", "text"], [])
    sheet.write_string(3, 3, heads[3], book.head_of_words)
    rows = sorted(figures["key_figures"], key=lambda one: one["key"] not in words)
    for place, one in enumerate(rows, start=4):
        kind = kind_of(one["strategy_text"])
        book.put(sheet, place, 0, labelled(one["label"], one["strategy_text"]))
        book.put(sheet, place, 1, known(one["strategy"], one["strategy_text"]), kind, bold=True)
        book.put(sheet, place, 2, known(one["benchmark"], one["benchmark_text"]) if both else None, kind)
        sheet.write_string(place, 3, words.get(one["key"], ""), book.words)
    last = 4 + len(rows)
    for line in (*figures["notes"], *(f"{name}: {value}" for name, value in figures["facts"].items())):
        last += 1
        book.paragraph(sheet, last, line, 4)
    title, scale = growth_axis(report)
    chart = curves(book, report, "growth", title, "0.0")
    grid = {"visible": True, "line": {"color": "#EEF0F3"}}
    chart.set_y_axis({"major_gridlines": grid, **axis(), **scale})
    sheet.insert_chart(3, 5, chart, {"x_scale": 1.55, "y_scale": 1.25, "description": "What one unit became"})
    falls = curves(book, report, "drawdown", "Drawdown", "0%")
    sheet.insert_chart(
        23, 5, falls, {"x_scale": 1.55, "y_scale": 0.95, "description": "Loss from the highest point so far"}
    )


def returns(book: Book, report: TradingReport, figures: dict[str, Any]) -> None:
    """Write every bar: return, growth and drawdown of each side."""
    both = sides(report)
    names = [name for name, _ in both]
    heads = [first_head(report), *(f"{name}: return" for name in names)]
    columns = [series.to_numpy() for _, series in both]
    kinds = [time_kind(report), *["fine"] * len(both)]
    for pick, word, kind in ((m.wealth, "growth of 1", "growth"), (m.drawdown_series, "drawdown", "percent")):
        heads += [f"{name}: {word}" for name in names]
        columns += [pick(series) for _, series in both]
        kinds += [kind] * len(both)
    sheet = book.sheet("Returns", (20, *[14] * len(columns)), frozen=(1, 1), tall=True)
    rows = list(zip(report.index[:MOST_ROWS], *(one[:MOST_ROWS].tolist() for one in columns), strict=True))
    end = book.table(sheet, 0, heads, kinds, rows)
    sheet.autofilter(0, 0, end - 1, len(columns))


def monthly(book: Book, report: TradingReport, figures: dict[str, Any]) -> None:
    """Write the months as a shaded table, the years beside, and the bars of the years."""
    both = report.benchmark is not None
    sheet = book.sheet("Monthly", (8, *[7.5] * 12, 10, 12), frozen=(1, 1))
    years = figures["years"]
    heads = ["Year", *MONTHS, "All", *([report.benchmark_name] if both else [])]
    if not years:
        book.table(sheet, 0, heads, ["text"] * len(heads), [])
        book.put(sheet, 1, 0, "The returns have no times, so there are no months.")
        return
    by_month = {(one["year"], one["month"]): one["strategy"] for one in figures["months"]}
    rows = []
    for year in years:
        months = [by_month.get((int(year["key"]), month)) for month in range(1, 13)]
        rows.append([int(year["key"]), *months, year["strategy"], *([year["benchmark"]] if both else [])])
    plain = book.workbook.add_format({"font_name": "Calibri", "font_size": 10, "align": "left"})
    end = book.table(
        sheet, 0, heads, ["text", *["percent"] * (len(heads) - 1)], [[str(row[0]), *row[1:]] for row in rows]
    )
    for place, row in enumerate(rows, start=1):
        sheet.write_number(place, 0, row[0], plain)
    strong = strongest([one["strategy"] for one in figures["months"]]) or 0.01
    sheet.conditional_format(
        1, 1, end - 1, 12,
        {"type": "3_color_scale", "min_type": "num", "mid_type": "num", "max_type": "num", "min_value": -strong,
         "mid_value": 0, "max_value": strong, "min_color": month_shade(-1.0, 1.0), "mid_color": "#FFFFFF",
         "max_color": month_shade(1.0, 1.0)},
    )  # fmt: skip
    sheet.autofilter(0, 0, end - 1, len(heads) - 1)
    chart = book.workbook.add_chart({"type": "column"})
    for place, (name, _) in enumerate(sides(report)):
        look = HATCHED if place else {"fill": {"color": STRATEGY}, "border": {"color": STRATEGY}}
        at = 13 + place
        chart.add_series(
            {"name": name, "categories": ["Monthly", 1, 0, end - 1, 0],
             "values": ["Monthly", 1, at, end - 1, at], "gap": 60, **look}
        )  # fmt: skip
    dress(chart, "Return of the year", "0%")
    chart.set_x_axis({"label_position": "low", **axis()})
    sheet.insert_chart(end + 1, 1, chart, {"x_scale": 1.5, "description": "Bars of the years"})


def drawdowns(book: Book, report: TradingReport, figures: dict[str, Any]) -> None:
    """Write every fall from a high, deepest first, of each side."""
    sheet = book.sheet("Drawdowns", (22, 11, 20, 20, 20, 12, 12), frozen=(1, 0), tall=True)
    heads = [
        "Whose",
        "Depth",
        "From the high of",
        "Trough",
        "Back at the high",
        "Length, bars",
        "Recovery, bars",
    ]
    when = time_kind(report)
    rows = []
    for name, series in sides(report):
        found = m.worst_drawdowns(series, limit=max(1, len(series)))
        for one in found.to_dict("records"):
            times = [one["start"], one["trough"], None if pd.isna(one["end"]) else one["end"]]
            recovery = None if pd.isna(one["recovery"]) else float(one["recovery"])
            rows.append([name, one["depth"], *times, one["length"], recovery])
    end = book.table(
        sheet, 0, heads, ["text", "percent", when, when, when, "whole", "whole"], rows[:MOST_ROWS]
    )
    sheet.autofilter(0, 0, max(1, end - 1), len(heads) - 1)
