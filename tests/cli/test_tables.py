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
