"""The report as a whole: its figures, what it says when something is not there, its parameters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml_analytics import FeatureEngineeringPipeline, FeatureReport, direction_labels, feature_report
from ml_analytics.core.errors import DataProcessingError, ParameterError, StoreError
from ml_analytics.core.values import FeatureVerdict, LeakCertificate
from ml_analytics.features.report import report as report_module

CONFIG = {
    "technical_indicators": {"momentum": True, "volatility": ["bb", "atr_14"], "patterns": ["cdl_doji"]}
}


@pytest.fixture(scope="module")
def sp500_report(sp500_bars: pd.DataFrame) -> FeatureReport:
    target = direction_labels(sp500_bars["close"], 5)
    return feature_report(FeatureEngineeringPipeline(CONFIG), sp500_bars, target, title="S&P 500")


def test_the_report_of_a_pipeline_holds_every_part(
    sp500_report: FeatureReport, sp500_bars: pd.DataFrame
) -> None:
    columns = list(FeatureEngineeringPipeline(CONFIG).features.columns)
    assert list(sp500_report.features.index) == columns and sp500_report.rows == 5031
    assert sp500_report.importance is not None and sp500_report.importance.target == "direction_5"
    assert sp500_report.importance.rows == 5026
    assert sp500_report.certificate is not None and sp500_report.certificate.clean
    assert sp500_report.certificate == FeatureEngineeringPipeline(CONFIG).certify(sp500_bars)
    assert sp500_report.notes == () and sp500_report.constant == () and sp500_report.empty == ()
    assert sp500_report.features.loc["rsi_14", "first_value"] == 14
    assert not sp500_report.features["holes"].any()


def test_the_table_puts_everything_known_of_a_feature_in_a_row(sp500_report: FeatureReport) -> None:
    table = sp500_report.table()
    assert list(table.index) == list(sp500_report.features.index)
    added = {"cluster", "information", "noise", "p_value", "psi", "mean_shift"}
    assert set(table) == set(sp500_report.features) | added
    for one in sp500_report.correlation.clusters:
        assert set(table.loc[list(one.members), "cluster"]) == {one.representative}
    alone = list(sp500_report.correlation.alone)
    assert table.loc[alone, "cluster"].tolist() == alone


def test_the_chart_shows_what_tells_most_without_candlesticks(sp500_report: FeatureReport) -> None:
    assert sp500_report.importance is not None and sp500_report.chart is not None
    first = [name for name in sp500_report.importance.table.index if not name.startswith("cdl_")][:3]
    drawn = {
        one.name
        for one in (*sp500_report.chart.panels, *sp500_report.chart.overlays, *sp500_report.chart.band)
    }
    assert set(first) <= drawn


def test_the_figures_are_plain_json(sp500_report: FeatureReport) -> None:
    said = json.loads(json.dumps(sp500_report.to_json(), allow_nan=False))
    assert said["title"] == "S&P 500" and len(said["features"]) == len(sp500_report.features)
    assert said["features"][0]["feature"] == sp500_report.features.index[0]
    assert len(said["folds"]) == 5 and said["certificate"]["clean"] is True
    assert said["start"].startswith("1999-01-04")


def test_the_same_again_is_the_same(make_bars: Any) -> None:
    bars = make_bars(400)
    pipeline = FeatureEngineeringPipeline({"technical_indicators": {"momentum": ["rsi"]}})
    made = [feature_report(pipeline, bars, direction_labels(bars["close"], 3)).to_html() for _ in range(2)]
    assert made[0] == made[1]


@pytest.mark.parametrize("rows", [1, 2, 29, 30, 49, 50, 151])
@pytest.mark.parametrize("target", [None, "classes", "numbers", "texts"])
def test_few_rows_give_a_report_that_says_what_is_not_there(rows: int, target: str | None) -> None:
    generator = np.random.default_rng(0)
    table = pd.DataFrame({"a": generator.normal(size=rows), "b": np.arange(rows), "none": np.nan, "flat": 7})
    values = {
        None: None,
        "classes": np.arange(rows) % 2,
        "numbers": generator.normal(size=rows),
        "texts": np.where(np.arange(rows) % 3, "down", "up"),
    }[target]
    report = feature_report(table, target=values)
    assert (report.importance is not None) == (target is not None and rows >= 50)
    assert (report.stability is not None) == (rows >= 150)
    assert report.chart is None and report.certificate is None
    assert report.empty == ("none",) and "flat" in report.constant
    said = " ".join(report.notes)
    assert ("no target was given" in said) == (target is None)
    assert ("needs 50 known rows" in said) == (target is not None and rows < 50)
    assert "No chart: no bars were given." in said and "only a pipeline can be certified" in said
    assert report.to_html() and report.to_json()


def test_bars_too_few_for_a_certificate(make_bars: Any) -> None:
    pipeline = FeatureEngineeringPipeline({"technical_indicators": {"momentum": ["rsi"]}})
    for count in (1, 19):
        report = feature_report(pipeline, make_bars(count))
        assert report.certificate is None and report.chart is not None
        assert any("must be at least 20" in note for note in report.notes)
        assert report.to_html()


def test_a_certificate_is_taken_or_left_out(make_bars: Any) -> None:
    bars = make_bars(300)
    pipeline = FeatureEngineeringPipeline({"technical_indicators": {"momentum": ["rsi_14"]}})
    own = LeakCertificate(
        (FeatureVerdict("rsi_14", clean=False, check="cut-off series", first_bar=3),), bars=300
    )
    assert feature_report(pipeline, bars, certificate=own).certificate is own
    assert feature_report(pipeline.generate_features(bars), bars, certificate=own).certificate is own
    assert feature_report(pipeline, bars, certificate=False).certificate is None


def test_many_rows_are_thinned_evenly_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_module, "MOST_ROWS", 500)
    x = np.random.default_rng(0).normal(size=1999)
    report = feature_report(pd.DataFrame({"x": x, "y": -x}), target=x > 0)
    assert report.importance is not None and report.importance.rows == 500
    assert report.stability is not None and report.stability.folds[-1].stop == 1999
    assert report.features.loc["x", "values"] == 1999
    assert "500 evenly spaced rows of 1,999" in report.notes[0]


def test_polars_bars_and_many_symbols(make_bars: Any) -> None:
    pipeline = FeatureEngineeringPipeline({"technical_indicators": {"momentum": ["rsi_14"]}})
    ohlcv = pd.concat([make_bars(200, seed).assign(symbol=f"S{seed}") for seed in range(3)])
    report = feature_report(pipeline, pl.from_pandas(ohlcv.reset_index()), np.arange(600) % 2)
    assert report.rows == 600 and report.chart is not None and report.chart.symbol == "S0"
    assert report.features.loc["rsi_14", "missing"] == pytest.approx(3 * 14 / 600)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("folds", 1),
        ("folds", 21),
        ("folds", True),
        ("folds", 2.5),
        ("threshold", 0.0),
        ("threshold", 1.0),
        ("threshold", "high"),
        ("chart_bars", 9),
        ("seed", -1),
        ("title", None),
        ("certificate", "yes"),
        ("chart", ["absent"]),
    ],
)
def test_an_unusable_parameter_is_named(name: str, value: Any) -> None:
    with pytest.raises(ParameterError, match=f"The '{name}' parameter of feature_report must be"):
        feature_report(pd.DataFrame({"a": [1.0, 2.0]}), **{name: value})


def test_bars_that_are_not_usable(make_bars: Any) -> None:
    bars = make_bars(50)
    bars.loc[bars.index[0], "close"] = -1.0
    with pytest.raises(DataProcessingError, match="close"):
        feature_report(FeatureEngineeringPipeline(CONFIG), bars)


def test_the_page_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    report = feature_report(pd.DataFrame({"a": [1.0, 2.0]}))
    path = report.save_html(tmp_path / "new" / "report.html")
    assert path.read_text(encoding="utf-8") == report.to_html()
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        report.save_html(tmp_path / "file" / "report.html")


def test_a_report_is_shown_in_one_line() -> None:
    report = feature_report(pd.DataFrame({"a": np.arange(40.0), "b": 1.0}), title="two\nlines")
    assert repr(report) == "FeatureReport('two\\nlines', rows=40, features=2, notes=4)"
    assert len(report.notes) == 4
