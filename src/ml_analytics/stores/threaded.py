"""A collection for an event loop over one that blocks: its work is done in threads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from itertools import islice
from typing import Any

import pandas as pd

from ..core.clock import TimeRange
from ..core.protocols import Collection, Row

_PAGE = 2_000


class ThreadedCollection:
    """A :class:`~ml_analytics.core.protocols.AsyncCollection` over a blocking collection."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def insert_new(self, documents: Iterable[Mapping[str, Any]], *, pending: bool = False) -> int:
        """Add documents whose ``_id`` is new; return how many were added."""
        given = list(documents)
        return await asyncio.to_thread(self._collection.insert_new, given, pending=pending)

    async def find(
        self,
        where: Mapping[str, Any] | None = None,
        *,
        time_range: TimeRange | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> AsyncIterator[Row]:
        """Yield documents in time order (then ``_id``)."""
        found = self._collection.find(where, time_range=time_range, newest_first=newest_first, limit=limit)
        while page := await asyncio.to_thread(lambda: list(islice(found, _PAGE))):
            for document in page:
                yield document

    async def frame(
        self,
        where: Mapping[str, Any] | None = None,
        *,
        time_range: TimeRange | None = None,
        limit: int | None = None,
    ) -> pd.DataFrame:
        """Return what :meth:`find` yields as a frame."""
        return await asyncio.to_thread(self._collection.frame, where, time_range=time_range, limit=limit)

    async def count(self, where: Mapping[str, Any] | None = None) -> int:
        """Count documents."""
        return await asyncio.to_thread(self._collection.count, where)
