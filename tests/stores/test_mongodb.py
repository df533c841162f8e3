from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from ml_analytics.core.protocols import DocumentStore
from ml_analytics.stores.mongodb import MongoDocumentStore
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
