"""Row-level security on a real server: hand-written SQL of the working role sees one tenant or nothing."""

from __future__ import annotations

import contextlib
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import ProgrammingError

from ml_analytics.core.errors import ConflictError, StoreError
from ml_analytics.core.settings import Settings
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import SqlRecordStore, Stores, open_stores
from ml_analytics.stores.engine import connected, make_engine
from ml_analytics.stores.migrate import HEAD, alembic_config
from ml_analytics.stores.tables import METADATA
from ml_analytics.stores.testing.servers import PostgresServer

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
    with pytest.raises(StoreError, match=r"no tables yet.*'database_owner_url'.*permission denied"):
        open_stores(Settings(home=tmp_path, database_url=postgres.url("ml_app", "untouched")))


def test_an_older_schema_without_the_owners_address_says_what_to_give(postgres: Any, tmp_path: Path) -> None:
    postgres.create_database("older")
    owner = make_engine(postgres.url("ml_owner", "older"))
    try:
        with connected(owner, write=True) as connection:
            command.upgrade(alembic_config(connection), "0001")
            connection.exec_driver_sql(
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ml_app"
            )
    finally:
        owner.dispose()
    settings = Settings(home=tmp_path, database_url=postgres.url("ml_app", "older"))
    with pytest.raises(StoreError, match=f"is at schema 0001.*needs {HEAD}.*'database_owner_url'") as refusal:
        open_stores(settings)
    assert "secret" not in str(refusal.value) and "\n" not in str(refusal.value)
    open_stores(settings.model_copy(update={"database_owner_url": postgres.url("ml_owner", "older")})).close()
    open_stores(settings).close()


@pytest.mark.parametrize(
    ("role", "database", "password", "says"),
    [
        ("ml_guarded", "contract", "wrongword", "the password is not accepted"),
        ("ml_nobody", "contract", "wrongword", "not known"),
        ("ml_app", "no_such_database", "wrongword", "no database of that name"),
    ],
)
def test_wrong_addresses_have_one_sentence(
    postgres: Any, postgres_stores: Stores, tmp_path: Path, role: str, database: str, password: str, says: str
) -> None:
    url = postgres.url(role, database, password=password)
    with pytest.raises(StoreError, match=says) as refusal:
        open_stores(Settings(home=tmp_path, database_url=url))
    assert not any(word in str(refusal.value) for word in ("wrongword", role, "\n"))


def test_a_host_that_is_not_there_has_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="refused") as refusal:
        open_stores(Settings(home=tmp_path, database_url="postgresql://joe:wrongword@127.0.0.1:1/ml"))
    assert not any(word in str(refusal.value) for word in ("wrongword", "joe", "\n"))


def test_scans_have_a_connection_bound_to_their_tenant_alone(engine: Engine) -> None:
    store = SqlRecordStore(engine)
    try:
        with store.scan(A, "models") as reader:
            assert reader.read_all()["description"].to_pylist() == ["canary-of-a"]
        assert store._arrow is not None
        (connection,) = store._arrow._idle
        with connection.cursor() as cursor:  # between two streams no tenant is left on it
            cursor.execute("SELECT * FROM models")
            assert cursor.fetchall() == []
            cursor.execute("SELECT current_setting('ml_analytics.tenant', true)")
            assert not cursor.fetchone()[0]
        with pytest.raises(ZeroDivisionError), store.scan(A, "models"):
            raise ZeroDivisionError
        with store.scan(B, "models") as reader:
            assert reader.read_all().num_rows == 0
    finally:
        store.close()


def test_row_level_security_binds_a_scan_even_without_its_condition(engine: Engine) -> None:
    store = SqlRecordStore(engine)
    columns = [METADATA.tables["models"].c.description]
    try:
        assert store._arrow is not None
        for tenant, expected in ((A, ["canary-of-a"]), (B, [])):
            with store._arrow.stream(select(*columns), tenant.id, columns, 10) as batches:
                assert [value for batch in batches for value in batch[0].to_pylist()] == expected
    finally:
        store.close()


@pytest.mark.parametrize("role", ["ml_owner", "postgres"])
def test_an_unbound_role_cannot_scan(postgres: Any, postgres_stores: Stores, role: str) -> None:
    unbound = SqlRecordStore(make_engine(postgres.url(role, "contract")))
    try:
        with pytest.raises(StoreError, match="tenants would not be kept apart"), unbound.scan(A, "models"):
            pass
    finally:
        unbound.close()


