"""One predictor per tenant, made when first needed; the least recently used leave first."""

from __future__ import annotations

import threading

from cachetools import LRUCache

from ..core.settings import Settings
from ..core.tenant import Tenant
from ..serving import ModelManager, Predictor
from ..stores import Stores

MAX_TENANTS = 64
"""Tenants with models in memory at a time; a request under way keeps its own until it is answered."""


class Predictors:
    """Hands out the predictor of a tenant. Safe to share between threads."""

    def __init__(self, stores: Stores, settings: Settings) -> None:
        self._stores = stores
        self._budget = settings.max_memory_mb
        self._guard = threading.Lock()
        self._kept: LRUCache[str, Predictor] = LRUCache(MAX_TENANTS)

    def of(self, tenant: Tenant) -> Predictor:
        """Return the predictor whose models, cache and log are this tenant's."""
        with self._guard:
            kept = self._kept.get(tenant.id)
            if kept is None:
                manager = ModelManager(self._stores, tenant_id=tenant, max_memory_mb=self._budget)
                kept = self._kept[tenant.id] = Predictor(manager, tenant_id=tenant)
            return kept
