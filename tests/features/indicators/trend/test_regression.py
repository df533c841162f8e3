"""The regression lines against a fit by polynomials."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_line_slope_angle_and_forecast(
    some: Bars, agree: Callable[..., None], textbook: SimpleNamespace
) -> None:
    def fitted(rule: Callable[[float, float], float]) -> np.ndarray:
        made: np.ndarray = textbook.rolling(
            some["close"], 14, lambda window: rule(*np.polyfit(np.arange(14), window, 1))
        )
        return made

    agree(some, "linearreg_14", fitted(lambda slope, begin: begin + 13 * slope))
    agree(some, "linearreg_intercept_14", fitted(lambda slope, begin: begin))
    agree(some, "tsf_14", fitted(lambda slope, begin: begin + 14 * slope))
    agree(some, "linearreg_slope_14", fitted(lambda slope, begin: slope))
    agree(some, "linearreg_angle_14", fitted(lambda slope, begin: float(np.degrees(np.arctan(slope)))))


def test_a_series_read_backwards_has_the_slope_turned_round(
    some: Bars, column: Callable[[Bars, str], np.ndarray]
) -> None:
    backwards = {name: values[::-1].copy() for name, values in some.items()}
    slope = column(some, "linearreg_slope_14")[13:]
    np.testing.assert_allclose(column(backwards, "linearreg_slope_14")[13:], -slope[::-1], rtol=1e-7)
