"""Ehlers' dominant cycle, one bar after the other as he describes it, and as TA-Lib has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import atan, cos, degrees, pi, sin

import numpy as np
import pandas as pd
import pytest
import talib

from ml_analytics.features.bars import read_bars
from ml_analytics.features.indicator import Bars

Column = Callable[[Bars, str], np.ndarray]


class Past:
    """A series that is 0 before it begins; ``[0]`` is its newest value, ``[1]`` the one before."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def __getitem__(self, back: int) -> float:
        return self.values[-1 - back] if back < len(self.values) else 0.0

    def add(self, value: float) -> None:
        self.values.append(value)


def transform(past: Past, back: int, period: float) -> float:
    """Ehlers' Hilbert transform of the values from ``back`` bars ago on."""
    sides = 0.0962 * (past[back] - past[back + 6]) + 0.5769 * (past[back + 2] - past[back + 4])
    return sides * (0.075 * period + 0.54)


def cycle(close: np.ndarray, begin: int) -> Iterator[tuple[int, float, float, float, Past]]:
    """Yield bar, length, in-phase part, quadrature and smoothed prices."""
    smooth, detrended, quadrature = Past(), Past(), Past()
    period = length = real = imaginary = old_i = old_q = 0.0
    for t in range(begin, len(close)):
        smooth.add(float(np.average(close[t - 3 : t + 1], weights=[1, 2, 3, 4])))
        detrended.add(transform(smooth, 0, period))
        quadrature.add(transform(detrended, 0, period))
        new_i = 0.2 * (detrended[3] - transform(quadrature, 0, period)) + 0.8 * old_i
        new_q = 0.2 * (quadrature[0] + transform(detrended, 3, period)) + 0.8 * old_q
        real = 0.2 * (new_i * old_i + new_q * old_q) + 0.8 * real
        imaginary = 0.2 * (new_i * old_q - new_q * old_i) + 0.8 * imaginary
        old_i, old_q, before = new_i, new_q, period
        if real and imaginary:
            period = 360 / degrees(atan(imaginary / real))
        period = min(max(min(max(period, 0.67 * before), 1.5 * before), 6), 50)
        period = 0.2 * period + 0.8 * before
        length = 0.33 * period + 0.67 * length
        yield t, length, detrended[3], quadrature[0], smooth


def test_length_and_phasor_by_the_book(some: Bars, agree: Callable[..., None]) -> None:
    made = np.full((3, 400), np.nan)
    for t, *values, _ in cycle(some["close"], 12):
        made[:, t] = values
    agree(some, "cycle_period", made[0] / 50, exactly_known=False)
    agree(some, "cycle_in_phase", made[1], exactly_known=False)
    agree(some, "cycle_quadrature", made[2], exactly_known=False)


def test_phase_and_trend_line_by_the_book(some: Bars, agree: Callable[..., None]) -> None:
    phases, lines, close = np.full(400, np.nan), np.zeros(400), some["close"]
    for t, length, _, _, smooth in cycle(close, 37):
        size = int(length + 0.5)
        across = sum(sin(2 * pi * i / size) * smooth[i] for i in range(size))
        along = sum(cos(2 * pi * i / size) * smooth[i] for i in range(size))
        phase = (
            (degrees(atan(across / along)) if along else 0.0) + 90 + 360 / length + (180 if along < 0 else 0)
        )
        phases[t] = phase - 360 if phase > 315 else phase
        lines[t] = close[t + 1 - size : t + 1].mean() if size else 0.0
    agree(some, "cycle_phase", phases / 360, exactly_known=False)
    agree(some, "cycle_sine", np.sin(np.radians(phases)), exactly_known=False)
    agree(some, "cycle_lead_sine", np.sin(np.radians(phases + 45)), exactly_known=False)
    late = np.convolve(lines, [0.4, 0.3, 0.2, 0.1])[:400]
    agree(some, "cycle_trendline", late, exactly_known=False)


@pytest.mark.parametrize(
    ("name", "function", "places"),
    [
        (("cycle_period",), "HT_DCPERIOD", 1 / 50),
        (("cycle_in_phase", "cycle_quadrature"), "HT_PHASOR", 1.0),
        (("cycle_phase",), "HT_DCPHASE", 1 / 360),
        (("cycle_sine", "cycle_lead_sine"), "HT_SINE", 1.0),
        (("cycle_trendline",), "HT_TRENDLINE", 1.0),
        (("cycle_trend_mode",), "HT_TRENDMODE", 1.0),
        (("mama", "fama"), "MAMA", 1.0),
    ],
)
def test_as_talib(
    name: tuple[str, ...], function: str, places: float, sp500_bars: pd.DataFrame, column: Column
) -> None:
    bars = read_bars(sp500_bars, "test")[0]
    expected = getattr(talib, function)(bars["close"])
    for one, values in zip(name, expected if isinstance(expected, tuple) else (expected,), strict=True):
        made = column(bars, one)
        start = int(np.flatnonzero(~np.isnan(made))[0])
        np.testing.assert_allclose(made[start:], places * values[start:], rtol=1e-6, atol=1e-6, err_msg=one)


@pytest.mark.parametrize("length", [10, 20, 35])
def test_a_wave_is_as_long_as_it_is(length: int, column: Column) -> None:
    wave: dict[str, np.ndarray] = {"close": 100 + np.sin(2 * np.pi * np.arange(1500) / length)}
    np.testing.assert_allclose(50 * column(wave, "cycle_period")[500:], length, rtol=0.06)
    turns = np.diff(np.unwrap(2 * np.pi * column(wave, "cycle_phase")[500:])) / (2 * np.pi)
    assert turns.mean() == pytest.approx(1 / length, rel=0.02)
    assert np.nanmean(column(wave, "cycle_trend_mode")[500:]) < 0.2


def test_a_line_is_a_trend(column: Column) -> None:
    line: dict[str, np.ndarray] = {"close": 100 + 1.0 * np.arange(500)}
    assert np.nanmean(column(line, "cycle_trend_mode")[100:]) > 0.8


def test_the_adaptive_average_follows_its_price_and_is_followed(some: Bars, column: Column) -> None:
    close, quick, late = some["close"][100:], column(some, "mama")[100:], column(some, "fama")[100:]
    assert np.abs(close - quick).mean() < np.abs(close - late).mean()
    assert close.min() <= quick.min() <= quick.max() <= close.max()
