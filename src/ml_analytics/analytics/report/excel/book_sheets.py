"""The sheets of trades, attribution and risk; charts point at the cells, so that they follow a change."""

from __future__ import annotations

from typing import Any

from xlsxwriter.worksheet import Worksheet

from ..rolling_figures import rolling_series, rolling_window
from ..style import GAIN, LOSS, STRATEGY
from ..trading import TradingReport
from .cells import Book
from .looks import (
    LINES,
    MOST_ROWS,
    axis,
    dress,
    first_head,
    kind_of,
    known,
    labelled,
    sides,
    time_axis,
    time_kind,
)

CHART_AT = 6
"""Column of the chart beside the tables of risk."""


def trades(book: Book, report: TradingReport, figures: dict[str, Any]) -> None:
    """Write every closed trade with its cumulated profit, and the chart of it."""
    found = report.trades
    if found is None:
        return
    kinds = {
        "symbol": ("Symbol", "text", 14), "side": ("Side", "text", 8), "sector": ("Sector", "text", 16),
        "entry_time": ("Entry", "time", 19), "exit_time": ("Exit", "time", 19), "quantity": ("Quantity", "decimal", 12),
        "entry_price": ("Entry price", "growth", 12), "exit_price": ("Exit price", "growth", 12),
        "fees": ("Fees", "money", 10), "return": ("Return", "fine", 10), "pnl": ("Profit", "money", 13),
    }  # fmt: skip
    shown = [name for name in kinds if name in found]
    sheet = book.sheet("Trades", (*(kinds[name][2] for name in shown), 15), frozen=(1, 1), tall=True)
    heads = [*(kinds[name][0] for name in shown), "Profit so far"]
    columns = [found[name].tolist()[:MOST_ROWS] for name in shown]
    so_far = found["pnl"].cumsum().tolist()[:MOST_ROWS]
    rows = list(zip(*columns, so_far, strict=True))
    end = book.table(sheet, 0, heads, [*(kinds[name][1] for name in shown), "money"], rows)
    sheet.autofilter(0, 0, max(1, end - 1), len(heads) - 1)
    sheet.print_area(0, 0, max(1, end - 1), len(heads) - 1)  # the chart beside would make every page small
    if not rows:
        book.put(sheet, 1, 0, "No trade was closed.")
        return
    lost = book.workbook.add_format({"font_color": LOSS, "italic": True})
    column = shown.index("pnl")
    sheet.conditional_format(
        1, column, end - 1, column, {"type": "cell", "criteria": "<", "value": 0, "format": lost}
    )
    chart = book.workbook.add_chart({"type": "line"})
    values = ["Trades", 1, len(shown), end - 1, len(shown)]
    chart.add_series({"name": "Profit so far", "values": values, "line": {"color": STRATEGY, "width": 1.5}})
    dress(chart, "Profit so far, by number of the trade", "#,##0")
    every = max(1, len(rows) // 8)
    chart.set_x_axis({"label_position": "low", "interval_unit": every, "interval_tick": every, **axis()})
    chart.set_legend({"none": True})
    sheet.insert_chart(
        1, len(shown) + 2, chart, {"x_scale": 1.5, "y_scale": 1.3, "description": "Cumulated profit"}
    )


def attribution(book: Book, report: TradingReport, figures: dict[str, Any]) -> None:
    """Write net profit by symbol, side, sector and year, each with its bars."""
    groups = (figures["trades"] or {}).get("attribution", {})
    if not groups:
        return
    sheet = book.sheet("Attribution", (14, 22, 14, 10, 10, 13, 14), frozen=(1, 0))
    heads = ["By", "Name", "Net profit", "Trades", "Winning", "Profit factor", "Mean trade"]
    keys = ("pnl", "trades", "win_rate", "profit_factor", "average")
    rows = [
        [by, one["name_text"], *(one[key] for key in keys)] for by, found in groups.items() for one in found
    ]
    end = book.table(sheet, 0, heads, ["text", "text", "money", "whole", "percent", "decimal", "money"], rows)
    sheet.autofilter(0, 0, end - 1, len(heads) - 1)
    top, place = 1, 1
    for by, found in groups.items():
        last = top + len(found) - 1
        if by in ("symbol", "year"):
            chart = book.workbook.add_chart({"type": "bar"})
            chart.add_series(
                {"name": "Net profit", "categories": ["Attribution", top, 1, last, 1],
                 "values": ["Attribution", top, 2, last, 2], "fill": {"color": GAIN}, "invert_if_negative": True,
                 "invert_if_negative_color": LOSS, "gap": 50}
            )  # fmt: skip
            dress(chart, f"Net profit by {by}", "")
            chart.set_y_axis({"reverse": True, "label_position": "low", **axis()})
            chart.set_x_axis(
                {"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#EEF0F3"}}}
            )
            chart.set_legend({"none": True})
            sheet.insert_chart(place, 8, chart, {"x_scale": 1.2, "description": f"Net profit by {by}"})
            place += 16
        top = last + 1


