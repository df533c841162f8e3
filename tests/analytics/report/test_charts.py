from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from ml_analytics.analytics import TradingReport, equity_chart, regime_chart
from ml_analytics.core.errors import ParameterError, StoreError

Draw = Callable[[TradingReport, Path], Path]


def draw_equity(report: TradingReport, path: Path) -> Path:
    return equity_chart(report.net, report.benchmark, path)


def draw_regimes(report: TradingReport, path: Path) -> Path:
    assert report.close is not None
    assert report.regimes is not None
    return regime_chart(report.close, report.regimes, path, {0: "restless", 1: "calm"})


both = pytest.mark.parametrize("draw", [draw_equity, draw_regimes], ids=["equity", "regimes"])


@both
@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_same_chart_gives_the_same_bytes(
    draw: Draw, kind: str, report: TradingReport, tmp_path: Path
) -> None:
    one, other = (draw(report, tmp_path / f"{name}.{kind}").read_bytes() for name in ("one", "other"))
    assert one == other
    assert b"20" not in one[:8]


@both
def test_a_png_is_a_picture_of_a_fair_size(draw: Draw, report: TradingReport, tmp_path: Path) -> None:
    with Image.open(draw(report, tmp_path / "chart.PNG")) as image:
        assert image.size == (1216, 576)
        colors = np.unique(np.asarray(image.convert("RGB")).reshape(-1, 3), axis=0)
    assert len(colors) > 20


@both
def test_settings_of_the_process_stay_as_they_were(draw: Draw, report: TradingReport, tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    draw(report, tmp_path / "chart.svg")
    assert dict(mpl.rcParams) == before


def test_names_in_any_script_are_drawn_without_a_warning(report: TradingReport, tmp_path: Path) -> None:
    """A sign without glyph is a warning of matplotlib, and warnings are errors here."""
    assert report.close is not None
    assert report.regimes is not None
    regime_chart(report.close, report.regimes, tmp_path / "regimes.png", {0: "熊", 1: "🐂"})
    equity_chart(
        report.net, report.benchmark, tmp_path / "equity.svg", strategy_name="动量", benchmark_name="지수"
    )


def test_charts_drawn_at_once_do_not_mix(report: TradingReport, tmp_path: Path) -> None:
    alone = draw_equity(report, tmp_path / "alone.svg").read_bytes()
    with ThreadPoolExecutor(4) as pool:
        paths = list(pool.map(lambda number: draw_equity(report, tmp_path / f"{number}.svg"), range(4)))
    assert {path.read_bytes() for path in paths} == {alone}


DAYS = pd.bdate_range("2024-01-01", periods=3)
PRICE = pd.Series([1.0, 2.0, 3.0], index=DAYS)


@pytest.mark.parametrize(
    ("close", "regimes", "name", "sentence"),
    [
        (PRICE, PRICE, "chart.jpg", "'path' parameter of regime_chart .* .png or .svg"),
        (PRICE, PRICE.iloc[:2], "chart.png", "'regimes' .* on the 3 times"),
        (PRICE - 1.0, PRICE, "chart.png", "'close' .* positive prices"),
        ([1.0, 2.0], PRICE, "chart.png", "'close' .* pandas series"),
        (PRICE.where(PRICE > 1), PRICE, "chart.png", "known on every bar"),
        (pd.Series(["a"] * 3, index=DAYS), PRICE, "chart.png", "'close' .* numbers"),
    ],
)
def test_bad_input_gets_one_sentence(
    close: Any, regimes: Any, name: str, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(ParameterError, match=sentence):
        regime_chart(close, regimes, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="Cannot write"):
        equity_chart(PRICE * 0, None, tmp_path / "file" / "chart.png")
