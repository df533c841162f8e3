from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics import load_sp500
from ml_analytics.analytics import metrics as m
from ml_analytics.cli import main

DAYS = pd.bdate_range("2004-01-05", periods=300)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with files of every kind, in which the command runs."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    returns = pd.Series(rng.normal(0.0005, 0.01, 300), index=DAYS)
    pd.DataFrame({"date": DAYS, "return": returns.to_numpy()}).to_csv("returns.csv", index=False)
    returns.to_csv("bare.csv.gz", header=False)
    prices = pd.DataFrame({"date": DAYS, "open": 1.0, "close": 100 * np.cumprod(1 + returns.to_numpy())})
    prices.to_csv("prices.csv", index=False)
    fills = pd.DataFrame(
        {
            "symbol": ["=1+1", "B"] * 100,
            "quantity": [10, 5, -10, -5] * 50,
            "price": rng.uniform(9, 11, 200).round(2),
        },
        index=pd.Index(DAYS[:200], name=None),
    )
    fills.to_csv("fills.csv")
    trades = pd.DataFrame(
        {"pnl": rng.normal(1, 10, 90), "exit_time": DAYS[:90], "return": 0.01, "symbol": "A"}
    )
    trades.to_csv("trades.csv", index=False)
    pd.DataFrame({"date": DAYS, "value": returns.to_numpy()}).to_csv("what.csv", index=False)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(["report", *arguments]) == 0
    said = capsys.readouterr().out
    return json.loads(said) if "--json" in arguments else said


def figure(found: Any, key: str, side: str = "strategy") -> float:
    value: float = next(one[side] for one in found["key_figures"] if one["key"] == key)
    return value


def test_all_formats_are_written_and_the_figures_are_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = run(
        capsys, "returns.csv", "--benchmark", "sp500", "--pdf", "--xlsx", "--html", "--out", "made", "--trials", "7"
    )  # fmt: skip
    assert (folder / "made" / "returns.pdf").read_bytes().startswith(b"%PDF")
    assert (folder / "made" / "returns.xlsx").read_bytes().startswith(b"PK")
    assert (folder / "made" / "returns.html").read_bytes().startswith(b"<!doctype html>")
    assert "S&P 500" in said
    assert "best of 7 trials" in said
    assert said.count("Written to") == 3


def test_the_figures_are_those_of_the_returns_and_of_the_benchmark(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    returns = pd.read_csv("returns.csv")["return"]
    found = run(capsys, "returns.csv", "--benchmark", "sp500", "--json")
    closes = load_sp500()["close"].pct_change()
    both = pd.Series(returns.to_numpy(), index=DAYS.tz_localize("UTC")).to_frame("own").join(closes).dropna()
    assert found["period"]["bars"] == len(both) < 300
    assert any("bars are left out: the benchmark is not known on them" in one for one in found["notes"])
    assert figure(found, "sharpe_ratio") == pytest.approx(m.sharpe_ratio(both["own"], 252))
    assert figure(found, "cagr", "benchmark") == pytest.approx(m.cagr(both["close"], 252))


def test_the_strategy_has_the_name_that_is_given(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = run(capsys, "returns.csv", "--name", "Trend", "--benchmark", "sp500", "--json")
    assert found["strategy_name"] == "Trend"
    assert found["benchmark_name"] == "S&P 500"
    assert found["verdict"].startswith("The Trend earned ")


def test_a_file_without_heads_that_is_refused_gets_one_sentence_only(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the loader notes of the first row is for those who go on with it."""
    assert main(["report", "bare.csv.gz"]) == 2
    said = capsys.readouterr().err
    assert "must be said with --kind" in said
    assert said.count("ml-analytics:") == 1


def test_prices_and_headless_returns_are_taken_when_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = run(capsys, "returns.csv", "--json")
    bare = run(capsys, "bare.csv.gz", "--kind", "returns", "--json")
    assert bare["period"] == whole["period"]
    assert figure(bare, "cagr") == pytest.approx(figure(whole, "cagr"))
    prices = run(capsys, "prices.csv", "--kind", "prices", "--json")
    assert prices["period"]["bars"] == 299
    assert figure(prices, "worst") == pytest.approx(figure(whole, "worst"))
    column = run(capsys, "prices.csv", "--kind", "prices", "--column", "open", "--json")
    assert figure(column, "total_return") == 0.0


def test_fills_and_trades_make_an_account(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = run(capsys, "fills.csv", "--capital", "1000", "--json")
    assert found["trades"]["count"] == 100
    assert {one["name_text"] for one in found["trades"]["attribution"]["symbol"]} == {"=1+1", "B"}
    trades = run(capsys, "trades.csv", "--capital", "1000", "--json")
    net = pd.read_csv("trades.csv")["pnl"].sum()
    assert figure(trades, "total_return") == pytest.approx(net / 1000)
    beside = run(capsys, "returns.csv", "--trades", "fills.csv", "--json")
    assert beside["trades"]["count"] == 100


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["what.csv"], "must be said with --kind: its columns (date, value) do not tell."),
        (["prices.csv"], "must be said with --kind"),
        (["fills.csv"], "say with --capital what the account began with."),
        (["fills.csv", "--kind", "returns"], "must be said with --column: symbol, quantity, price."),
        (["returns.csv", "--column", "no"], "--column must be a column of 'returns.csv' (return)"),
        (["returns.csv", "--kind", "prices"], "The prices 'return' of 'returns.csv' must be positive."),
        (["returns.csv", "--benchmark", "fills.csv"], "must hold returns or prices here. It holds fills."),
        (["returns.csv", "--trades", "returns.csv"], "must hold fills or trades here. It holds returns."),
        (["fills.csv", "--trades", "trades.csv"], "--trades goes with a file of returns or prices."),
        (["returns.csv", "--trials", "0"], "The 'trials' parameter of TradingReport must be"),
        (["returns.csv", "--title", "a\nb"], "without control characters"),
        (["returns.csv", "--benchmark", "nowhere.csv"], "nowhere.csv"),
        (["nowhere.csv"], "nowhere.csv"),
        (["empty.csv", "--kind", "returns"], "empty.csv"),
        (["text.csv"], "The column 'return' of 'text.csv' must hold numbers. Got 'many' instead."),
        (["when.csv"], "must be ISO 8601 text"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    (folder / "empty.csv").write_text("")
    (folder / "text.csv").write_text("date,return\n2024-01-01,many\n")
    (folder / "when.csv").write_text("date,return\nyesterday,0.1\n")
    assert main(["report", *arguments, "--pdf"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert sentence in said.err
    assert "Traceback" not in said.err
    assert not list(folder.glob("*.pdf"))


def test_help_says_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    said = run(capsys, "--help")
    assert "--benchmark" in said
    assert "--xlsx" in said
