"""Row-level security on a real server: hand-written SQL of the working role sees one tenant or nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError

from ml_analytics.core.errors import StoreError
from ml_analytics.core.settings import Settings
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import SqlRecordStore, Stores, open_stores
from ml_analytics.stores.engine import make_engine
from ml_analytics.stores.tables import METADATA

A, B = Tenant("tenant_a"), Tenant("tenant_b")
NOW = datetime(2024, 1, 1, tzinfo=UTC)
SET_TENANT = text("SELECT set_config('ml_analytics.tenant', :tenant, true)")


@pytest.fixture
def engine(postgres_stores: Stores) -> Engine:
    """Give the working role's engine, over one model of tenant A with a canary."""
    assert isinstance(postgres_stores.records, SqlRecordStore)
    with postgres_stores.records.begin(A) as records:
        records.insert("models", {"model_id": "m", "description": "canary-of-a", "created_at": NOW})
    postgres_stores.documents.collection(A, "notes").insert_new([{"time": NOW, "text": "canary-of-a"}])
    return postgres_stores.records.engine


def test_the_working_role_is_bound_and_owns_nothing(engine: Engine) -> None:
    with engine.connect() as connection:
        query = "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        assert tuple(connection.exec_driver_sql(query).one()) == (False, False)
        owned = "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole"
        assert connection.exec_driver_sql(owned).scalar_one() == 0


@pytest.mark.parametrize("table", sorted(METADATA.tables))
def test_every_table_is_enabled_and_forced(engine: Engine, table: str) -> None:
    query = f"SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = '{table}'::regclass"
    with engine.connect() as connection:
        assert tuple(connection.exec_driver_sql(query).one()) == (True, True)


def test_without_a_tenant_hand_written_sql_sees_nothing(engine: Engine) -> None:
    with engine.connect() as connection:
        for table in METADATA.tables:
            assert connection.exec_driver_sql(f"SELECT * FROM {table}").all() == []


def test_another_tenant_sees_and_changes_nothing(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(SET_TENANT, {"tenant": B.id})
        for table in METADATA.tables:
            assert connection.exec_driver_sql(f"SELECT * FROM {table}").all() == []
        assert connection.exec_driver_sql("UPDATE models SET description = 'taken'").rowcount == 0
        assert connection.exec_driver_sql("DELETE FROM models WHERE tenant_id = 'tenant_a'").rowcount == 0
    with engine.begin() as connection:
        connection.execute(SET_TENANT, {"tenant": A.id})
        assert connection.exec_driver_sql("SELECT description FROM models").scalars().all() == ["canary-of-a"]


def test_a_row_cannot_be_written_for_another_tenant(engine: Engine) -> None:
    insert = "INSERT INTO stages VALUES ('tenant_a', 'm', 'production', '1.0.0', now(), 'b')"
    with engine.begin() as connection:
        connection.execute(SET_TENANT, {"tenant": B.id})
        with pytest.raises(ProgrammingError, match="row-level security"):
            connection.exec_driver_sql(insert)


@pytest.mark.parametrize(
    "attempt",
    [
        "ALTER TABLE models DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON models",
        "SET ROLE ml_owner",
        "TRUNCATE models",
        "DROP TABLE models",
        "DELETE FROM alembic_version",
    ],
)
def test_the_working_role_cannot_lift_it(engine: Engine, attempt: str) -> None:
    with engine.connect() as connection, pytest.raises(ProgrammingError):
        connection.exec_driver_sql(attempt)


def test_a_pooled_connection_forgets_its_tenant_after_failing(postgres: Any, engine: Engine) -> None:
    one = make_engine(postgres.url("ml_app", "contract") + "&application_name=one")
    narrow = create_engine(one.url, pool_size=1, max_overflow=0)
    store = SqlRecordStore(narrow)
    try:
        with pytest.raises(ZeroDivisionError), store.begin(A) as records:
            assert records.count("models") == 1
            _ = 1 / 0
        with pytest.raises(StoreError), store.begin(A) as records:
            records._connection.exec_driver_sql("SELECT 1")
            records.lock("x")
            records._run(text("SELECT no_such_column FROM models"))
        with narrow.connect() as connection:  # the same connection: the pool has but one
            assert connection.exec_driver_sql("SELECT * FROM models").all() == []
            assert not connection.exec_driver_sql(
                "SELECT current_setting('ml_analytics.tenant', true)"
            ).scalar_one()
        with store.read(B) as records:
            assert records.find("models") == []
            assert records._connection.exec_driver_sql("SELECT * FROM models").all() == []
    finally:
        narrow.dispose()
        one.dispose()


@pytest.mark.parametrize(
    ("role", "why"), [("ml_owner", "owns the tables"), ("postgres", "is a superuser"), ("ml_member", "owns")]
)
def test_an_unbound_role_is_refused(
    postgres: Any, postgres_stores: Stores, tmp_path: Path, role: str, why: str
) -> None:
    if role == "ml_member":  # may become the owner at any time
        with postgres.superuser.connect() as connection:
            connection.exec_driver_sql("DROP ROLE IF EXISTS ml_member")
            connection.exec_driver_sql("CREATE ROLE ml_member LOGIN PASSWORD 'secret' IN ROLE ml_owner")
    with pytest.raises(StoreError, match=why) as refusal:
        open_stores(Settings(home=tmp_path, database_url=postgres.url(role, "contract")))
    assert "secret" not in str(refusal.value)


def test_tables_without_security_are_refused(postgres: Any, tmp_path: Path) -> None:
    postgres.create_database("unsecured")
    settings = Settings(
        home=tmp_path,
        database_url=postgres.url("ml_app", "unsecured"),
        database_owner_url=postgres.url("ml_owner", "unsecured"),
    )
    open_stores(settings).close()
    owner = create_engine(postgres.superuser.url.set(database="unsecured"))
    with owner.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit NO FORCE ROW LEVEL SECURITY")
    owner.dispose()
    with pytest.raises(StoreError, match="security is off"):
        open_stores(settings)


def test_without_the_owners_address_an_empty_database_is_refused_clearly(
    postgres: Any, tmp_path: Path
) -> None:
    postgres.create_database("untouched")
    with pytest.raises(StoreError, match="permission denied for schema public"):
        open_stores(Settings(home=tmp_path, database_url=postgres.url("ml_app", "untouched")))


def cut_connections(postgres: Any) -> None:
    with postgres.superuser.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'ml_app'"
        )


def test_a_connection_cut_while_idle_is_replaced(postgres: Any, engine: Engine) -> None:
    cut_connections(postgres)
    with SqlRecordStore(engine).read(A) as records:
        assert records.count("models") == 1


def test_a_connection_cut_inside_a_transaction_keeps_nothing(postgres: Any, engine: Engine) -> None:
    store = SqlRecordStore(engine)
    with pytest.raises(StoreError), store.begin(A) as records:
        records.insert("models", {"model_id": "n", "created_at": NOW})
        cut_connections(postgres)
        records.count("models")
    with store.begin(A) as records:
        assert [row["model_id"] for row in records.find("models")] == ["m"]


def test_a_connection_cut_before_the_commit_keeps_nothing(postgres: Any, engine: Engine) -> None:
    store = SqlRecordStore(engine)
    with pytest.raises(StoreError), store.begin(A) as records:
        records.insert("models", {"model_id": "n", "created_at": NOW})
        cut_connections(postgres)
    with store.begin(A) as records:
        assert records.count("models") == 1
