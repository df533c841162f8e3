from __future__ import annotations

import pytest

from ml_analytics.core.protocols import RecordStore
from ml_analytics.stores import Stores
from ml_analytics.stores.testing import RecordStoreContract


class TestSqliteRecords(RecordStoreContract):
    @pytest.fixture
    def store(self, stores: Stores) -> RecordStore:
        return stores.records


class TestPostgresRecords(RecordStoreContract):
    @pytest.fixture
    def store(self, postgres_stores: Stores) -> RecordStore:
        return postgres_stores.records
