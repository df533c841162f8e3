from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, inspect, text

from ml_analytics.core.errors import StoreError
from ml_analytics.core.settings import Settings
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import open_stores
from ml_analytics.stores.engine import connected, is_postgresql, make_engine
from ml_analytics.stores.migrate import HEAD, alembic_config, current_revision, upgrade
from ml_analytics.stores.tables import METADATA


@pytest.fixture
def engine(tmp_path: Path) -> Any:
    made = make_engine(f"sqlite:///{tmp_path / 'a.db'}")
    yield made
    made.dispose()


def differences(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, METADATA))


def test_head_is_the_newest_revision() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD]


def test_migrations_and_metadata_agree_on_sqlite(engine: Engine) -> None:
    upgrade(engine)
    assert differences(engine) == []


def test_migrations_and_metadata_agree_on_postgresql(postgres: Any, tmp_path: Path) -> None:
    postgres.create_database("migrated")
    owner = postgres.url("ml_owner", "migrated")
    settings = Settings(
        home=tmp_path, database_url=postgres.url("ml_app", "migrated"), database_owner_url=owner
    )
    open_stores(settings).close()
    engine = make_engine(owner)
    assert differences(engine) == []
    engine.dispose()


def test_a_second_time_is_one_select_and_no_alembic(tmp_path: Path) -> None:
    open_stores(tmp_path).close()
    code = (
        "import sys; from ml_analytics.stores import open_stores; open_stores(sys.argv[1]).close();"
        "print([name for name in sys.modules if name.startswith('alembic')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
    engine = make_engine(f"sqlite:///{tmp_path / 'ml_analytics.db'}")
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    upgrade(engine)
    engine.dispose()
    assert [one for one in asked if not one.startswith("BEGIN")] == [
        "SELECT version_num FROM alembic_version"
    ]


def test_a_newer_database_is_refused(engine: Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=f"at schema 9999.*up to {HEAD}.*install a newer"):
        upgrade(engine)


def test_a_failed_upgrade_changes_nothing(engine: Engine) -> None:
    # The last table of the revision is in the way: the first ones must not stay behind.
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE documents (x INTEGER)")
    with pytest.raises(StoreError, match="already exists"):
        upgrade(engine)
    assert inspect(engine).get_table_names() == ["documents"]
    assert current_revision(engine) is None


def test_downgrade_leaves_nothing(engine: Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    upgrade(engine)
    assert current_revision(engine) == HEAD


def test_processes_that_open_a_new_home_at_once(tmp_path: Path) -> None:
    code = (
        "import sys; from ml_analytics.stores import open_stores; sys.stdin.read();"
        "open_stores(sys.argv[1]).close(); print('opened')"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "home")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for child in children:
        assert child.stdin is not None
        child.stdin.close()
        child.stdin = None
    assert [child.communicate() for child in children] == [("opened\n", "")] * 3


def test_threads_that_open_new_homes_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        for number, opened in enumerate(pool.map(lambda one: open_stores(tmp_path / str(one)), range(4))):
            assert opened.location == str(tmp_path / str(number) / "ml_analytics.db")
            opened.close()


def test_roles_on_postgresql_may_race_too(postgres: Any, tmp_path: Path) -> None:
    postgres.create_database("raced")
    settings = Settings(
        home=tmp_path,
        database_url=postgres.url("ml_app", "raced"),
        database_owner_url=postgres.url("ml_owner", "raced"),
    )
    with ThreadPoolExecutor(4) as pool:
        for opened in pool.map(lambda _: open_stores(settings), range(4)):
            opened.close()
    engine = create_engine(postgres.superuser.url.set(database="raced"))
    assert inspect(engine).has_table("documents")
    engine.dispose()


A, B = Tenant("tenant_a"), Tenant("tenant_b")
NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
ROWS = (  # as version 0001 wrote them; :t is the tenant
    "INSERT INTO models (tenant_id, model_id, model_type, description, metadata, created_at) "
    "VALUES (:t, 'm', 'hmm', 'of ' || :t, '{\"a\": 1}', '2024-03-01 12:00:00.000000')",
    "INSERT INTO documents (tenant_id, collection, id, time, body) "
    "VALUES (:t, 'raw_market', 'd1', '2024-03-01 12:00:00.000000', '{\"close\": 1.5}')",
    "INSERT INTO documents (tenant_id, collection, id, time, body) "
    "VALUES (:t, 'predictions', 'd2', '2024-03-01 12:00:00.000000', '{\"y\": 1}')",
    "INSERT INTO quarantine (tenant_id, id, source, reason, document, created_at) "
    "VALUES (:t, 'q', 'feed', 'high < low', '[\"only\"]', '2024-03-01 12:00:00.000000')",
    "INSERT INTO outbox (tenant_id, id, topic, payload, created_at) "
    "VALUES (:t, 'o', 'mirror', '{\"n\": 1}', '2024-03-01 12:00:00.000000')",
)
TABLES_OF_0001 = ("models", "documents", "quarantine", "outbox")


@pytest.fixture(params=["sqlite", "postgresql"])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Settings, Engine]]:
    """Give settings and the owner's engine of a database at 0001 with the rows of two tenants."""
    if request.param == "sqlite":
        settings = Settings(home=tmp_path)
        owner = make_engine(settings.resolved_database_url)
    else:
        postgres = request.getfixturevalue("postgres")
        postgres.create_database("grown")
        settings = Settings(
            home=tmp_path,
            database_url=postgres.url("ml_app", "grown"),
            database_owner_url=postgres.url("ml_owner", "grown"),
        )
        owner = make_engine(str(settings.database_owner_url))
    with connected(owner, write=True) as connection:
        command.upgrade(alembic_config(connection), "0001")
    if is_postgresql(owner):
        grant_of_0001(owner)
    for tenant in (A, B):
        with connected(owner, write=True) as connection:
            if is_postgresql(owner):
                connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
                connection.execute(
                    text("SELECT set_config('ml_analytics.tenant', :t, true)"), {"t": tenant.id}
                )
            for statement in ROWS:
                connection.exec_driver_sql(statement.replace(":t", f"'{tenant.id}'"))
    yield settings, owner
    owner.dispose()


