from __future__ import annotations

import errno
import os
import subprocess
import sys
import warnings
from pathlib import Path

import click
import pytest

from ml_analytics.cli import cli, main
from ml_analytics.cli.console import print_table, run_safely


@click.group()
@click.option("--debug", is_flag=True)
def broken(debug: bool) -> None:
    """Fail in several ways."""


@broken.command()
def unforeseen() -> None:
    raise RuntimeError("what nobody thought of")


@broken.command()
def disk() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "model.mla")


@broken.command()
def interrupt() -> None:
    raise KeyboardInterrupt


@broken.command()
def remarks() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        for said in ("one thing", "another", "one thing"):
            warnings.warn(said, stacklevel=1)


@pytest.mark.parametrize(
    ("command", "status", "said"),
    [
        ("unforeseen", 2, "what nobody thought of"),
        ("disk", 2, "No space left on device"),
        ("interrupt", 130, "goes on where it was"),
    ],
)
def test_failures_are_one_sentence(
    capsys: pytest.CaptureFixture[str], command: str, status: int, said: str
) -> None:
    assert run_safely(broken, [command]) == status
    error = capsys.readouterr().err
    assert said in error
    assert error.strip().count("\n") == 0


def test_a_command_says_each_note_once(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert run_safely(broken, ["remarks"]) == 0
        notes = ["ml-analytics: note: one thing", "ml-analytics: note: another"]
        assert capsys.readouterr().err.splitlines() == notes


def test_debug_shows_the_traceback() -> None:
    with pytest.raises(RuntimeError):
        run_safely(broken, ["--debug", "unforeseen"])


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    context = click.Context(cli)
    for name in cli.list_commands(context):
        assert main([name, "--help"]) == 0
        assert "Usage:" in capsys.readouterr().out


def test_unknown_commands_and_options_exit_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no-such-command"]) == 2
    assert main(["demo", "--no-such-option"]) == 2


def test_python_m_equals_the_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ml_analytics", "--version"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert done.stdout.startswith("ml-analytics, version ")


def test_a_reader_that_goes_away_is_no_failure(tmp_path: Path) -> None:
    for arguments in (["models", "list"], ["models", "list", "--json"], ["--help"]):
        reading, writing = os.pipe()
        os.close(reading)
        command = [sys.executable, "-m", "ml_analytics", "--home", str(tmp_path / "home"), *arguments]
        done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
        os.close(writing)
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_under_the_output_is_said(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ml_analytics", "--home", str(tmp_path / "home"), "models", "list"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        2,
        "ml-analytics: Cannot read or write: No space left on device.\n",
    )


def test_cells_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("[bold]title", ["a"], [["[relu, tanh]"], [None], ["[/x]"]])
    shown = capsys.readouterr().out
    assert "[bold]title" in shown
    assert "[relu, tanh]" in shown
    assert "[/x]" in shown


def test_a_bad_tenant_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--tenant", "../x", "models", "list"]) == 2
    said = capsys.readouterr().err
    assert "'tenant_id'" in said
    assert ".." not in said.replace("'../x'", "")
    assert said.count("Got ") == 1
