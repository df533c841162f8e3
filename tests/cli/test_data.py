from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from ml_analytics import load_sp500
from ml_analytics.cli import main


@pytest.fixture
def bars(tmp_path: Path) -> Path:
    load_sp500().tail(400).to_csv(tmp_path / "bars.csv")
    return tmp_path / "bars.csv"


def test_ingest_twice_adds_nothing_twice(
    bars: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["--home", str(tmp_path / "home"), "ingest", str(bars), "--symbol", "SPX", "--json"]
    for added in (400, 0):
        assert main(command) == 0
        found = json.loads(capsys.readouterr().out)
        assert (found["ingest"]["added"], found["ingest"]["total"]) == (added, 400)
        assert found["promote"]["promoted"] == added


def test_validate_says_what_is_wrong_and_exits_with_2(
    bars: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", str(bars)]) == 0
    assert "clean" in capsys.readouterr().out
    broken = pd.read_csv(bars)
    broken.loc[7, "high"] = 1.0
    broken.to_csv(tmp_path / "broken.csv", index=False)
    assert main(["validate", str(tmp_path / "broken.csv"), "--json"]) == 2
    report = json.loads(capsys.readouterr().out)
    assert not report["ok"]
    assert any(one["severity"] == "error" and one["count"] == 1 for one in report["findings"])


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_features_are_certified_and_written(
    bars: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    output = tmp_path / f"features.{suffix}"
    assert main(["features", str(bars), "--output", str(output)]) == 0
    assert "none looks ahead" in capsys.readouterr().out
    written = pd.read_parquet(output) if suffix == "parquet" else pd.read_csv(output, index_col=0)
    assert len(written) == 400
    assert written.shape[1] >= 60


@pytest.mark.parametrize("command", ["validate", "features", "ingest"])
def test_files_in_another_encoding(
    bars: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes(pd.read_csv(bars).assign(börse="Zürich").to_csv(index=False).encode("latin-1"))
    arguments = ["--home", str(tmp_path / "home"), command, str(path)]
    arguments += ["--symbol", "X"] if command == "ingest" else []
    assert main(arguments) == 2
    assert "--encoding latin-1" in capsys.readouterr().err
    assert main([*arguments, "--encoding", "latin-1"]) == 0


def test_features_on_few_bars_are_untested_not_leaking(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load_sp500().tail(60).to_csv(tmp_path / "few.csv")
    assert main(["features", str(tmp_path / "few.csv")]) == 2
    said = capsys.readouterr().out
    assert "LOOK AHEAD" not in said
    assert "could not be tested: fewer bars than their warm-up" in said
    assert "sma_200" in said


def test_an_unwritable_output_leaves_nothing(
    bars: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert main(["features", str(bars), "--output", str(tmp_path / "file" / "features.csv")]) == 2
    assert "Cannot write" in capsys.readouterr().err
    assert sorted(one.name for one in tmp_path.iterdir()) == ["bars.csv", "file"]
