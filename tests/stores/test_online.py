from __future__ import annotations

import pytest

from ml_analytics.core.protocols import OnlineStore
from ml_analytics.stores import Stores
from ml_analytics.stores.online import SqlOnlineStore
from ml_analytics.stores.testing import OnlineStoreContract


class TestSqliteOnline(OnlineStoreContract):
    @pytest.fixture
    def online(self, stores: Stores) -> OnlineStore:
        assert isinstance(stores.online, SqlOnlineStore)
        return stores.online


class TestPostgresOnline(OnlineStoreContract):
    @pytest.fixture
    def online(self, postgres_stores: Stores) -> OnlineStore:
        assert isinstance(postgres_stores.online, SqlOnlineStore)
        return postgres_stores.online
