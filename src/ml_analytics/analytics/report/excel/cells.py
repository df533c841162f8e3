"""Writing cells: numbers with formats, text as text whatever it begins with, columns as wide as what they hold."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from ..style import INK, MUTED, RULE, STRATEGY

MOST_TEXT = 32_767
"""Characters that a cell can hold."""
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LEFT = ("text",)  # kinds that stand on the left, as their heads do
_LINE = 15.0  # points, a line of the font
_WIDTH = 8.43  # characters, a column that nobody set
_BUTTON = 4  # characters that the button of a filter covers
_EXCEL_BEGINS = pd.Timestamp("1900-03-01")
FORMATS = {
    "text": {},
    "percent": {"num_format": "0.0%"},
    "fine": {"num_format": "0.00%"},
    "decimal": {"num_format": "#,##0.00"},
    "whole": {"num_format": "#,##0"},
    "money": {"num_format": "#,##0.00"},
    "growth": {"num_format": "#,##0.0000"},
    "date": {"num_format": "yyyy-mm-dd", "align": "right"},
    "time": {"num_format": "yyyy-mm-dd hh:mm:ss", "align": "right"},
}


class Book:
    """A workbook with its formats; every cell goes through :meth:`put`."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        font = {"font_name": "Calibri", "font_size": 10, "font_color": INK}
        self._formats = {name: workbook.add_format({**font, **one}) for name, one in FORMATS.items()}
        self.bold = {
            name: workbook.add_format({**font, **one, "bold": True}) for name, one in FORMATS.items()
        }
        head = {
            **font,
            "bold": True,
            "bottom": 1,
            "bottom_color": RULE,
            "font_color": STRATEGY,
            "valign": "top",
        }
        self._widths: dict[str, Sequence[float]] = {}
        self.head = workbook.add_format({**head, "text_wrap": True})
        self.head_of_words = workbook.add_format({**head, "text_wrap": True, "indent": 1})
        self.head_of_numbers = workbook.add_format({**head, "text_wrap": True, "align": "right"})
        self.title = workbook.add_format({**font, "bold": True, "font_size": 16})
        self.soft = workbook.add_format({**font, "font_color": MUTED, "text_wrap": True, "valign": "top"})
        self.words = workbook.add_format(
            {**font, "font_color": MUTED, "text_wrap": True, "valign": "top", "indent": 1}
        )
        self.lines = workbook.add_format({**font, "text_wrap": True, "valign": "top"})

    def put(
        self, sheet: Worksheet, row: int, column: int, value: Any, kind: str = "text", *, bold: bool = False
    ) -> None:
        """Write one value: text as text (never a formula or a link), numbers as numbers, what is unknown as nothing.

        Infinity is written as the sign a person reads; times lose their zone and keep their clock.
        """
        form = (self.bold if bold else self._formats)[kind]
        if isinstance(value, str):
            sheet.write_string(row, column, safe(value), form)
        elif value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
            sheet.write_blank(row, column, None, form)
        elif isinstance(value, float) and math.isinf(value):
            sheet.write_string(row, column, "∞" if value > 0 else "-∞", form)
        elif isinstance(value, pd.Timestamp):
            naive = value.tz_localize(None)
            if naive < _EXCEL_BEGINS:
                sheet.write_string(row, column, str(naive), form)
            else:
                sheet.write_datetime(row, column, naive.to_pydatetime(warn=False), form)
        else:
            sheet.write_number(row, column, float(value), form)

    def table(
        self,
        sheet: Worksheet,
        top: int,
        heads: Sequence[str],
        kinds: Sequence[str],
        rows: Sequence[Sequence[Any]],
    ) -> int:
        """Write a head and rows from ``top`` on; return the row after the last."""
        for column, (name, kind) in enumerate(zip(heads, kinds, strict=True)):
            form = self.head if kind in _LEFT else self.head_of_numbers
            sheet.write_string(top, column, safe(name), form)
        sheet.set_row(top, _LINE * self._lines_of(heads, sheet.get_name()))
        for place, row in enumerate(rows, start=top + 1):
            for column, (value, kind) in enumerate(zip(row, kinds, strict=True)):
                self.put(sheet, place, column, value, kind)
        return top + 1 + len(rows)

    def paragraph(self, sheet: Worksheet, row: int, text: str, columns: int) -> None:
        """Write a text over so many columns, in as many lines as it takes."""
        wide = sum(self._widths[sheet.get_name()][:columns])
        sheet.merge_range(row, 0, row, columns - 1, "", self.lines)
        sheet.write_string(row, 0, safe(text), self.lines)
        sheet.set_row(row, _LINE * math.ceil(1.05 * len(text) / wide))

    def _lines_of(self, heads: Sequence[str], sheet: str) -> int:
        """Return how many lines the longest head takes beside its filter's button."""
        widths = [*self._widths[sheet], *[_WIDTH] * len(heads)]
        return max(
            math.ceil((len(name) + _BUTTON) / width) for name, width in zip(heads, widths, strict=False)
        )

    def sheet(
        self, name: str, widths: Sequence[float], *, frozen: tuple[int, int] = (1, 0), tall: bool = False
    ) -> Worksheet:
        """Add a sheet that keeps its head in view and prints on A4, upright where it is ``tall``."""
        made: Worksheet = self.workbook.add_worksheet(name)
        self._widths[name] = widths
        for column, width in enumerate(widths):
            made.set_column(column, column, width)
        made.freeze_panes(*frozen)
        made.hide_gridlines(2)
        made.set_paper(9)
        if not tall:
            made.set_landscape()
        made.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        made.fit_to_pages(1, 0)
        made.repeat_rows(0, frozen[0] - 1 if frozen[0] else 0)
        made.set_footer(f"&L{safe(name).replace('&', '&&')}&RPage &P of &N")
        return made


def safe(text: str) -> str:
    """Return text that a cell can hold: without control characters, not too long.

    It is written as a string cell, so ``=1+1`` or ``@SUM`` stay text; nothing is put before it.

    >>> safe("=HYPERLINK(1)" + chr(0)), len(safe("x" * 40_000))
    ('=HYPERLINK(1)\ufffd', 32767)
    """
    shown = _UNWRITABLE.sub("\ufffd", text)
    return shown if len(shown) <= MOST_TEXT else f"{shown[: MOST_TEXT - 1]}…"
