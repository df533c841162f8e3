from __future__ import annotations

import pytest

from ml_analytics.core.protocols import Cache
from ml_analytics.stores import MemoryCache
from ml_analytics.stores.testing import CacheContract


class TestMemoryCache(CacheContract):
    @pytest.fixture
    def cache(self) -> Cache:
        return MemoryCache(1 << 20)
