from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from ml_analytics.core.protocols import OnlineStore
from ml_analytics.stores.mongodb.documents import MongoDocumentStore
from ml_analytics.stores.mongodb.online import MongoOnlineStore
from ml_analytics.stores.testing import OnlineStoreContract
from ml_analytics.stores.testing.servers import MongoServer

_DATABASES = (f"online_{number}" for number in itertools.count())


class TestMongoOnline(OnlineStoreContract):
    @pytest.fixture
    def online(self, mongodb: MongoServer) -> Iterator[OnlineStore]:
        documents = MongoDocumentStore.open(mongodb.url(next(_DATABASES)))
        yield MongoOnlineStore(documents)
        documents.close()
