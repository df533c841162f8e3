from __future__ import annotations

import json
from pathlib import Path

import pytest

from ml_analytics.cli import main


def test_doctor_shows_every_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(tmp_path), "doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {one["name"] for one in found} >= {"records", "documents", "artifacts", "cache", "online"}
    assert all(one["ok"] for one in found)
    assert main(["--home", str(tmp_path), "doctor"]) == 0
    assert "records" in capsys.readouterr().out


@pytest.mark.parametrize("host", ["127.0.0.1:1", "no-such-host.invalid"])
def test_a_database_that_cannot_be_reached_is_a_row(
    host: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("psycopg")
    monkeypatch.setenv("ML_ANALYTICS_DATABASE_URL", f"postgresql://me:hidden-word@{host}/ml")
    assert main(["--home", str(tmp_path), "doctor", "--json"]) == 2
    told = capsys.readouterr()
    found = {one["name"]: one for one in json.loads(told.out)}
    assert {name: one["ok"] for name, one in found.items()} == {
        "records": False,
        "documents": False,
        "artifacts": True,
        "cache": True,
        "online": False,
    }
    assert found["records"]["where"] == f"postgresql://{host}/ml" and found["records"]["mend"]
    assert "hidden-word" not in told.out + told.err
    assert main(["--home", str(tmp_path), "doctor"]) == 2
    shown = capsys.readouterr()
    assert "artifacts" in shown.out and "hidden-word" not in shown.out and shown.err == ""


def test_a_home_that_is_a_file_is_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "home"
    home.write_text("in the way")
    assert main(["--home", str(home), "doctor", "--json"]) == 2
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert [name for name, one in found.items() if one["ok"]] == ["cache"]
    assert "Cannot create the directory" in found["records"]["mend"]
    assert found["artifacts"]["mend"]


def test_a_home_that_cannot_be_written_is_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert main(["--home", str(tmp_path / "home"), "doctor", "--json"]) == 2
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert (
        "Permission denied" in found["records"]["mend"] and "Permission denied" in found["artifacts"]["mend"]
    )


def test_an_address_that_cannot_be_read_is_a_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ML_ANALYTICS_DATABASE_URL", "hidden-word")
    assert main(["--home", str(tmp_path), "doctor", "--json"]) == 2
    told = capsys.readouterr().out
    assert "an address that cannot be read" in told and "hidden-word" not in told