def risk(book: Book, report: TradingReport, figures: dict[str, Any]) -> None:
    """Write what may be luck, the quantiles, the simulated year and the rolling figures with their chart."""
    sheet = book.sheet("Risk", (34, 15, 15, 15, 15), frozen=(1, 0), tall=True)
    honest = figures["honesty"]
    rows = [
        (
            labelled(one["label"], one["value_text"]),
            known(one["value"], one["value_text"]),
            kind_of(one["value_text"]),
        )
        for one in honest["figures"]
    ]
    top = book.table(sheet, 0, ["How much may be luck", "Value"], ["text", "decimal"], [])
    for label, value, kind in rows:
        book.put(sheet, top, 0, label)
        book.put(sheet, top, 1, value, kind)
        top += 1
    book.put(sheet, top, 0, honest["sentence_text"])
    top += 2
    trials = [[one["trials"], one["value"]] for one in honest["by_trials"]]
    top = (
        book.table(sheet, top, ["Number of trials", "Deflated Sharpe ratio"], ["whole", "percent"], trials)
        + 1
    )
    both = report.benchmark is not None
    spread = [
        [one["level"], one["strategy"], *([one["benchmark"]] if both else [])] for one in figures["quantiles"]
    ]
    heads = ["Share of bars below", *(name for name, _ in sides(report))]
    top = book.table(sheet, top, heads, ["percent", "fine", "fine"][: len(heads)], spread) + 1
    if figures["future"] is not None:
        found = figures["future"]
        ends = [[one["level_text"], one["end"], one["fall"]] for one in found["quantiles"]]
        heads = ["A year ahead: share of futures", "Return below", "Deepest fall beyond"]
        top = book.table(sheet, top, heads, ["text", "percent", "percent"], ends)
        chances = [[f"chance {one['label_text']}", one["value"]] for one in found["chances"]]
        top = book.table(sheet, top + 1, ["Chances", ""], ["text", "percent"], chances)
        book.put(sheet, top, 0, found["caption"])
        top += 2
    rolling = rolling_series(report)
    if rolling:
        top = _rolling(book, sheet, report, rolling, top)
    sheet.print_area(0, 0, top, CHART_AT - 1)


def _rolling(
    book: Book, sheet: Worksheet, report: TradingReport, found: list[dict[str, Any]], top: int
) -> int:
    """Write the rolling figures with their chart; return the row after the last."""
    names = dict(zip(("strategy", "benchmark"), (name for name, _ in sides(report)), strict=False))
    pairs = [(one["label"], side, series) for one in found for side, series in one["sides"].items()]
    heads = [first_head(report), *(f"{label}, {names[side]}" for label, side, _ in pairs)]
    kinds = [time_kind(report), *("percent" if "Vol" in label else "decimal" for label, _, _ in pairs)]
    window = rolling_window(report)
    columns = [series.iloc[window - 1 :].tolist() for _, _, series in pairs]
    rows = list(zip(report.index[window - 1 :], *columns, strict=True))[: MOST_ROWS - top]
    book.put(sheet, top, 0, f"Rolling over {window:,} bars", bold=True)
    end = book.table(sheet, top + 1, heads, kinds, rows)
    ratios = [place for place, (label, _, _) in enumerate(pairs) if label == "Sharpe ratio"]
    chart = book.workbook.add_chart({"type": "line"})
    for style, place in enumerate(ratios):
        at = 1 + place
        chart.add_series(
            {"name": heads[at], "categories": ["Risk", top + 2, 0, end - 1, 0],
             "values": ["Risk", top + 2, at, end - 1, at], "line": LINES[style]}
        )  # fmt: skip
    dress(chart, "Rolling Sharpe ratio", "0.0")
    chart.set_x_axis({"label_position": "low", **time_axis(report)})
    look = {"x_scale": 1.5, "y_scale": 1.2, "description": "Rolling Sharpe ratio"}
    sheet.insert_chart(1, CHART_AT, chart, look)
    return end
