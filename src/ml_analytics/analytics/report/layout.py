"""How a page is set: widths, headings, tables, one style for all.

Imports reportlab: import this module only when a PDF is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import CondPageBreak, Flowable, Paragraph, Spacer, Table

from .style import BODY, FAINT, INK, MUTED, RULE, SMALL, STRATEGY
from .typeface import BOLD, REGULAR, paragraph_style

MARGIN = 17 * mm
WIDTH = A4[0] - 2 * MARGIN
ROW = 13.2  # points, a row of a plain table

TITLE = paragraph_style("title", 19, BOLD, INK, leading=23)
KICKER = paragraph_style("kicker", SMALL, REGULAR, MUTED, leading=11)
VERDICT = paragraph_style("verdict", 10, REGULAR, INK, leading=14.5)
HEADING = paragraph_style("heading", 11, BOLD, STRATEGY, leading=14, before=16)
SUBHEAD = paragraph_style("subhead", 8.5, BOLD, INK, leading=10.5)
TEXT = paragraph_style("text", BODY, REGULAR, INK, leading=12.5)
LINE = paragraph_style("line", BODY, REGULAR, INK, leading=12.5, indent=10)
CAPTION = paragraph_style("caption", SMALL, REGULAR, MUTED, leading=10)


def section(heading: str, caption: str, room: float) -> list[Flowable]:
    """Begin a section on the next page unless ``room`` points for its content are left on this one."""
    head = [CondPageBreak(room + 30), Paragraph(heading, HEADING)]
    return [*head, *([Paragraph(caption, CAPTION)] if caption else []), Spacer(0, 5)]


def plain_table(cells: Sequence[Sequence[str]], widths: Sequence[float]) -> Table:
    """Lay out a table whose first row is its head and whose last column takes what is left."""
    style = [
        ("FONT", (0, 0), (-1, -1), REGULAR, 8),
        ("FONT", (0, 0), (-1, 0), REGULAR, SMALL),
        ("TEXTCOLOR", (1, 0), (-1, 0), HexColor(MUTED)),
        ("FONT", (0, 0), (0, 0), BOLD, SMALL),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        *ruled((0, -1)),
        *padding(),
    ]
    return Table(cells, [*widths, WIDTH - sum(widths)], ROW, style=style, hAlign="LEFT")


def table_height(rows: int) -> float:
    """Return the height that a chart leaves free for a plain table of so many rows below it."""
    return rows * ROW + 8.0


def ruled(columns: tuple[int, int]) -> list[tuple[Any, ...]]:
    """Return lines under the head and, fainter, under each row."""
    first, last = columns
    return [
        ("LINEBELOW", (first, 0), (last, 0), 0.6, HexColor(RULE)),
        ("LINEBELOW", (first, 1), (last, -1), 0.4, HexColor(FAINT)),
    ]


def padding() -> list[tuple[Any, ...]]:
    """Return the room round each cell."""
    return [
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ]


def fitted(text: str, width: float = 60.0) -> str:
    """Shorten a heading so that it stays in its column."""
    shown = text
    while len(shown) > 2 and stringWidth(shown, BOLD, SMALL) > width - 2:
        shown = f"{shown[:-2].rstrip()}…"
    return shown
