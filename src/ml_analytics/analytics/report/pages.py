"""The pages of the PDF: text and tables by reportlab, charts as vectors between them.

Imports matplotlib and reportlab: import this module only when a PDF is made. One section is one function
that returns flowables; the order of sections stands in :func:`pdf_bytes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from . import sections as charts
from .figures import report_figures
from .style import BODY, FAINT, GAIN, INK, LOSS, MUTED, RULE, SMALL, STRATEGY, mixed
from .trading import TradingReport
from .typeface import BOLD, FONTS, REGULAR, paragraph_style, register
from .vector import Chart

FEWEST_A_YEAR = 4.0  # below that twelve months hold too few bars to measure
MARGIN = 17 * mm
WIDTH = A4[0] - 2 * MARGIN
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_TITLE = paragraph_style("title", 19, BOLD, INK, leading=23)
_KICKER = paragraph_style("kicker", SMALL, REGULAR, MUTED, leading=11)
_VERDICT = paragraph_style("verdict", 10, REGULAR, INK, leading=14.5)
_HEADING = paragraph_style("heading", 11, BOLD, STRATEGY, leading=14, before=16)
_TEXT = paragraph_style("text", BODY, REGULAR, INK, leading=12.5)
_LINE = paragraph_style("line", BODY, REGULAR, INK, leading=12.5, indent=10)
_CAPTION = paragraph_style("caption", SMALL, REGULAR, MUTED, leading=10)


def pdf_bytes(report: TradingReport) -> bytes:
    """Return the report as a PDF: A4, vector charts, real text, the same bytes for the same report."""
    register()
    figures = report_figures(report)
    story: list[Flowable] = [
        *_front(report, figures),
        *_returns(report, figures),
        *_rolling(report),
        *_drawdowns(figures),
        *_regimes(report, figures),
        *_distribution(report),
        *_method(figures),
    ]
    out = BytesIO()
    document = BaseDocTemplate(
        out, pagesize=A4, invariant=1, title=report.title, author="ml_analytics", subject=figures["verdict"],
        creator="ml_analytics", lang="en", initialFontName=REGULAR,
    )  # fmt: skip
    frame = Frame(MARGIN, 18 * mm, WIDTH, A4[1] - 18 * mm - 15 * mm, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame]))
    footer = f"{report.title} · {figures['period']['text']}"
    document.build(story, canvasmaker=partial(_Numbered, footer))
    return out.getvalue()


class _Numbered(Canvas):  # type: ignore[misc] # reportlab has no types
    """A canvas that knows at the end how many pages there are and writes it on each."""

    def __init__(self, footer: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._footer = footer
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - reportlab's name
        """Keep the page until the number of pages is known."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write every page with its footer."""
        for number, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self._write_footer(number, len(self._pages))
            super().showPage()
        super().save()

    def _write_footer(self, number: int, total: int) -> None:
        self.setStrokeColor(HexColor(RULE))
        self.setLineWidth(0.5)
        self.line(MARGIN, 13 * mm, A4[0] - MARGIN, 13 * mm)
        self.setFillColor(HexColor(MUTED))
        self.setFont(REGULAR, SMALL)
        shown = self._footer
        while self.stringWidth(shown, REGULAR, SMALL) > WIDTH - 70:
            shown = f"{shown[:-2].rstrip()}…"
        self.drawString(MARGIN, 9 * mm, shown)
        self.drawRightString(A4[0] - MARGIN, 9 * mm, f"Page {number} of {total}")


def _front(report: TradingReport, figures: dict[str, Any]) -> list[Flowable]:
    return [
        Paragraph(escape(figures["period"]["text"]), _KICKER),
        Spacer(0, 3),
        Paragraph(escape(report.title), _TITLE),
        Spacer(0, 7),
        Paragraph(escape(figures["verdict"]), _VERDICT),
        Spacer(0, 9),
        _key_table(report, figures),
        Spacer(0, 8),
        Chart(lambda figure: charts.growth_and_drawdown(figure, report), FONTS, 190, 470),
    ]


