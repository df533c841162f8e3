from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml_analytics import ParameterError
from ml_analytics.models.regime.plot import draw_regimes

NAMES = ["bull", "bear", "sideways"]


def picture(rows: int = 60) -> tuple[pd.Series, np.ndarray, pd.Index]:
    generator = np.random.default_rng(0)
    index = pd.date_range("2024-01-01", periods=rows, freq="D", tz="UTC")
    close = pd.Series(100 * np.exp(np.cumsum(generator.normal(size=rows) * 0.01)), index=index)
    return close, generator.dirichlet(np.ones(3), rows), index


def test_the_same_picture_gives_the_same_bytes(tmp_path: Path) -> None:
    close, probabilities, index = picture()
    for name, head in (("a.png", b"\x89PNG"), ("a.svg", b"<?xml")):
        path = draw_regimes(close, probabilities, index, NAMES, tmp_path / name)
        first = path.read_bytes()
        assert first.startswith(head)
        assert draw_regimes(close, probabilities, index, NAMES, path).read_bytes() == first


def test_prices_are_matched_by_time(tmp_path: Path) -> None:
    close, probabilities, index = picture()
    later = pd.date_range("2024-06-01", periods=3, tz="UTC")
    more = pd.concat([close, pd.Series(1.0, index=later)])
    one = draw_regimes(close, probabilities, index, NAMES, tmp_path / "one.png").read_bytes()
    assert draw_regimes(more[::-1], probabilities, index, NAMES, tmp_path / "two.png").read_bytes() == one


@pytest.mark.parametrize("rows", [1, 2, 5000])
@pytest.mark.parametrize("states", [2, 6])
def test_any_number_of_bars_and_regimes(rows: int, states: int, tmp_path: Path) -> None:
    close = np.geomspace(1e-6, 1e6, rows) if rows > 2 else np.ones(rows)
    probabilities = np.random.default_rng(0).dirichlet(np.ones(states), rows)
    names = ["bull", "bear", "sideways_1", "sideways_2", "sideways_3", "sideways_4"][:states]
    path = draw_regimes(pd.Series(close), probabilities, pd.RangeIndex(rows), names, tmp_path / "a.png")
    assert path.stat().st_size > 1000


def test_what_does_not_fit_is_refused(tmp_path: Path) -> None:
    close, probabilities, index = picture()
    with pytest.raises(ParameterError, match="'path'"):
        draw_regimes(close, probabilities, index, NAMES, tmp_path / "a.pdf")
    with pytest.raises(ParameterError, match="one price for each of 60 bars"):
        draw_regimes(close[:-1].reset_index(drop=True), probabilities, index, NAMES, tmp_path / "a.png")
    with pytest.raises(ParameterError, match="positive and finite"):
        draw_regimes(close - 100.0, probabilities, index, NAMES, tmp_path / "a.png")
    with pytest.raises(ParameterError, match="positive and finite"):
        draw_regimes(close[:-1], probabilities, index, NAMES, tmp_path / "a.png")
    with pytest.raises(ParameterError, match="occur once"):
        draw_regimes(pd.concat([close, close]), probabilities, index, NAMES, tmp_path / "a.png")
    assert list(tmp_path.iterdir()) == []
