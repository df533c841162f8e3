"""SIGKILL at every write point of a backup and of a restore; the second call completes what the first began."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

DRIVER = str(Path(__file__).with_name("kill_backup.py"))


def drive(*arguments: str) -> list[bool]:
    done = subprocess.run([sys.executable, DRIVER, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    present: list[bool] = json.loads(done.stdout)["present"]
    assert present == sorted(present), "once there, it stays"
    assert not present[0] and present[-1]
    return present


def test_a_backup_is_complete_or_none(tmp_path: Path) -> None:
    assert len(drive("backup", str(tmp_path))) > 30, "too few points to mean anything"


def test_a_restore_has_all_rows_or_none(tmp_path: Path) -> None:
    assert len(drive("restore", str(tmp_path))) > 20, "too few points to mean anything"


def test_a_restore_onto_postgresql_and_mongodb_has_all_rows_or_none(
    postgres: Any, mongodb: Any, tmp_path: Path
) -> None:
    postgres.create_database("backup_kill")
    settings = {
        "home": str(tmp_path / "target"),
        "database_url": postgres.url("ml_app", "backup_kill"),
        "database_owner_url": postgres.url("ml_owner", "backup_kill"),
        "documents_url": mongodb.url("backup_kill"),
    }
    assert len(drive("restore", str(tmp_path), json.dumps(settings))) > 20