def _key_table(report: TradingReport, figures: dict[str, Any]) -> Table:
    """Lay the key figures out in two blocks side by side."""
    rows = figures["key_figures"]
    half = -(-len(rows) // 2)
    with_benchmark = report.benchmark is not None
    heads = ["", _fitted(report.strategy_name), _fitted(report.benchmark_name)][: 2 + with_benchmark]
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
        *_ruled((0, block - 1)),
        *_ruled((block + 1, 2 * block)),
    ]
    style += [("FONT", (column, 1), (column, -1), BOLD, 8) for column in (1, block + 2)]
    widths = [label] + [number] * (block - 1)
    return Table(cells, [*widths, gap, *widths], 13.2, style=[*style, *_padding()])


def _returns(report: TradingReport, figures: dict[str, Any]) -> list[Flowable]:
    by_month = {(one["year"], one["month"]): one for one in figures["months"]}
    with_benchmark = report.benchmark is not None
    last = [_fitted(report.benchmark_name, 58)] if with_benchmark else []
    cells = [["", *_MONTHS, "Year", *last]]
    style = [
        ("FONT", (0, 0), (-1, -1), REGULAR, SMALL),
        ("TEXTCOLOR", (0, 0), (-1, 0), HexColor(MUTED)),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        ("FONT", (13, 1), (13, -1), BOLD, SMALL),
        ("LINEBELOW", (0, 0), (-1, 0), 0.6, HexColor(RULE)),
        ("INNERGRID", (1, 1), (12, -1), 0.8, HexColor("#FFFFFF")),
        *_padding(),
        ("RIGHTPADDING", (1, 0), (-1, -1), 4),
    ]
    strongest = _strong([one["strategy"] for one in figures["months"]])
    for row, year in enumerate(figures["years"], start=1):
        line = [year["label"]]
        for month in range(1, 13):
            one = by_month.get((int(year["key"]), month))
            line.append(one["strategy_text"] if one else "")
            if one and one["strategy"]:
                style.append(("BACKGROUND", (month, row), (month, row), _heat(one["strategy"], strongest)))
        cells.append([*line, year["strategy_text"], *([year["benchmark_text"]] if with_benchmark else [])])
    ends = [46.0, 60.0] if with_benchmark else [50.0]
    month_width = (WIDTH - 32 - sum(ends)) / 12
    table = Table(cells, [32, *[month_width] * 12, *ends], 14, repeatRows=1, style=style)
    name = escape(report.strategy_name)
    return [
        *_section("Returns by month", f"{name}, compounded, in per cent; darker is further from zero.", 90),
        table,
    ]


def _rolling(report: TradingReport) -> list[Flowable]:
    window = charts.rolling_window(report)
    if len(report.net) <= window + 1 or report.annual_periods < FEWEST_A_YEAR:
        return []
    chart = Chart(lambda figure: charts.rolling(figure, report), FONTS, 230, 400)
    caption = f"Each point looks back over {window:,} bars."
    return [*_section("Rolling 12 months", caption, 270), chart]


def _drawdowns(figures: dict[str, Any]) -> list[Flowable]:
    names = {"strategy": figures["strategy_name"], "benchmark": figures["benchmark_name"]}
    story: list[Flowable] = []
    for side, rows in figures["drawdowns"].items():
        heads = [names[side], "Depth", "From the high of", "Trough", "Back at the high", "Length", "Recovery"]
        heads[0] = _fitted(heads[0], 80)
        cells = [heads]
        for rank, one in enumerate(rows, start=1):
            cells.append(
                [str(rank), one["depth_text"], one["start"], one["trough"], one["end_text"], one["days_text"],
                 one["recovery_text"]]
            )  # fmt: skip
        if not rows:
            cells.append(["none", *[""] * 6])
        story += [_plain_table(cells, [82, 50, 84, 74, 84, 66]), Spacer(0, 10)]
    caption = (
        "Time from the last high to the return to it, in calendar days; recovery counts from the trough."
    )
    head = _section("Worst five drawdowns", caption, 0)
    return [KeepTogether([*head, *story[:-1]])]