def grant_of_0001(owner: Engine) -> None:
    with connected(owner, write=True) as connection:
        connection.exec_driver_sql(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ml_app"
        )


def test_an_upgrade_loses_nothing(older: tuple[Settings, Engine]) -> None:
    settings, owner = older
    with open_stores(settings) as stores:
        assert current_revision(owner) == HEAD
        assert stores.records.tenants() == [A, B]
        for tenant in (A, B):
            with stores.records.read(tenant) as records:
                (model,) = records.find("models")
                (rejected,) = records.find("quarantine")
                (message,) = records.find("outbox")
                documents = records.find("documents")
            assert (model["description"], model["metadata"]) == (f"of {tenant.id}", {"a": 1})
            assert model["created_at"] == NOON
            assert rejected["document"] == ["only"] and rejected["data_type"] == ""
            assert rejected["reason"] == "high < low" and rejected["replayed_as"] is None
            assert (message["payload"], message["attempts"], message["last_error"]) == ({"n": 1}, 0, "")
            assert [(row["id"], row["pending"]) for row in documents] == [("d2", 0), ("d1", 1)]
            waiting = stores.documents.collection(tenant, "raw_market").pending()
            assert [document["close"] for document in waiting] == [1.5]
            assert list(stores.documents.collection(tenant, "predictions").pending()) == []
            with stores.records.scan(tenant, "tenants") as reader:
                assert reader.read_all().num_rows == 1
    open_stores(settings).close()  # again is nothing


def test_an_upgrade_forces_security_again(older: tuple[Settings, Engine]) -> None:
    settings, owner = older
    open_stores(settings).close()
    if not is_postgresql(owner):
        return  # SQLite has no second lock; the contract suite holds the first one
    with owner.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'"
        ).all()
        assert {name for name, _ in found} == set(METADATA.tables) and all(forced for _, forced in found)
        for table in METADATA.tables:  # even the owner, without a tenant
            assert connection.exec_driver_sql(f"SELECT * FROM {table}").all() == []


def test_a_downgrade_keeps_what_0001_knew(older: tuple[Settings, Engine]) -> None:
    settings, owner = older
    before = contents(owner)
    open_stores(settings).close()
    with connected(owner, write=True) as connection:
        command.downgrade(alembic_config(connection), "0001")
    assert current_revision(owner) == "0001"
    assert contents(owner) == before
    assert not inspect(owner).has_table("tenants")
    open_stores(settings).close()
    assert current_revision(owner) == HEAD


def contents(owner: Engine) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for tenant in (A, B):
        with connected(owner, write=False) as connection:
            if is_postgresql(owner):
                connection.execute(
                    text("SELECT set_config('ml_analytics.tenant', :t, true)"), {"t": tenant.id}
                )
            for table in TABLES_OF_0001:
                query = text(f"SELECT * FROM {table} WHERE tenant_id = :t ORDER BY 1, 2, 3")
                rows = [dict(row) for row in connection.execute(query, {"t": tenant.id}).mappings()]
                assert rows
                found[f"{tenant.id}/{table}"] = rows
    return found
