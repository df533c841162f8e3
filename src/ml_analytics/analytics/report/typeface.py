"""The typeface of the PDF: DejaVu Sans, which matplotlib brings, embedded so that it looks the same anywhere.

Imports matplotlib and reportlab: import this module only when a PDF is made.
"""

from __future__ import annotations

from functools import cache

from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from .readable import faces

REGULAR, BOLD = "ml_analytics-Sans", "ml_analytics-Sans-Bold"
FONTS = (REGULAR, BOLD)


@cache
def register() -> None:
    """Make the fonts known to reportlab, once a process."""
    for name, face in zip(FONTS, faces(), strict=True):
        pdfmetrics.registerFont(TTFont(name, str(face)))


def paragraph_style(
    name: str, size: float, face: str, color: str, *, leading: float, before: float = 0.0, indent: float = 0.0
) -> ParagraphStyle:
    """Return a paragraph style; long words break rather than leave the column.

    ``before`` is left out at the top of a page, ``indent`` leaves room for a bullet.
    """
    register()
    return ParagraphStyle(
        name,
        fontName=face,
        fontSize=size,
        leading=leading,
        textColor=HexColor(color),
        spaceBefore=before,
        leftIndent=indent,
        splitLongWords=1,
        bulletFontName=REGULAR,
        bulletFontSize=size,
        bulletIndent=0,
    )
