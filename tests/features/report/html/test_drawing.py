"""Drawings lie where their values are; pictures hold the pixels they should."""

from __future__ import annotations

import re
import struct
import zlib
from base64 import b64decode
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from matplotlib.image import imread

from ml_analytics.features.report.html import drawing
from ml_analytics.features.report.html.picture import NEGATIVE, POSITIVE, correlation_png
from ml_analytics.features.report.html.price import date_marks


def points(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path.partition(' d="')[2])]


@given(values=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50))
@example(values=[0.0, 5e-324])
def test_a_line_runs_through_its_values(values: list[float]) -> None:
    y = np.array(values)
    low, high = float(y.min()), float(y.max())
    drawn = points(drawing.line(drawing.centres(len(y)), drawing.heights(y, low, high)))
    assert len(drawn) == len(y)
    for (x, height), at in zip(drawn, range(len(y)), strict=True):
        assert x == pytest.approx((at + 0.5) * 1000 / len(y), abs=0.06)
        expected = 50.0 if high == low else (high - y[at]) / (high - low) * 100
        assert height == pytest.approx(expected, abs=0.06)


def test_a_line_is_broken_where_values_are_missing() -> None:
    path = drawing.line(np.arange(6.0), np.array([np.nan, 1.0, 2.0, np.nan, 3.0, np.nan]))
    assert path == '<path d="M1 1L2 2M4 3h.1"/>'
    assert drawing.line(np.arange(2.0), np.full(2, np.nan)) == ""
    assert drawing.area(np.arange(2.0), np.array([0.0, np.nan]), np.ones(2)).count("M") == 1


def test_a_long_line_keeps_its_spikes() -> None:
    y = np.random.default_rng(0).uniform(40, 60, 50_000)
    y[31_234], y[777] = 1.0, 99.0
    drawn = points(drawing.line(drawing.centres(len(y)), y))
    assert len(drawn) <= 1300
    heights = [height for _, height in drawn]
    assert (min(heights), max(heights)) == (1.0, 99.0)
    assert [x for x, _ in drawn] == sorted(x for x, _ in drawn)


def test_columns_that_hold_something_are_seen() -> None:
    tops = re.findall(r"V([\d.]+)H", drawing.columns(np.array([1.0, 0.0, 0.00001, 0.5])))
    assert [float(one) for one in tops] == [0.0, 97.0, 50.0]


def test_rising_candles_are_hollow_and_falling_ones_filled() -> None:
    text = drawing.candles(
        *(np.array(one) for one in ([50.0, 20.0], [10.0, 15.0], [60.0, 90.0], [20.0, 80.0]))
    )
    assert re.findall(r'class="(\w+)" d="(M[^"]+)"', text) == [
        ("wick", "M250 10V60M750 15V90"),
        ("up", "M80 50H420V20H80Z"),
        ("down", "M580 20H920V80H580Z"),
    ]


@given(low=st.floats(-1e9, 1e9), size=st.floats(1e-2, 1e9), most=st.integers(2, 8))
def test_ticks_are_round_few_and_inside(low: float, size: float, most: int) -> None:
    high = low + size
    made = drawing.ticks(low, high, most)
    assert 1 <= len(made) <= most + 1
    slack = 1e-6 * max(size, abs(low) * 1e-6)
    assert all(low - slack <= one <= high + slack for one in made)
    steps = np.diff(made)
    assert np.allclose(steps, steps[0] if len(steps) else 0, rtol=1e-3)


@given(low=st.floats(1e-9, 1e9), factor=st.floats(1.01, 1e9))
def test_logarithmic_ticks_are_few_and_inside(low: float, factor: float) -> None:
    made = drawing.log_ticks(low, low * factor)
    assert 1 <= len(made) <= 9
    assert all(low * (1 - 1e-6) <= one <= low * factor * (1 + 1e-6) for one in made)


@pytest.mark.parametrize("bounds", [(1.0, 1.0), (np.nan, 1.0), (0.0, np.inf), (2.0, 1.0)])
def test_no_axis_no_error(bounds: tuple[float, float]) -> None:
    assert len(drawing.ticks(*bounds)) <= 1


def pixels(address: str) -> np.ndarray:
    return np.asarray(imread(BytesIO(b64decode(address.partition(",")[2])), format="png"))


def test_the_picture_of_correlations_is_what_it_says() -> None:
    matrix = np.array([[1.0, -1.0, np.nan], [-1.0, 1.0, 0.5], [np.nan, 0.5, 1.0]])
    made = np.round(pixels(correlation_png(matrix)) * 255)
    assert made.shape == (3, 3, 4)
    assert made[0, 0].tolist() == [*POSITIVE, 255] and made[0, 1].tolist() == [*NEGATIVE, 255]
    assert made[0, 2, 3] == 0 and made[1, 2, 3] == 128


def test_a_huge_matrix_becomes_a_picture_of_bounded_size() -> None:
    data = b64decode(correlation_png(np.zeros((1700, 1700))).partition(",")[2])
    width, height = struct.unpack(">II", data[16:24])
    assert width == height == 567
    assert data.endswith(struct.pack(">I", zlib.crc32(b"IEND")))


@pytest.mark.parametrize(
    ("step", "count", "expected"),
    [
        ("D", 5000, r"\d{4}"),
        ("D", 250, r"\w{3} \d{4}"),
        ("h", 240, r"\d\d \w{3}"),
        ("min", 250, r"\d\d \w{3} \d\d:\d\d"),
    ],
)
def test_dates_are_written_where_they_begin(step: str, count: int, expected: str) -> None:
    times = pd.date_range("2024-02-03 05:00", periods=count, freq=step, tz="UTC")
    made = date_marks(times)
    assert 2 <= len(made) <= 9 and all(re.fullmatch(expected, words) for _, words in made)
    for place, words in made:
        before, at = (times[round(place / 100 * count - 0.5) + shift] for shift in (-3, 2))
        assert before < at and (words[:4] in f"{at:%Y %d %b}" or words.startswith(f"{at:%b}") or ":" in words)


def test_one_bar_has_no_dates() -> None:
    assert date_marks(pd.date_range("2024-01-01", periods=1, tz="UTC")) == []
