"""Which store each setting opens."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from ml_analytics.core.errors import ParameterError, StoreError
from ml_analytics.core.settings import Settings
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import LocalArtifactStore, MemoryCache, SqlDocumentStore, open_stores
from ml_analytics.stores.backends import open_artifacts, open_documents, open_online
from ml_analytics.stores.mongodb.documents import MongoDocumentStore
from ml_analytics.stores.mongodb.online import MongoOnlineStore
from ml_analytics.stores.objects.artifacts import ObjectArtifactStore
from ml_analytics.stores.online import SqlOnlineStore
from ml_analytics.stores.redis.cache import RedisCache
from ml_analytics.stores.redis.online import RedisOnlineStore
from ml_analytics.stores.testing.servers import MongoServer, RedisServer, S3Server

NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)


def kinds(settings: Settings) -> list[type]:
    with open_stores(settings) as stores:
        return [type(one) for one in (stores.documents, stores.artifacts, stores.cache, stores.online)]


def test_each_address_moves_its_store(
    tmp_path: Path, mongodb: MongoServer, redis_server: RedisServer, s3_server: S3Server
) -> None:
    bucket = s3_server.make_bucket("backends")
    documents = {"documents_url": mongodb.url("backends")}
    cache = {"cache_url": redis_server.url(4)}
    artifacts: dict[str, Any] = {"artifacts_url": bucket, "artifacts_options": s3_server.options}
    for given, expected in (
        ({}, [SqlDocumentStore, LocalArtifactStore, MemoryCache, SqlOnlineStore]),
        (documents, [MongoDocumentStore, LocalArtifactStore, MemoryCache, MongoOnlineStore]),
        (cache, [SqlDocumentStore, LocalArtifactStore, RedisCache, RedisOnlineStore]),
        (artifacts, [SqlDocumentStore, ObjectArtifactStore, MemoryCache, SqlOnlineStore]),
        (
            {**documents, **cache, **artifacts},
            [MongoDocumentStore, ObjectArtifactStore, RedisCache, RedisOnlineStore],
        ),
    ):
        assert kinds(Settings(home=tmp_path, **given)) == expected


def test_a_file_address_means_durable_files(tmp_path: Path) -> None:
    found = open_artifacts(Settings(home=tmp_path, artifacts_url=f"file://{tmp_path}/some%20where"))
    assert isinstance(found, LocalArtifactStore) and found.root == tmp_path / "some where"


@pytest.mark.parametrize(
    ("setting", "url"),
    [
        ("documents_url", "postgresql://me:hidden-word@host/x"),
        ("documents_url", "hidden-word"),
        ("cache_url", "http://me:hidden-word@host"),
        ("cache_url", "hidden-word"),
        ("artifacts_url", "hidden-word"),
        ("artifacts_url", "simplecache::s3://hidden-word"),
    ],
)
def test_an_address_of_another_kind_is_refused_without_its_words(
    tmp_path: Path, setting: str, url: str
) -> None:
    with pytest.raises(ParameterError, match=setting) as refused:
        open_stores(Settings(home=tmp_path, **{setting: url}))
    assert "hidden-word" not in str(refused.value)


def test_a_file_that_the_address_of_mongodb_names_and_is_not_there(tmp_path: Path) -> None:
    url = f"mongodb://me:hidden-word@127.0.0.1:1/x?tls=true&tlsCAFile={tmp_path}/absent.pem"
    with pytest.raises(ParameterError, match=r"'documents_url'.*files that can be read") as refused:
        open_stores(Settings(home=tmp_path, documents_url=url))
    assert "hidden-word" not in str(refused.value)


def test_collections_of_others_are_nobodys(mongodb: MongoServer) -> None:
    with MongoClient[dict[str, Any]](mongodb.url("foreign")) as client:
        for name in ("documents/zz!/bad", "documents/alone", "documents/acme/a b", "documents/acme/"):
            client["foreign"][name].insert_one({"x": 1})
    store = MongoDocumentStore.open(mongodb.url("foreign"))
    try:
        assert store.tenants() == [] and store.collections(Tenant("acme")) == []
        store.collection(Tenant("acme"), "ours").insert_new(
            [{"_id": "a", "time": datetime(2024, 1, 1, tzinfo=UTC), "x": 1}]
        )
        assert store.tenants() == [Tenant("acme")] and store.collections(Tenant("acme")) == ["ours"]
    finally:
        store.close()


def test_what_lies_beside_something_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="mend those"):
        open_documents(Settings(home=tmp_path), None)
    with pytest.raises(StoreError, match="mend those"):
        open_online(Settings(home=tmp_path), None, None)
    with pytest.raises(StoreError, match="mend those"):
        open_online(Settings(home=tmp_path, documents_url="mongodb://127.0.0.1:1/x"), None, None)
