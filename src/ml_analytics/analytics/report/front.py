"""The first page: the verdict, the key figures in plain words, growth and falls, and every month.

Imports matplotlib and reportlab: import this module only when a PDF is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable, Paragraph, Spacer, Table

from . import sections as charts
from .layout import CAPTION, KICKER, SUBHEAD, TITLE, VERDICT, WIDTH, fitted, padding, ruled
from .shades import month_shade, strongest
from .style import MUTED, RULE, SMALL
from .text import MONTHS
from .trading import TradingReport
from .typeface import BOLD, FONTS, REGULAR
from .vector import Chart

MOST_YEARS = 22
"""Years whose months fit on the first page; of a longer history it shows the latest."""


def front(report: TradingReport, figures: dict[str, Any]) -> list[Flowable]:
    """Return the first page."""
    years = figures["years"]
    story: list[Flowable] = [
        Paragraph(escape(figures["period"]["text"]), KICKER),
        Spacer(0, 3),
        Paragraph(escape(report.title), TITLE),
        Spacer(0, 5),
        Paragraph(escape(figures["verdict"]), VERDICT),
        Spacer(0, 6),
        _key_table(report, figures),
        Spacer(0, 6),
        Chart(lambda figure: charts.growth_and_drawdown(figure, report), FONTS, 190, 470, _below(len(years))),
    ]
    if years:
        shown = years[-MOST_YEARS:]
        part = f"the latest {MOST_YEARS} years; all are on the next page" if len(years) > MOST_YEARS else ""
        story += [
            Spacer(0, 3),
            Paragraph("Returns by month, in per cent", SUBHEAD),
            *([Paragraph(part, CAPTION)] if part else []),
            Spacer(0, 2),
            month_table(report, figures, shown, _row_height(len(shown))),
        ]
    return story


def month_table(
    report: TradingReport, figures: dict[str, Any], years: Sequence[dict[str, Any]], tall: float
) -> Table:
    """Lay out the months of ``years``; gains blue and lighter, losses orange, darker and with a minus."""
    by_month = {(one["year"], one["month"]): one for one in figures["months"]}
    with_benchmark = report.benchmark is not None
    last = [fitted(report.benchmark_name, 58)] if with_benchmark else []
    size = min(SMALL, tall - 2.4)
    cells = [["", *MONTHS, "Year", *last]]
    style = [
        ("FONT", (0, 0), (-1, -1), REGULAR, size),
        ("TEXTCOLOR", (0, 0), (-1, 0), HexColor(MUTED)),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        ("FONT", (13, 1), (13, -1), BOLD, size),
        ("LINEBELOW", (0, 0), (-1, 0), 0.6, HexColor(RULE)),
        ("INNERGRID", (1, 1), (12, -1), 0.8, HexColor("#FFFFFF")),
        *padding(),
        ("TOPPADDING", (0, 0), (-1, -1), 0.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
        ("RIGHTPADDING", (1, 0), (-1, -1), 4),
    ]
    strong = strongest([one["strategy"] for one in figures["months"]])
    for row, year in enumerate(years, start=1):
        line = [year["label"]]
        for month in range(1, 13):
            one = by_month.get((int(year["key"]), month))
            line.append(one["strategy_text"] if one else "")
            if one and one["strategy"]:
                style.append(
                    ("BACKGROUND", (month, row), (month, row), HexColor(month_shade(one["strategy"], strong)))
                )
        cells.append([*line, year["strategy_text"], *([year["benchmark_text"]] if with_benchmark else [])])
    ends = [46.0, 60.0] if with_benchmark else [50.0]
    month_width = (WIDTH - 32 - sum(ends)) / 12
    return Table(cells, [32, *[month_width] * 12, *ends], tall, repeatRows=1, style=style)


def _key_table(report: TradingReport, figures: dict[str, Any]) -> Table:
    with_benchmark = report.benchmark is not None
    heads = ["", fitted(report.strategy_name, 66), fitted(report.benchmark_name, 66)][: 2 + with_benchmark]
    cells = [[*heads, "", "in plain words"]]
    for row in figures["front"]:
        texts = [row["label"], row["strategy_text"], row["benchmark_text"]][: 2 + with_benchmark]
        cells.append([*texts, "", row["words_text"]])
    last = len(heads)
    style = [
        ("FONT", (0, 0), (-1, -1), REGULAR, 8),
        ("FONT", (0, 0), (-1, 0), REGULAR, SMALL),
        ("FONT", (last + 1, 0), (last + 1, -1), REGULAR, SMALL + 0.3),
        ("TEXTCOLOR", (0, 0), (-1, 0), HexColor(MUTED)),
        ("TEXTCOLOR", (last + 1, 1), (last + 1, -1), HexColor(MUTED)),
        ("FONT", (1, 1), (1, -1), BOLD, 8),
        ("ALIGN", (1, 0), (last - 1, -1), "RIGHT"),
        *ruled((0, -1)),
        *padding(),
    ]
    widths = [134.0, *[68.0] * (last - 1), 16.0]
    return Table(cells, [*widths, WIDTH - sum(widths)], 12.6, style=style)


def _row_height(years: int) -> float:
    return max(8.6, min(12.6, 190.0 / (years + 1)))


def _below(years: int) -> float:
    """Return the height of the months and their heading."""
    return (min(years, MOST_YEARS) + 1) * _row_height(min(years, MOST_YEARS)) + 32.0 if years else 0.0
