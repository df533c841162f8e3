from __future__ import annotations

from reportlab.pdfbase.pdfmetrics import stringWidth

from ml_analytics.analytics.report.typeface import FONTS, REGULAR, paragraph_style, register


def test_both_faces_are_known_and_registering_twice_is_harmless() -> None:
    register()
    register()
    for face in FONTS:
        assert stringWidth("\u2212\u221e\u00d7", face, 10) > 0


def test_a_style_has_what_was_asked() -> None:
    style = paragraph_style("some", 9, REGULAR, "#000000", leading=12, before=3, indent=5)
    assert (style.fontSize, style.leading, style.spaceBefore, style.leftIndent) == (9, 12, 3, 5)