def test_after_a_failed_bulk_write_the_next_tenant_sees_nothing(postgres: Any, engine: Engine) -> None:
    narrow = create_engine(engine.url, pool_size=1, max_overflow=0)
    store = SqlRecordStore(narrow)
    names = pa.table({"model_id": ["m", "n"], "created_at": pa.array([NOW] * 2, pa.timestamp("us", "UTC"))})
    dangling = {"model_id": "absent", "version": "1", "major": 1, "minor": 0, "patch": 0, "digest": "d",
                "fingerprint": "f", "created_at": NOW}  # fmt: skip
    try:
        with pytest.raises(StoreError), store.begin(A) as records:
            assert records.insert_table("models", names) == 1
            with contextlib.suppress(ConflictError):
                records.insert_table("model_versions", pa.Table.from_pylist([dangling]))
        with store.begin(B) as records:
            assert records.find("models") == []
            assert records.insert_table("models", names) == 2
        for tenant, expected in ((A, ["m"]), (B, ["m", "n"])):
            with store.scan(tenant, "models", columns=["model_id"]) as reader:
                assert reader.read_all()["model_id"].to_pylist() == expected
    finally:
        store.close()


def test_the_list_of_tenants_shows_names_and_nothing_else(engine: Engine) -> None:
    store = SqlRecordStore(engine)
    with store.begin(B) as records:
        records.insert("models", {"model_id": "b", "created_at": NOW})
    assert store.tenants() == [A, B]
    with engine.begin() as connection:
        connection.execute(SET_TENANT, {"tenant": "*"})
        for table in set(METADATA.tables) - {"tenants"}:
            assert connection.exec_driver_sql(f"SELECT * FROM {table}").all() == []
        assert connection.exec_driver_sql("DELETE FROM tenants").rowcount == 0


def many_models(store: SqlRecordStore, count: int) -> None:
    names = pa.table(
        {
            "model_id": [f"x{i}" for i in range(count)],
            "description": ["x" * 1_000] * count,
            "created_at": pa.array([NOW] * count, pa.timestamp("us", "UTC")),
        }
    )
    with store.begin(A) as records:
        records.insert_table("models", names)


def test_a_scan_cut_in_the_middle_is_an_error_and_not_an_end(postgres: Any, engine: Engine) -> None:
    store = SqlRecordStore(engine)
    try:
        many_models(store, 40_000)
        with (
            pytest.raises(
                StoreError,
                match=r"^The database 'postgresql:///contract' failed: .*(closed|terminating) (the )?connection.*\.$",
            ) as refusal,
            store.scan(A, "models", batch_rows=100) as reader,
        ):
            reader.read_next_batch()
            cut_connections(postgres)
            for _ in reader:
                pass
        assert "secret" not in str(refusal.value) and "\n" not in str(refusal.value)
        with store.scan(A, "models", columns=["model_id"]) as reader:
            assert reader.read_all().num_rows == 40_001
    finally:
        store.close()


def test_a_scan_after_the_server_came_back_works(postgres: Any, engine: Engine) -> None:
    store = SqlRecordStore(engine)
    try:
        with store.scan(A, "models") as reader:
            assert reader.read_all().num_rows == 1
        cut_connections(postgres)  # the idle connection of the stream is one of them
        with store.scan(A, "models") as reader:
            assert reader.read_all().num_rows == 1
    finally:
        store.close()


def test_a_server_that_is_down_and_comes_back() -> None:
    with PostgresServer() as server, tempfile.TemporaryDirectory() as home:
        server.create_database("down")
        settings = Settings.model_validate(
            {
                "home": home,
                "database_url": server.url("ml_app", "down"),
                "database_owner_url": server.url("ml_owner", "down"),
            }
        )
        with open_stores(settings) as stores:
            store = stores.records
            assert isinstance(store, SqlRecordStore)
            many_models(store, 10)
            with store.scan(A, "models") as reader:
                assert reader.read_all().num_rows == 10
            server.stop()
            with pytest.raises(StoreError) as refusal, store.scan(A, "models"):
                pass
            assert "secret" not in str(refusal.value) and "\n" not in str(refusal.value)
            with pytest.raises(StoreError), store.begin(A):
                pass
            server.start()
            with store.scan(A, "models") as reader:
                assert reader.read_all().num_rows == 10
            with store.begin(A) as records:
                assert records.count("models") == 10


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
