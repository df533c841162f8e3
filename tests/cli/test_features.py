"""``features``: the list, the features of a file, their certificate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ml_analytics import catalogue, load_sp500
from ml_analytics.cli import main


@pytest.fixture
def bars(tmp_path: Path) -> Path:
    load_sp500().tail(400).to_csv(tmp_path / "bars.csv")
    return tmp_path / "bars.csv"


def test_the_list_names_every_feature(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["features", "--list"]) == 0
    said = capsys.readouterr().out
    for one in catalogue():
        assert all(f"│ {name} " in said for name in one.columns), one.columns


def test_the_list_of_a_group_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["features", "--list", "--group", "momentum", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [tuple(one["columns"]) for one in said] == [one.columns for one in catalogue("momentum")]
    rsi = next(one for one in said if one["columns"] == ["rsi_14"])
    assert (rsi["parameters"], rsi["inputs"], rsi["warm_up"]) == ({"period": 14}, ["close"], 14)
    assert rsi["formula"] and rsi["source"] == "TA-Lib RSI" and rsi["scale_free"] is True


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Name a FILE of bars, or give --list"),
        (["--list", "--group", "calendar"], "must be one of trend, momentum"),
        (["bars.csv", "--group", "momentum"], "--group goes with --list"),
    ],
)
def test_a_wrong_question_is_one_sentence(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["features", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_the_report_is_written_beside_the_certificate(
    bars: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "reports" / "features.html"
    assert main(["features", str(bars), "--report", str(report), "--horizon", "3"]) == 0
    assert f"Written to {report}." in capsys.readouterr().out
    text = report.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>") and "<h1>bars</h1>" in text and "direction_3" in text
    assert "none looking ahead" in text


def test_a_report_that_cannot_be_written_is_one_sentence(
    bars: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert main(["features", str(bars), "--report", str(tmp_path / "file" / "report.html")]) == 2
    assert "Cannot write" in capsys.readouterr().err


def test_a_horizon_must_be_a_number_of_bars(bars: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["features", str(bars), "--horizon", "0"]) == 2
    assert "--horizon" in capsys.readouterr().err


def test_explain_says_what_the_cache_had(
    bars: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "features.yaml"
    config.write_text("technical_indicators: {momentum: [rsi, roc_10]}\n")
    asked = ["features", str(bars), "--config", str(config), "--explain", "--cache", str(tmp_path / "kept")]
    assert main(asked) == 0
    first = capsys.readouterr().out
    assert "│ momentum │ computed │ 5 " in first
    assert "5 features on 400 bars: none looks ahead." in first
    assert main([*asked, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [one["feature"] for one in said] == ["rsi_2", "rsi_7", "rsi_14", "rsi_21", "roc_10"]
    assert {one["source"] for one in said} <= {"memory", "disk"}


def test_a_config_that_is_none_is_one_sentence(
    bars: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "features.yaml"
    config.write_text("technical_indicators: {momentum: [nothing]}\n")
    assert main(["features", str(bars), "--config", str(config)]) == 2
    assert "'nothing'" in capsys.readouterr().err
