from __future__ import annotations

import pytest

from ml_analytics.core.protocols import DocumentStore
from ml_analytics.stores import Stores
from ml_analytics.stores.testing import DocumentStoreContract


class TestSqliteDocuments(DocumentStoreContract):
    @pytest.fixture
    def documents(self, stores: Stores) -> DocumentStore:
        return stores.documents


class TestPostgresDocuments(DocumentStoreContract):
    @pytest.fixture
    def documents(self, postgres_stores: Stores) -> DocumentStore:
        return postgres_stores.documents
