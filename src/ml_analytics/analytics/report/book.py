"""The pages of trades, of who earned what, and of how much may be luck.

Imports matplotlib and reportlab: import this module only when a PDF is made.
"""

from __future__ import annotations

from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table

from . import sections as charts
from .layout import TEXT, WIDTH, padding, plain_table, ruled, section
from .style import MUTED, SMALL
from .trade_figures import BY
from .trading import TradingReport
from .typeface import BOLD, FONTS, REGULAR
from .vector import Chart


def trades(report: TradingReport, figures: dict[str, Any]) -> list[Flowable]:
    """Return the page of trades: histograms, profit so far, figures, best and worst."""
    found = figures["trades"]
    if found is None:
        return []
    caption = (
        "Closed trades in the order of their exits, in money after costs; the bins at the ends hold the rest."
    )
    if not found["count"]:
        return [*section("Trades", "No trade was closed.", 0)]
    chart = Chart(lambda figure: charts.trades(figure, report), FONTS, 210, 250)
    story = [*section("Trades", caption, 420), chart, Spacer(0, 4), _summary(found["figures"])]
    for title, rows in (("Best trades", found["best"]), ("Worst trades", found["worst"])):
        if rows:
            story += [Spacer(0, 8), KeepTogether([_trade_table(title, rows)])]
    return story


def attribution(figures: dict[str, Any]) -> list[Flowable]:
    """Return net profit by symbol, side, sector and year."""
    found = figures["trades"]
    groups = {} if found is None else found["attribution"]
    if not groups or not found["count"]:
        return []
    caption = "Net profit of closed trades, by what they were and by the year of their exit."
    most = max(len(groups.get(name, ())) for name in ("symbol", "year", *groups))
    tall = min(300.0, max(70.0, 34.0 + 11.0 * min(most, 24)))
    chart = Chart(lambda figure: charts.attribution(figure, groups), FONTS, tall, tall)
    story = [*section("Who earned it", caption, tall + 60), chart]
    for name, rows in groups.items():
        cells = [[BY[name], "Net profit", "Trades", "Winning", "Profit factor", "Mean trade"]]
        shown = ("name", "pnl", "trades", "win_rate", "profit_factor", "average")
        cells += [[one[f"{key}_text"] for key in shown] for one in rows]
        story += [Spacer(0, 6), KeepTogether([plain_table(cells, [150, 84, 56, 62, 70])])]
    return story


def honesty(report: TradingReport, figures: dict[str, Any]) -> list[Flowable]:
    """Return the page on luck: chances, the record that is needed, and what trials take away."""
    found = figures["honesty"]
    caption = (
        "A Sharpe ratio is an estimate, and the best of many is too high. These figures count both "
        "(Bailey and López de Prado 2012, 2014)."
    )
    cells = [[one["label"], one["value_text"], "", one["words_text"]] for one in found["figures"]]
    style = [
        ("FONT", (0, 0), (-1, -1), REGULAR, 8),
        ("FONT", (1, 0), (1, -1), BOLD, 8),
        ("FONT", (3, 0), (3, -1), REGULAR, SMALL),
        ("TEXTCOLOR", (3, 0), (3, -1), HexColor(MUTED)),
        ("ALIGN", (1, 0), (1, -1), "RIGHT"),
        *ruled((0, -1)),
        *padding(),
    ]
    table = Table(cells, [128, 84, 14, WIDTH - 226], 14, style=style)
    head = section("How much may be luck", caption, 330)
    story: list[Flowable] = [*head, Paragraph(found["sentence_text"], TEXT), Spacer(0, 5), table]
    if any(one["value"] is not None for one in found["by_trials"]):
        chart = Chart(
            lambda figure: charts.trials(figure, found["by_trials"], report.trials), FONTS, 120, 150
        )
        rows = found["by_trials"]
        strip = [
            ["Trials", *(one["trials_text"] for one in rows)],
            ["Chance", *(one["value_text"] for one in rows)],
        ]
        wide = (WIDTH - 40) / len(rows)
        lines = [
            ("FONT", (0, 0), (-1, -1), REGULAR, SMALL),
            ("TEXTCOLOR", (0, 0), (-1, 0), HexColor(MUTED)),
            ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
            *ruled((0, -1)),
            *padding(),
        ]
        story += [Spacer(0, 6), chart, Spacer(0, 2), Table(strip, [40, *[wide] * len(rows)], 13, style=lines)]
    return story


def _summary(rows: list[dict[str, Any]]) -> Table:
    """Lay the figures of trades out in three blocks."""
    tall = -(-len(rows) // 3)
    cells = []
    for place in range(tall):
        line: list[str] = []
        for block in range(3):
            one = (
                rows[block * tall + place : block * tall + place + 1]
                if block * tall + place < len(rows)
                else []
            )
            line += [one[0]["label"], one[0]["value_text"], ""] if one else ["", "", ""]
        cells.append(line[:-1])
    style = [
        ("FONT", (0, 0), (-1, -1), REGULAR, 8),
        *padding(),
    ]
    for column in (1, 4, 7):
        style += [("FONT", (column, 0), (column, -1), BOLD, 8), ("ALIGN", (column, 0), (column, -1), "RIGHT")]
        style += ruled((column - 1, column))
    gap = 16.0
    wide = (WIDTH - 2 * gap) / 3
    return Table(cells, [wide - 62, 62, gap] * 2 + [wide - 62, 62], 13, style=style)


def _trade_table(title: str, rows: list[dict[str, Any]]) -> Table:
    cells = [[title, "Side", "Exit", "Held", "Return", "Profit"]]
    shown = ("symbol", "side", "exit", "held", "return", "pnl")
    cells += [[one[f"{name}_text"] for name in shown] for one in rows]
    return plain_table(cells, [150, 56, 74, 74, 60])