def _distribution(report: TradingReport) -> list[Flowable]:
    chart = Chart(lambda figure: charts.distribution(figure, report), FONTS, 170, 310)
    caption = (
        "Bars with a return of exactly zero are left out; what lies beyond the axis is in the bins at its ends. "
        "Value at risk is the strategy's, over all bars."
    )
    return [*_section("Distribution of returns", caption, 210), chart]


def _regimes(report: TradingReport, figures: dict[str, Any]) -> list[Flowable]:
    rows = figures["regimes"]
    if not rows:
        return []
    chart = Chart(lambda figure: charts.regimes(figure, report), FONTS, 230, 300)
    cells = [["Regime", "Share of bars", "Mean length", "Return next bar, a year", "Volatility a year"]]
    for one in rows:
        texts = (one[f"{name}_text"] for name in ("share", "mean_length", "return_next", "volatility_next"))
        cells.append([_fitted(one["regime"], 120), *texts])
    caption = (
        "A colour begins at the close at which the regime was known. Mean length is in bars; return and "
        "volatility are of the asset on the bar after."
    )
    return [
        *_section("Regimes", caption, 260),
        chart,
        Spacer(0, 6),
        KeepTogether([_plain_table(cells, [125, 80, 80, 120])]),
    ]


def _method(figures: dict[str, Any]) -> list[Flowable]:
    facts, notes = figures["facts"], figures["notes"]
    story: list[Flowable] = []
    if notes:
        story += [*_section("Method and costs", "", 40)]
        story += [Paragraph(escape(line), _LINE, bulletText="\u2013") for line in notes]
    if facts:
        cells = [
            [Paragraph(escape(name), _TEXT), Paragraph(escape(text), _TEXT)] for name, text in facts.items()
        ]
        style = [
            *_padding(),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(FAINT)),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ]
        story += [*_section("Facts", "", 40), Table(cells, [140, WIDTH - 140], style=style)]
    return story


def _section(heading: str, caption: str, room: float) -> list[Flowable]:
    """Begin a section on the next page unless ``room`` points for its content are left on this one."""
    head = [CondPageBreak(room + 30), Paragraph(heading, _HEADING)]
    return [*head, *([Paragraph(caption, _CAPTION)] if caption else []), Spacer(0, 5)]


def _plain_table(cells: Sequence[Sequence[str]], widths: Sequence[float]) -> Table:
    style = [
        ("FONT", (0, 0), (-1, -1), REGULAR, 8),
        ("FONT", (0, 0), (-1, 0), REGULAR, SMALL),
        ("TEXTCOLOR", (1, 0), (-1, 0), HexColor(MUTED)),
        ("FONT", (0, 0), (0, 0), BOLD, SMALL),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        *_ruled((0, -1)),
        *_padding(),
    ]
    return Table(cells, [*widths, WIDTH - sum(widths)], 13.2, style=style, hAlign="LEFT")


def _ruled(columns: tuple[int, int]) -> list[tuple[Any, ...]]:
    first, last = columns
    return [
        ("LINEBELOW", (first, 0), (last, 0), 0.6, HexColor(RULE)),
        ("LINEBELOW", (first, 1), (last, -1), 0.4, HexColor(FAINT)),
    ]


def _padding() -> list[tuple[Any, ...]]:
    return [
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ]


def _strong(values: Sequence[float]) -> float:
    sizes = sorted(abs(value) for value in values)
    return sizes[int(0.95 * (len(sizes) - 1))] if sizes else 0.0


def _heat(value: float, strongest: float) -> HexColor:
    depth = min(1.0, abs(value) / strongest) if strongest else 1.0
    return HexColor(mixed(GAIN if value > 0 else LOSS, 0.08 + 0.47 * depth))


def _fitted(text: str, width: float = 60.0) -> str:
    """Shorten a heading so that it stays in its column."""
    shown = text
    while len(shown) > 2 and stringWidth(shown, BOLD, SMALL) > width - 2:
        shown = f"{shown[:-2].rstrip()}…"
    return shown
