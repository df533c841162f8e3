from __future__ import annotations

from pathlib import Path

import pytest

from ml_analytics.cli import main


def test_tickets_in_another_encoding_are_learned_and_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = {"tür": ["die tür klemmt", "tür ist zu"], "netz": ["kein netz", "wlan fällt aus"]}
    rows = [f"{text} {n},{kind}" for kind, said in texts.items() for text in said for n in range(15)]
    path = tmp_path / "tickets.csv"
    path.write_bytes(("text,kind\n" + "\n".join(rows) + "\n").encode("latin-1"))
    home = ["--home", str(tmp_path / "home")]
    train = [*home, "train", str(path), "--target", "kind", "--model-id", "m"]
    assert main(train) == 2
    assert "--encoding latin-1" in capsys.readouterr().err
    assert main([*train, "--encoding", "latin-1"]) == 0
    predict = [*home, "predict", "m", str(path)]
    assert main(predict) == 2
    capsys.readouterr()
    assert main([*predict, "--encoding", "latin-1"]) == 0
    assert "tür" in capsys.readouterr().out


def test_duplicates_and_the_way_of_serving_are_told_in_sentences(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    marks = ["train"] * 60 + ["test"] * 60
    numbers = [*range(60), *range(10), *range(100, 150)]
    rows = [f"{n},{'even' if n % 2 == 0 else 'odd'},{mark}" for n, mark in zip(numbers, marks, strict=True)]
    path = tmp_path / "numbers.csv"
    path.write_text("n,kind,part\n" + "\n".join(rows) + "\n")
    train = [
        "--home",
        str(tmp_path / "home"),
        "train",
        str(path),
        "--target",
        "kind",
        "--split-column",
        "part",
    ]
    assert main(train) == 0
    told = capsys.readouterr().out
    assert "Left out of the score: 10 test rows that equal a row it learned from." in told
    assert "On 50 rows it has not seen" in told
    served = "Served natively: the columns of a table are encoded outside an ONNX graph."
    assert f"Registered kind_classifier:1.0.0. {served}\n" in told
    assert "natively: Served" not in told
    assert main([*train, "--json"]) == 0
    assert '"duplicates": 10' in capsys.readouterr().out
