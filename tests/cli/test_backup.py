from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ml_analytics.cli import main
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import content_hash, open_stores

MOMENT = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with two tenants, the default one and acme."""
    with open_stores(tmp_path / "home") as stores:
        for tenant in (Tenant(), Tenant("acme")):
            with stores.records.begin(tenant) as records:
                records.insert("models", {"model_id": f"of_{tenant.id}", "created_at": MOMENT})
            stores.documents.collection(tenant, "notes").insert_new(
                [{"time": MOMENT, "n": n} for n in range(3)]
            )
    return tmp_path / "home"


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_current_tenant_one_tenant_and_everything(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = [str(tmp_path / name) for name in "abcd"]
    assert main(["--home", str(home), "backup", kept[0], "--json"]) == 0
    assert list(told(capsys)["tenants"]) == ["default"]
    assert main(["--home", str(home), "--tenant", "acme", "backup", kept[1], "--json"]) == 0
    assert list(told(capsys)["tenants"]) == ["acme"]
    assert main(["--home", str(home), "backup", kept[2], "--tenant", "acme", "--json"]) == 0
    assert list(told(capsys)["tenants"]) == ["acme"]
    assert main(["--home", str(home), "backup", kept[3], "--everything", "--json"]) == 0
    assert list(told(capsys)["tenants"]) == ["acme", "default"]


def test_there_and_back(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept, other = str(tmp_path / "kept"), str(tmp_path / "other")
    assert main(["--home", str(home), "backup", kept, "--everything"]) == 0
    shown = capsys.readouterr().out
    assert "acme" in shown and "Backup in" in shown
    assert main(["--home", other, "restore", kept, "--verify-only"]) == 0
    assert "Verified, every byte" in capsys.readouterr().out
    assert not Path(other).exists()
    assert main(["--home", other, "restore", kept, "--verify-only", "--json"]) == 0
    assert told(capsys)["tenants"]["acme"]["documents"] == 3
    assert main(["--home", other, "restore", kept, "--tenant", "acme"]) == 0
    assert "Restored from" in capsys.readouterr().out
    assert main(["--home", other, "restore", kept]) == 0
    assert "'acme' held exactly this already" in capsys.readouterr().out
    assert main(["--home", other, "restore", kept, "--tenant", "acme", "--as", "copy", "--json"]) == 0
    assert list(told(capsys)["tenants"]) == ["copy"]
    with open_stores(home) as ours, open_stores(other) as theirs:
        for name, as_name in (("acme", "acme"), ("acme", "copy"), ("default", "default")):
            assert content_hash(theirs, Tenant(as_name)) == content_hash(ours, Tenant(name))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["backup", "{kept}"], "There is a backup in"),
        (["backup", "{new}", "--tenant", "nobody"], "'nobody' has nothing to back up"),
        (
            ["backup", "{new}", "--tenant", "a", "--everything"],
            "Give either --tenant or --everything, not both.",
        ),
        (["backup", "{new}", "--tenant", "../x"], "'tenant_id' parameter of Tenant must be"),
        (["restore", "{new}"], "There is no complete backup in"),
        (["restore", "{kept}", "--tenant", "nobody"], "'nobody' is not in the backup"),
        (["--tenant", "nobody", "restore", "{kept}"], "'nobody' is not in the backup"),
        (["restore", "{kept}", "--as", "acme"], "The tenant 'acme' is not empty (models: 1)"),
    ],
)
def test_mistakes_are_one_sentence(
    arguments: list[str], sentence: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = str(tmp_path / "kept")
    assert main(["--home", str(home), "backup", kept]) == 0
    capsys.readouterr()
    given = [one.format(kept=kept, new=tmp_path / "new") for one in arguments]
    assert main(["--home", str(home), *given]) == 2
    errors = capsys.readouterr().err
    assert sentence in errors and errors.count("\n") == 1 and "Traceback" not in errors
