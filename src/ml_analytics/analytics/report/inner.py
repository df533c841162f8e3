"""The pages of returns: years, all figures, rolling figures, falls, the distribution, futures, regimes, method.

Imports matplotlib and reportlab: import this module only when a PDF is made.
"""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table

from . import sections as charts
from .front import MOST_YEARS, month_table
from .layout import LINE, TEXT, WIDTH, fitted, padding, plain_table, ruled, section, table_height
from .rolling_figures import rolling_window
from .style import FAINT, MUTED, SMALL
from .trading import TradingReport
from .typeface import BOLD, FONTS, REGULAR
from .vector import Chart


def all_figures(report: TradingReport, figures: dict[str, Any]) -> list[Flowable]:
    """Return every key figure in two blocks side by side."""
    rows = figures["key_figures"]
    half = -(-len(rows) // 2)
    heads = ["", fitted(report.strategy_name), fitted(report.benchmark_name)]
    heads = heads[: 2 + (report.benchmark is not None)]
    block = len(heads)
    cells = [[*heads, "", *heads]]
    for position in range(half):
        line: list[str] = []
        for row in (rows[position : position + 1], rows[half + position : half + position + 1]):
            texts = ["", "", ""]
            if row:
                texts = [row[0]["label"], row[0]["strategy_text"], row[0]["benchmark_text"]]
            line += [*texts[:block], ""]
        cells.append(line[:-1])
    gap, number = 18.0, 62.0
    label = (WIDTH - gap) / 2 - number * (block - 1)
    style = [
        ("FONT", (0, 0), (-1, -1), REGULAR, 8),
        ("FONT", (0, 0), (-1, 0), REGULAR, SMALL),
        ("TEXTCOLOR", (0, 0), (-1, 0), HexColor(MUTED)),
        ("ALIGN", (1, 0), (block - 1, -1), "RIGHT"),
        ("ALIGN", (block + 2, 0), (-1, -1), "RIGHT"),
        *ruled((0, block - 1)),
        *ruled((block + 1, 2 * block)),
    ]
    style += [("FONT", (column, 1), (column, -1), BOLD, 8) for column in (1, block + 2)]
    widths = [label] + [number] * (block - 1)
    free = (
        "" if not report.risk_free_rate else f", over a risk-free rate of {report.risk_free_rate:.2%} a year"
    )
    caption = f"A year has {report.annual_periods:,.0f} bars; ratios are of a year{free}."
    table = Table(cells, [*widths, gap, *widths], 13.2, style=[*style, *padding()])
    return [*section("All figures", caption, 13.2 * (half + 1)), table]


def years(report: TradingReport, figures: dict[str, Any]) -> list[Flowable]:
    """Return the bars of the years and, of a long history, all its months."""
    if not figures["years"]:
        return []
    story: list[Flowable] = []
    if len(figures["years"]) > 1:
        caption = "Compounded; the first and the last year may be partial."
        chart = Chart(lambda figure: charts.years(figure, report), FONTS, 120, 170)
        story += [*section("Returns by year", caption, 150), chart]
    if len(figures["years"]) > MOST_YEARS:
        caption = f"{escape(report.strategy_name)}, compounded, in per cent."
        story += [
            *section("Returns by month", caption, 90),
            month_table(report, figures, figures["years"], 12),
        ]
    return story


def rolling(report: TradingReport, figures: dict[str, Any]) -> list[Flowable]:
    """Return the rolling figures; nothing where the history is shorter than a year."""
    rows = figures["rolling"]
    if not rows:
        return []
    areas = 2 + (report.benchmark is not None)
    below = table_height(len(rows) + 1)
    chart = Chart(lambda figure: charts.rolling(figure, report), FONTS, 95.0 * areas, 125.0 * areas, below)
    caption = f"Each point looks back over {rolling_window(report):,} bars."
    cells = [["", "Latest", "Lowest", "Middle", "Highest"]]
    for one in rows:
        shown = [one[f"{name}_text"] for name in ("latest", "lowest", "middle", "highest")]
        cells.append([fitted(one["label"], 250), *shown])
    table = plain_table(cells, [250, 60, 60, 60])
    return [
        *section("Rolling 12 months", caption, 95.0 * areas + below),
        chart,
        Spacer(0, 4),
        KeepTogether([table]),
    ]


def drawdowns(figures: dict[str, Any]) -> list[Flowable]:
    """Return the tables of the worst falls."""
    names = {"strategy": figures["strategy_name"], "benchmark": figures["benchmark_name"]}
    story: list[Flowable] = []
    for side, rows in figures["drawdowns"].items():
        heads = [names[side], "Depth", "From the high of", "Trough", "Back at the high", "Length", "Recovery"]
        heads[0] = fitted(heads[0], 80)
        cells = [heads]
        for rank, one in enumerate(rows, start=1):
            shown = ("depth", "start", "trough", "end", "days", "recovery")
            cells.append([str(rank), *(one[f"{name}_text"] for name in shown)])
        if not rows:
            cells.append(["none", *[""] * 6])
        story += [plain_table(cells, [82, 50, 84, 74, 84, 66]), Spacer(0, 10)]
    caption = (
        "Time from the last high to the return to it, in calendar days; recovery counts from the trough."
    )
    if figures["period"]["start"] is None:
        caption = "Length from the last high to the return to it, in bars; recovery counts from the trough."
    return [KeepTogether([*section("Worst five drawdowns", caption, 0), *story[:-1]])]


def distribution(report: TradingReport, figures: dict[str, Any]) -> list[Flowable]:
    """Return the distribution of returns and its quantiles."""
    below = table_height(3)
    chart = Chart(lambda figure: charts.distribution(figure, report), FONTS, 130, 190, below)
    caption = (
        "Bars with a return of exactly zero are left out; what lies beyond the axis is in the bins at its ends. "
        "Value at risk (VaR: one bar in twenty is worse) and expected shortfall (CVaR: the mean of those) are the "
        "strategy's, over all bars."
    )
    rows = figures["quantiles"]
    cells = [["Share of bars below", *(one["level_text"] for one in rows)]]
    cells.append([fitted(report.strategy_name, 100), *(one["strategy_text"] for one in rows)])
    if report.benchmark is not None:
        cells.append([fitted(report.benchmark_name, 100), *(one["benchmark_text"] for one in rows)])
    table = plain_table(cells, [102, *[54] * (len(rows) - 1)])
    return [
        *section("Distribution of returns", caption, 150 + below),
        chart,
        Spacer(0, 4),
        KeepTogether([table]),
    ]


def futures(report: TradingReport, figures: dict[str, Any]) -> list[Flowable]:
    """Return the simulated year: the fan, quantiles of its end and of its falls, and chances."""
    found = figures["future"]
    if found is None:
        return []
    lines = max(len(found["quantiles"]), len(found["chances"]))
    below = table_height(lines + 1)
    chart = Chart(lambda figure: charts.year_ahead(figure, report), FONTS, 150, 200, below)
    heads = ["Share of futures", "Return below", "Deepest fall beyond", "", "Chance", ""]
    cells = [heads]
    for place in range(lines):
        left, right = found["quantiles"][place : place + 1], found["chances"][place : place + 1]
        one = [left[0][f"{name}_text"] for name in ("level", "end", "fall")] if left else [""] * 3
        other = [right[0][f"{name}_text"] for name in ("label", "value")] if right else [""] * 2
        cells.append([*one, "", *other])
    table = plain_table(cells, [90, 74, 92, 24, 150])
    table.setStyle([("ALIGN", (4, 0), (4, -1), "LEFT"), ("FONT", (4, 0), (4, 0), BOLD, SMALL)])
    head = section("A year ahead, simulated", escape(found["caption"]), 170 + below)
    return [*head, chart, Spacer(0, 4), KeepTogether([table])]


def regimes(report: TradingReport, figures: dict[str, Any]) -> list[Flowable]:
    """Return price over regimes and what each was like."""
    rows = figures["regimes"]
    if not rows:
        return []
    below = table_height(len(rows) + 1)
    chart = Chart(lambda figure: charts.regimes(figure, report), FONTS, 200, 260, below)
    cells = [["Regime", "Share of bars", "Mean length", "Return next bar, a year", "Volatility a year"]]
    for one in rows:
        texts = (one[f"{name}_text"] for name in ("share", "mean_length", "return_next", "volatility_next"))
        cells.append([fitted(one["regime"], 120), *texts])
    caption = (
        "A colour begins at the close at which the regime was known. Mean length is in bars; return and "
        "volatility are of the asset on the bar after."
    )
    table = KeepTogether([plain_table(cells, [125, 80, 80, 120])])
    return [*section("Regimes", caption, 210 + below), chart, Spacer(0, 6), table]


def method(figures: dict[str, Any]) -> list[Flowable]:
    """Return notes and facts."""
    facts, notes = figures["facts"], figures["notes"]
    story: list[Flowable] = []
    if notes:
        story += [*section("Method and costs", "", 40)]
        story += [Paragraph(escape(line), LINE, bulletText="\u2013") for line in notes]
    if facts:
        cells = [
            [Paragraph(escape(name), TEXT), Paragraph(escape(text), TEXT)] for name, text in facts.items()
        ]
        style = [
            *padding(),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(FAINT)),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ]
        table = Table(cells, [140, WIDTH - 140], style=style)
        table.wrap(WIDTH, A4[1])  # the head stays with the first fact, however long it is
        story += [*section("Facts", "", float(table._rowHeights[0])), table]
    return story
