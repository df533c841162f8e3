from __future__ import annotations

import json
from pathlib import Path

import pytest

from ml_analytics.cli import main


def test_doctor_shows_every_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(tmp_path), "doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {one["name"] for one in found} >= {"records", "documents", "artifacts", "cache"}
    assert all(one["ok"] for one in found)
    assert main(["--home", str(tmp_path), "doctor"]) == 0
    assert "records" in capsys.readouterr().out
