from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo import MongoClient

from ml_analytics.core.protocols import DocumentStore
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores.mongodb.documents import MongoDocumentStore
from ml_analytics.stores.testing import DocumentStoreContract
from ml_analytics.stores.testing.servers import MongoServer

_DATABASES = (f"documents_{number}" for number in itertools.count())  # one for each test


@pytest.fixture
def url(mongodb: MongoServer) -> str:
    return mongodb.url(next(_DATABASES))


@pytest.fixture
def store(url: str) -> Iterator[MongoDocumentStore]:
    opened = MongoDocumentStore.open(url)
    yield opened
    opened.close()


class TestMongoDocuments(DocumentStoreContract):
    @pytest.fixture
    def documents(self, store: MongoDocumentStore) -> DocumentStore:
        return store


def test_a_document_of_others_without_a_time_is_read_as_it_is(url: str, store: MongoDocumentStore) -> None:
    notes = store.collection(Tenant("acme"), "notes")
    notes.insert_new([{"_id": "ours", "time": datetime(2024, 1, 2, tzinfo=UTC)}])
    with MongoClient[dict[str, Any]](url) as client:
        client.get_default_database()["documents/acme/notes"].insert_many(
            [{"_id": "none", "text": "a"}, {"_id": "words", "time": "yesterday"}]
        )
    found = {one["_id"]: one for one in notes.find()}
    assert found["none"] == {"_id": "none", "time": None, "text": "a"}
    assert found["words"]["time"] == "yesterday"
    assert found["ours"]["time"] == datetime(2024, 1, 2, tzinfo=UTC)
    assert notes.get("none") == found["none"]
