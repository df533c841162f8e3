from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ml_analytics.core.errors import ParameterError
from ml_analytics.core.settings import Settings
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import LocalArtifactStore, MemoryCache, Stores, open_stores

A = Tenant("tenant_a")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "DATABASE_URL", "CONFIG", "DATABASE_OWNER_URL"):
        monkeypatch.delenv(f"ML_ANALYTICS_{name}", raising=False)


def where(stores: Stores) -> tuple[str, str]:
    with stores:
        assert isinstance(stores.artifacts, LocalArtifactStore)
        return stores.location, str(stores.artifacts.root)


def test_nothing_given_means_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert where(open_stores()) == (".ml_analytics/ml_analytics.db", ".ml_analytics/artifacts")
    monkeypatch.setenv("ML_ANALYTICS_HOME", "other")
    assert where(open_stores()) == ("other/ml_analytics.db", "other/artifacts")
    assert where(open_stores(settings=Settings(home="third"))) == ("third/ml_analytics.db", "third/artifacts")


@pytest.mark.parametrize("kind", [str, Path])
def test_a_directory_holds_everything(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ML_ANALYTICS_DATABASE_URL", "postgresql://nobody@nowhere.invalid/x")
    assert where(open_stores(kind("with space/here"))) == (
        "with space/here/ml_analytics.db",
        "with space/here/artifacts",
    )


def test_an_address_moves_the_database_only(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/elsewhere/x.db"
    assert where(open_stores(address)) == (f"{tmp_path}/elsewhere/x.db", ".ml_analytics/artifacts")


def test_settings_and_open_stores_are_taken_as_they_are() -> None:
    with open_stores(Settings(home="here", cache_bytes=5000)) as stores:
        assert open_stores(stores) is stores
        assert isinstance(stores.cache, MemoryCache) and stores.cache.max_bytes == 5000


@pytest.mark.parametrize("db", ["", " ", 5, b"home", ["home"]])
def test_anything_else_is_refused(db: Any) -> None:
    with pytest.raises(ParameterError, match="db"):
        open_stores(db)


@pytest.mark.parametrize("kind", [str, Path])
@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("name", ["s.yaml", "S.YML"])
def test_a_file_of_settings_is_no_directory(tmp_path: Path, name: str, exists: bool, kind: Any) -> None:
    if exists:
        Path(name).write_text("home: here\n")
    with pytest.raises(ParameterError) as refused:
        open_stores(kind(name))
    assert str(refused.value) == (
        "The 'db' parameter of open_stores must be a directory "
        f"(for a file of settings give settings=Settings.read('{name}')). Got '{name}' instead."
    )
    assert [path.name for path in tmp_path.iterdir()] == ([name] if exists else []), "nothing is made"
    if exists:
        assert where(open_stores(settings=Settings.read(name)))[0] == "here/ml_analytics.db"


def test_a_database_file_is_no_directory(tmp_path: Path) -> None:
    with open_stores("home"):
        pass
    with pytest.raises(ParameterError, match=r"\(for a file of SQLite give 'sqlite:///.*'\)") as refused:
        open_stores("home/ml_analytics.db")
    address = str(refused.value).partition("give '")[2].partition("'")[0]
    assert where(open_stores(address))[0] == f"{tmp_path}/home/ml_analytics.db"


def test_a_directory_may_be_called_anything() -> None:
    Path("odd.yaml").mkdir()
    assert where(open_stores("odd.yaml"))[0] == "odd.yaml/ml_analytics.db"


def test_what_was_written_is_there_after_opening_again(tmp_path: Path) -> None:
    note = {"_id": "n", "time": datetime(2024, 1, 1, tzinfo=UTC), "text": "kept"}
    with open_stores("home") as stores:
        stores.documents.collection(A, "notes").insert_new([note])
        digest = stores.artifacts.put(A, b"kept")
    with open_stores("home") as stores:
        assert stores.documents.collection(A, "notes").get("n") == note
        assert stores.artifacts.get(A, digest) == b"kept"


def test_closing_twice_is_fine_and_files_are_whole(tmp_path: Path) -> None:
    stores = open_stores("home")
    stores.close()
    stores.close()
    assert sorted(path.name for path in Path("home").iterdir()) == ["ml_analytics.db"]


def test_importing_the_package_opens_and_imports_no_database() -> None:
    code = "import sys, ml_analytics; print([n for n in ('sqlalchemy', 'alembic') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
