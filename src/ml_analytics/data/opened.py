"""Opened and closed: what stands on stores, its own or given ones, and answers nothing once it was closed."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from ml_analytics.core.errors import StoreError
from ml_analytics.core.settings import Settings
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import Stores, open_stores


class Opened:
    """The stores of one object. It closes those that it opened; given ones stay open for others."""

    tenant: Tenant

    def __init__(
        self, db: Stores | Settings | str | Path | None, tenant: Tenant, settings: Settings | None = None
    ) -> None:
        self.tenant = tenant
        self._owned = not isinstance(db, Stores)
        self._closed = False
        self._kept = open_stores(db, settings=settings)

    @property
    def _stores(self) -> Stores:
        """The stores.

        Raises:
            StoreError: this object was closed. (A store may connect anew when it is asked; nobody would close it.)
        """
        if self._closed:
            raise StoreError(f"This {type(self).__name__} was closed; make a new one.")
        return self._kept

    def close(self) -> None:
        """Answer nothing from now on (:class:`StoreError`), and close the stores if this object opened them.

        Closing again is harmless.
        """
        self._closed = True
        if self._owned:
            self._kept.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
