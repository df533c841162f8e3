"""Real servers for every test that wants one; how long a property test may take."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, delete

from ml_analytics.core.settings import Settings
from ml_analytics.stores import SqlRecordStore, Stores, open_stores
from ml_analytics.stores.tables import METADATA
from ml_analytics.stores.testing.servers import MongoServer, PostgresServer, RedisServer, S3Server

# A slow machine is not a wrong result. What `CI` in the environment sets (no randomness) is kept.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Start a real PostgreSQL of this test process's own; nothing of it is left afterwards."""
    with PostgresServer() as server:
        yield server


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
def shared_postgres_stores(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stores]:
    postgres.create_database("contract")
    settings = Settings(
        home=tmp_path_factory.mktemp("home"),
        database_url=postgres.url("ml_app", "contract"),
        database_owner_url=postgres.url("ml_owner", "contract"),
    )
    with open_stores(settings) as opened:
        yield opened


@pytest.fixture
def postgres_stores(postgres: PostgresServer, shared_postgres_stores: Stores) -> Stores:
    """Give stores on PostgreSQL, emptied."""
    emptying = create_engine(postgres.superuser.url.set(database="contract"))
    with emptying.begin() as connection:
        for table in reversed(METADATA.sorted_tables):
            connection.execute(delete(table))
    emptying.dispose()
    assert isinstance(shared_postgres_stores.records, SqlRecordStore)
    shared_postgres_stores.records._known.clear()
    return shared_postgres_stores
