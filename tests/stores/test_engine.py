from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from ml_analytics.core.errors import MissingExtraError, ParameterError, StoreError
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import SqlRecordStore
from ml_analytics.stores.engine import connected, is_postgresql, make_engine, shown_name
from ml_analytics.stores.migrate import upgrade


@pytest.fixture
def engine(tmp_path: Path) -> Any:
    made = make_engine(f"sqlite:///{tmp_path / 'deep' / 'er' / 'a.db'}")
    yield made
    made.dispose()


@pytest.mark.parametrize("write", [True, False])
def test_sqlite_is_durable_and_strict(engine: Engine, write: bool) -> None:
    settings = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}
    with connected(engine, write=write) as connection:
        for name, value in settings.items():
            assert connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() == value
    assert not is_postgresql(engine)


def test_a_writer_holds_the_lock_from_the_beginning(engine: Engine) -> None:
    other = sqlite3.connect(str(engine.url.database), timeout=0, isolation_level=None)
    try:
        with connected(engine, write=False):
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")
        with (
            connected(engine, write=True),
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("BEGIN IMMEDIATE")
    finally:
        other.close()


def test_a_lock_that_is_never_given_back_is_a_clear_error(engine: Engine) -> None:
    with engine.connect() as connection:  # and it goes back to the pool, without patience
        connection.exec_driver_sql("PRAGMA busy_timeout=0").close()
    other = sqlite3.connect(str(engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked too long; try again"), connected(engine, write=True):
        pass
    other.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "mysql://root:secret@host/x",
        "sqlite://",
        "sqlite:///:memory:",
        "://",
        "a:b:c",
        "sqlite://me:secret@host/x.db",
        "postgresql://me:a@secret@host/x",
        "postgresql://me/a:secret@host/x",
    ],
)
def test_other_addresses_are_refused_without_showing_a_password(url: str) -> None:
    with pytest.raises(ParameterError, match="database_url") as refusal:
        make_engine(url)
    assert "secret" not in str(refusal.value) and "\n" not in str(refusal.value)


@pytest.mark.parametrize("prefix", ["postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2"])
def test_postgresql_goes_through_psycopg_3(prefix: str) -> None:
    engine = make_engine(f"{prefix}://me:secret@db.example:5433/ml?application_name=x")
    assert engine.dialect.driver == "psycopg" and is_postgresql(engine)
    assert shown_name(engine).endswith("://db.example:5433/ml")
    assert "secret" not in repr(engine)


def test_without_the_extra_the_sentence_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtraError, match=r"ml-analytics\[postgres\]"):
        make_engine("postgresql://me:secret@host/ml")


def test_an_unreachable_server_is_named_without_a_password(tmp_path: Path) -> None:
    engine = make_engine(f"postgresql://me:secret@/ml?host={tmp_path}&password=secret")
    with pytest.raises(StoreError) as refusal, connected(engine, write=True):
        pass
    sentence = str(refusal.value)
    assert "secret" not in sentence and "\n" not in sentence and "No such file" in sentence
    engine.dispose()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_child_uses_connections_of_its_own(engine: Engine) -> None:
    upgrade(engine)
    store = SqlRecordStore(engine)
    with store.read(Tenant()) as records:
        records.count("models")
    before = engine.pool
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with store.read(Tenant()) as records:
                code = 0 if records.count("models") == 0 and engine.pool is not before else 1
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert engine.pool is before
