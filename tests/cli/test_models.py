from __future__ import annotations

import json
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner

from ml_analytics import MLSystem
from ml_analytics.cli import main


@pytest.fixture
def home(tmp_path: Path) -> list[str]:
    X = np.arange(80.0).reshape(40, 2)
    y = (X[:, 0] > 40).astype(int)
    system = MLSystem(tmp_path)
    for kind in ("logistic", "dummy"):
        system.train_model("half", kind, (X[::2], y[::2]), (X[1::2], y[1::2]))
    return ["--home", str(tmp_path), "models"]


def test_promote_archive_delete(home: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*home, "promote", "half", "1.0.0"]) == 0
    assert "live in production" in capsys.readouterr().out
    assert main([*home, "promote", "half", "1.1.0"]) == 2
    assert "accuracy" in capsys.readouterr().err
    assert main([*home, "archive", "half", "1.0.0"]) == 2
    assert "live in production" in capsys.readouterr().err
    assert main([*home, "archive", "half", "1.1.0"]) == 0
    assert main([*home, "delete", "half", "1.1.0", "--yes"]) == 0
    capsys.readouterr()
    assert main([*home, "audit", "--json"]) == 0
    actions = [one["action"] for one in json.loads(capsys.readouterr().out)]
    assert actions == ["register", "register", "promote", "refuse promotion", "archive", "delete"]


@pytest.mark.parametrize("command", [["list"], ["show", "half"], ["lineage", "half"], ["audit"]])
def test_every_reading_command_speaks_json(
    home: list[str], capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert main([*home, *command]) == 0
    assert "half" in capsys.readouterr().out
    assert main([*home, *command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)


def test_compare(home: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*home, "compare", "half", "1.0.0", "1.1.0", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["metrics"]["accuracy"]["difference"] < 0
    assert main([*home, "compare", "half", "1.0.0", "1.1.0"]) == 0
    assert "accuracy" in capsys.readouterr().out


def test_another_tenant_sees_nothing(home: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    theirs = [*home[:2], "--tenant", "another", "models"]
    assert main([*theirs, "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert main([*theirs, "show", "half"]) == 2
    assert capsys.readouterr().err == "ml-analytics: Model 'half' was not found.\n"


def test_promoting_what_is_live_is_compared_with_itself(
    home: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*home, "promote", "half", "1.0.0"]) == 0
    assert "first version" in capsys.readouterr().out
    assert main([*home, "promote", "half", "1.0.0"]) == 0
    assert "first version" not in capsys.readouterr().out


@pytest.mark.parametrize("answer", ["n\n", ""])
def test_what_is_not_confirmed_is_not_done(home: list[str], answer: str) -> None:
    @click.command()
    def program() -> None:
        raise SystemExit(main([*home, "delete", "half", "1.1.0"]))

    done = CliRunner().invoke(program, input=answer)
    assert done.exit_code == 1
    assert "Nothing was done" in done.output
    assert "Interrupted" not in done.output
    assert main([*home, "show", "half", "--version", "1.1.0"]) == 0
