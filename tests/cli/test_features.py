"""``features``: the list, the features of a file, their certificate."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml_analytics import catalogue, direction_labels, feature_report, load_sp500
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
        (["bars.csv", "--horizon", "3"], "--horizon goes with --report"),
        (["--list", "--horizon", "3"], "--horizon goes with --report"),
        (["bars.csv", "--output", "out.txt"], "--output must end in .csv or .parquet, not in '.txt'."),
        (["bars.csv", "--output", "parquet"], "--output must end in .csv or .parquet, not in ''."),
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


@pytest.mark.parametrize("option", ["--output", "--report"])
@pytest.mark.parametrize("way", ["same", "around", "link"])
def test_the_file_that_is_read_is_never_overwritten(
    bars: Path, tmp_path: Path, option: str, way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = bars.read_bytes()
    (tmp_path / "beside").mkdir()
    (tmp_path / "link.csv").symlink_to(bars)
    ways = {"same": bars, "around": tmp_path / "beside" / ".." / "bars.csv", "link": tmp_path / "link.csv"}
    assert main(["features", str(bars), option, str(ways[way])]) == 2
    assert f"{option} must be another file than FILE, which it would overwrite." in capsys.readouterr().err
    assert bars.read_bytes() == before and (tmp_path / "link.csv").is_symlink()


def test_no_file_is_written_twice_or_over_the_configuration(
    bars: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, output = tmp_path / "features.yaml", str(tmp_path / "made.csv")
    config.write_text("technical_indicators: {momentum: [rsi]}\n")
    assert main(["features", str(bars), "--config", str(config), "--report", str(config)]) == 2
    assert "--report must be another file than --config" in capsys.readouterr().err
    assert main(["features", str(bars), "--output", output, "--report", output]) == 2
    assert "--report must be another file than --output" in capsys.readouterr().err
    assert not Path(output).exists() and config.read_text().startswith("technical")


def test_the_kind_of_output_is_told_by_its_name(bars: Path, tmp_path: Path) -> None:
    config = tmp_path / "features.yaml"
    config.write_text("technical_indicators: {momentum: [roc_10]}\n")
    for name in ("made.csv", "made.PARQUET"):
        assert main(["features", str(bars), "--config", str(config), "--output", str(tmp_path / name)]) == 0
    read = pd.read_csv(tmp_path / "made.csv")["roc_10"].to_numpy()
    np.testing.assert_allclose(pd.read_parquet(tmp_path / "made.PARQUET")["roc_10"].to_numpy(), read)


@pytest.fixture
def both(tmp_path: Path) -> Path:
    """The rows of two symbols in turns: no symbol's rows stand together."""
    frames = [
        load_sp500().tail(rows).assign(symbol=symbol) for symbol, rows in (("LONG", 300), ("AFTER", 200))
    ]
    pd.concat(frames).sort_index(kind="stable").to_csv(tmp_path / "both.csv")
    return tmp_path / "both.csv"


def test_a_report_of_many_symbols_labels_each_by_itself(
    both: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given: list[pd.Series] = []

    def remembered(pipeline: object, bars: pd.DataFrame, target: pd.Series, **others: object) -> object:
        given.append(target)
        return feature_report(pipeline, bars, target, **others)  # type: ignore[arg-type]

    monkeypatch.setattr("ml_analytics.cli.features.feature_report", remembered)
    config = tmp_path / "features.yaml"
    config.write_text("technical_indicators: {momentum: [rsi_14]}\n")
    asked = ["features", str(both), "--config", str(config)]
    assert main([*asked, "--report", str(tmp_path / "r.html"), "--horizon", "7"]) == 0
    assert "1 features on 500 bars of 2 symbols" in capsys.readouterr().out
    assert "direction_7" in (tmp_path / "r.html").read_text(encoding="utf-8")
    rows = pd.read_csv(both)
    labels = given[0].to_numpy()
    for symbol in ("LONG", "AFTER"):
        own = (rows["symbol"] == symbol).to_numpy()
        np.testing.assert_array_equal(labels[own], direction_labels(rows["close"][own], 7))


def test_the_last_line_says_how_many_symbols_and_which_was_certified(
    both: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "features.yaml"
    config.write_text("technical_indicators: {momentum: [rsi_14]}\n")
    assert main(["features", str(both), "--config", str(config)]) == 0
    assert capsys.readouterr().out == (
        "1 features on 500 bars of 2 symbols, certified on the 300 bars of LONG, the symbol with most: "
        "none looks ahead.\n"
    )
