from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ml_analytics import MLDataManager, load_sp500
from ml_analytics.cli import main


@pytest.fixture
def home(tmp_path: Path) -> str:
    """Stores with bars, one of them broken, and one more that waits."""
    bars = load_sp500().tail(20)
    bars.loc[bars.index[3], "high"] = 1.0
    with MLDataManager(tmp_path) as manager:
        manager.ingest(bars.head(19), source="feed", symbol="SPX")
        manager.promote()
        manager.ingest(bars.tail(1), source="feed", symbol="SPX")
    return str(tmp_path)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(list(arguments)) == 0
    out = capsys.readouterr().out
    return json.loads(out) if "--json" in arguments else out


def test_promote_and_publish(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = run(capsys, "--home", home, "promote", "--json")
    assert (found["promote"]["promoted"], found["promote"]["quarantined"]) == (1, 0)
    assert pd.Timestamp(found["watermark"]).tz is not None
    said = run(capsys, "--home", home, "promote")
    assert said.startswith("0 promoted, 0 known, 0 in quarantine; all that was stored before 20")
    for published in (19, 0):
        assert run(capsys, "--home", home, "publish", "market_metrics", "--json")["published"] == published
    assert run(capsys, "--home", home, "publish").startswith("0 documents published")
    with MLDataManager(home) as manager:
        assert len(manager.published("market_metrics")) == 19


def test_the_quarantine_is_listed_and_replayed(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    (entry,) = run(capsys, "--home", home, "quarantine", "--json")
    assert entry["reason"].startswith("high_below")
    assert entry["replayed_at"] is None
    assert entry["document"]["raw_content"]["high"] == 1.0
    assert run(capsys, "--home", home, "quarantine", "--reason", "negative_volume", "--json") == []
    said = run(capsys, "--home", home, "quarantine", "--type", "raw_market")
    assert "1 in quarantine" in said
    assert f"1 x {entry['reason']}" in said
    assert f"{entry['id']}  SPX  20" in said, "a whole id, so that it can be given to --replay"
    assert entry["id"] not in run(capsys, "--home", home, "quarantine", "--limit", "0")
    said = run(capsys, "--home", home, "quarantine", entry["id"], "--replay", "--repair", "unit_switch")
    assert said.startswith("0 of 1 entries crossed, 1 stay.")
    report = run(capsys, "--home", home, "quarantine", "--replay", "--json")
    assert report["rejected"] == 1


def test_a_corrected_bar_is_accepted_on_request(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    bars = load_sp500().tail(20).head(1)
    bars["close"] += 0.25
    with MLDataManager(home) as manager:
        manager.ingest(bars, source="feed", symbol="SPX")
        manager.promote()
    said = run(capsys, "--home", home, "quarantine", "--reason", "duplicate_times")
    (how,) = [line for line in said.splitlines() if "corrected" in line]
    assert how.startswith("'ml-analytics quarantine --replay --repair restated'")
    arguments = how.split("'")[1].split()[1:]
    said = run(capsys, "--home", home, *arguments, "--reason", "duplicate_times")
    assert said.startswith("1 of 1 entries crossed, 0 stay.")
    with MLDataManager(home) as manager:
        assert manager.bars("SPX")["close"].iloc[0] == bars["close"].iloc[0]
    (kept,) = run(capsys, "--home", home, "quarantine", "--reason", "restated", "--replayed", "--json")
    assert kept["document"]["raw_content"]["close"] == bars["close"].iloc[0] - 0.25


@pytest.mark.parametrize(
    "arguments",
    [
        ["promote", "nope"],
        ["promote", "text"],
        ["publish", "raw_market"],
        ["publish", "market_metrics", "--to", "raw_market"],
        ["publish", "--to", "x"],
        ["quarantine", "--type", "nope"],
        ["quarantine", "--repair", "unit_switch"],
        ["quarantine", "none", "--replay"],
    ],
)
def test_what_cannot_be_is_one_sentence(
    home: str, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert main(["--home", home, *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    assert said.err.strip().endswith(".")


@pytest.mark.parametrize("command", ["promote", "publish", "quarantine"])
def test_help_says_what_it_does(capsys: pytest.CaptureFixture[str], command: str) -> None:
    said = run(capsys, command, "--help")
    assert "--json" in said
