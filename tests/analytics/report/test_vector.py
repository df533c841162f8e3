from __future__ import annotations

from io import BytesIO

import numpy as np
from matplotlib.figure import Figure
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from ml_analytics.analytics.report.typeface import FONTS, register
from ml_analytics.analytics.report.vector import Chart


def page(paint: object) -> tuple[str, str]:
    """Return the operators and the text of a page with one chart."""
    register()
    out = BytesIO()
    canvas = Canvas(out, pagesize=(300, 200), invariant=1, pageCompression=0)
    chart = Chart(paint, FONTS, 100, 150)  # type: ignore[arg-type]
    chart.wrap(300, 200)
    chart.drawOn(canvas, 0, 0)
    canvas.showPage()
    canvas.save()
    one = PdfReader(BytesIO(out.getvalue())).pages[0]
    content = one.get_contents()
    assert content is not None
    return content.get_data().decode("latin-1"), one.extract_text()


def test_lines_text_dashes_and_colours_arrive() -> None:
    def paint(figure: Figure) -> None:
        axes = figure.add_axes((0.1, 0.1, 0.8, 0.8))
        axes.plot(
            [0, 1, np.nan, 2, 3], [0, 1, 0, 1, 0], color="#FF0000", linestyle=(0.0, (3.0, 2.0)), linewidth=2.0
        )
        axes.fill_between([0, 3], [0, 0], [1, 0.5], color="#0000FF", alpha=0.5)
        axes.set_title("A title with $ and <b>", parse_math=False)
        axes.set_ylabel("turned", rotation=90)

    operators, text = page(paint)
    assert "A title with $ and <b>" in text
    assert "turned" in text
    assert "1 0 0 RG" in operators
    assert "0 0 1 rg" in operators
    assert "[6 4] 0 d" in operators
    assert " gs" in operators


def test_a_hatch_is_rising_lines_cut_to_the_shape() -> None:
    def paint(figure: Figure) -> None:
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_axis_off()
        axes.bar([0.5], [1.0], 1.0, color="#FFFFFF", edgecolor="#00FF00", hatch="///")
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)

    def plain(figure: Figure) -> None:
        paint(figure)
        for patch in figure.axes[0].patches:
            patch.set_hatch("")

    hatched, bare = page(paint)[0], page(plain)[0]
    assert hatched.count(" l") - bare.count(" l") > 300 / 3
    assert hatched.count("W* n") == bare.count("W* n") + 1


def test_a_line_has_its_points_in_page_coordinates() -> None:
    def paint(figure: Figure) -> None:
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_axis_off()
        axes.plot([0, 1], [0, 1])
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)

    operators, _ = page(paint)
    assert "0 0 m 300 150 l" in " ".join(operators.split())


def test_the_height_stays_within_its_limits() -> None:
    chart = Chart(lambda figure: None, FONTS, 100, 150)
    assert chart.wrap(300, 1000) == (300, 150)
    assert chart.wrap(300, 130) == (300, 129)
    assert chart.wrap(300, 20) == (300, 100)
