from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ml_analytics.analytics import TradingReport
from ml_analytics.analytics.report import sections


def test_stacked_axes_do_not_touch_and_fill_the_figure() -> None:
    figure = Figure(figsize=(6, 5))
    upper, lower = sections.stack(figure, (2.0, 1.0))
    above, below = upper.get_position(), lower.get_position()
    assert above.y0 > below.y1
    assert above.height / below.height == 2.0 or abs(above.height / below.height - 2.0) < 1e-9
    assert (above.x0, above.x1) == (below.x0, below.x1)


def test_without_regimes_nothing_is_drawn() -> None:
    figure = Figure()
    sections.regimes(figure, TradingReport(pd.Series([0.1], index=pd.bdate_range("2024-01-01", periods=1))))
    assert not figure.axes


def test_rows_of_axes_share_the_height_and_do_not_touch() -> None:
    figure = Figure(figsize=(6, 5))
    (upper, lower) = sections.rows(figure, (1.0, 1.0), (2, 1))
    left, right = (axes.get_position() for axes in upper)
    assert left.x1 < right.x0
    assert (left.y0, left.y1) == (right.y0, right.y1)
    assert lower[0].get_position().y1 < left.y0
    assert lower[0].get_position().x1 == right.x1
