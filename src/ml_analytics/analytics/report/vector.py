"""A matplotlib figure drawn straight on a reportlab page: vector lines, real text, the page's own fonts.

Imports matplotlib and reportlab: import this module only when a PDF is made.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.backend_bases import FigureCanvasBase, GraphicsContextBase, RendererBase
from matplotlib.figure import Figure
from matplotlib.path import Path
from reportlab.pdfbase.pdfmetrics import getAscentDescent, stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

POINTS_PER_INCH = 72.0
HATCH_STEP, HATCH_WIDTH = 3.0, 0.45
_CAPS = {"butt": 0, "round": 1, "projecting": 2}
_JOINS = {"miter": 0, "round": 1, "bevel": 2}


class PageRenderer(RendererBase):
    """Draws what matplotlib asks for on a reportlab canvas whose origin is the figure's lower left.

    One pixel is one point. Every hatch is drawn as rising lines; images and formulas are not drawn: the
    report's charts have none.
    """

    def __init__(self, canvas: Canvas, width: float, height: float, fonts: tuple[str, str]) -> None:
        super().__init__()
        self._canvas = canvas
        self._size = (width, height)
        self._regular, self._bold = fonts

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Return the size of the figure in points."""
        return self._size

    def points_to_pixels(self, points: Any) -> Any:
        """Return ``points``: a pixel is a point here."""
        return points

    def draw_path(self, gc: GraphicsContextBase, path: Path, transform: Any, rgbFace: Any = None) -> None:
        """Stroke and fill a path."""
        canvas = self._canvas
        stroke = gc.get_linewidth() > 0 and gc.get_rgb()[3] > 0
        if not stroke and rgbFace is None:
            return
        canvas.saveState()
        self._clip(gc)
        if stroke:
            self._pen(gc)
        if rgbFace is not None:
            alpha = gc.get_alpha() if gc.get_forced_alpha() or len(rgbFace) < 4 else rgbFace[3]
            canvas.setFillColorRGB(*rgbFace[:3], alpha=alpha)
        outline = self._drawn(path, transform, filled=rgbFace is not None)
        canvas.drawPath(outline, stroke, rgbFace is not None)
        if gc.get_hatch() is not None:
            self._hatch(gc, path, transform)
        canvas.restoreState()

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: Any,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        """Write a line of text with its baseline at (x, y)."""
        canvas = self._canvas
        canvas.saveState()
        canvas.translate(x, y)
        if angle:
            canvas.rotate(angle)
        canvas.setFillColorRGB(*gc.get_rgb()[:3])
        canvas.setFont(self._face(prop), prop.get_size_in_points())
        canvas.drawString(0, 0, s)
        canvas.restoreState()

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> tuple[float, float, float]:
        """Return width, height and descent of a line in points."""
        size, face = prop.get_size_in_points(), self._face(prop)
        ascent, descent = getAscentDescent(face, size)
        return stringWidth(s, face, size), (ascent - descent) * 0.86, -descent * 0.7

    def flipy(self) -> bool:
        """Return False: y grows upwards on a page."""
        return False

    def _face(self, prop: Any) -> str:
        return self._bold if prop.get_weight() in ("bold", 700) else self._regular

    def _clip(self, gc: GraphicsContextBase) -> None:
        box = gc.get_clip_rectangle()
        if box is not None:
            outline = self._canvas.beginPath()
            outline.rect(box.x0, box.y0, box.width, box.height)
            self._canvas.clipPath(outline, stroke=0, fill=0)

    def _hatch(self, gc: GraphicsContextBase, path: Path, transform: Any) -> None:
        """Fill a path with rising lines in the colour of its edge."""
        canvas, box = self._canvas, path.get_extents(transform)
        canvas.clipPath(self._drawn(path, transform, filled=True), stroke=0, fill=0)
        canvas.setStrokeColorRGB(*gc.get_rgb()[:3])
        canvas.setLineWidth(HATCH_WIDTH)
        lines, tall = canvas.beginPath(), float(box.height)
        # On one grid for the whole figure: neighbours continue each other's lines.
        first = math.floor((box.x0 - tall - box.y0) / HATCH_STEP) * HATCH_STEP
        for start in np.arange(first, box.x1 - box.y0 + HATCH_STEP, HATCH_STEP).tolist():
            lines.moveTo(start + box.y0, box.y0)
            lines.lineTo(start + box.y0 + tall, box.y1)
        canvas.drawPath(lines, 1, 0)

    def _pen(self, gc: GraphicsContextBase) -> None:
        canvas, color = self._canvas, gc.get_rgb()
        canvas.setStrokeColorRGB(*color[:3], alpha=color[3])
        canvas.setLineWidth(gc.get_linewidth())
        canvas.setLineCap(_CAPS[gc.get_capstyle()])
        canvas.setLineJoin(_JOINS[gc.get_joinstyle()])
        offset: Any
        dashes: Any
        offset, dashes = gc.get_dashes()
        if dashes is not None:
            canvas.setDash([float(length) for length in dashes], float(offset) if offset else 0)

    def _drawn(self, path: Path, transform: Any, *, filled: bool) -> Any:
        drawn = self._canvas.beginPath()
        # A filled outline must keep its ends; an open line may lose points that no eye can see.
        segments = path.iter_segments(transform, simplify=False if filled else None, curves=False)
        for points, code in segments:
            x, y = np.round(np.asarray(points, dtype=np.float64)[-2:], 2).tolist()
            if code == Path.MOVETO:
                drawn.moveTo(x, y)
            elif code == Path.LINETO:
                drawn.lineTo(x, y)
            elif code == Path.CLOSEPOLY:
                drawn.close()
        return drawn


class Chart(Flowable):  # type: ignore[misc] # reportlab has no types
    """A figure in the flow of a page, as wide as the column and between two heights.

    ``paint`` gets an empty figure and draws on it; ``below`` is kept free for what follows on the page.
    """

    def __init__(
        self,
        paint: Callable[[Figure], None],
        fonts: tuple[str, str],
        lowest: float,
        highest: float,
        below: float = 0.0,
    ) -> None:
        super().__init__()
        self._paint = paint
        self._fonts = fonts
        self._lowest, self._highest, self._below = lowest, highest, below

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Take the whole width and as much height as there is, within the limits."""
        self.width = available_width
        self.height = min(self._highest, max(self._lowest, available_height - self._below - 1.0))
        return self.width, self.height

    def draw(self) -> None:
        """Draw the figure."""
        figure = Figure(
            figsize=(self.width / POINTS_PER_INCH, self.height / POINTS_PER_INCH), dpi=POINTS_PER_INCH
        )
        FigureCanvasBase(figure)
        figure.patch.set_visible(False)
        self._paint(figure)
        figure.draw(PageRenderer(self.canv, self.width, self.height, self._fonts))
