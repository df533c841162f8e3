"""Documents on MongoDB for an event loop: pymongo's own async client, one per loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...core.clock import TimeRange
from ...core.errors import StoreError
from ...core.protocols import Row
from ..conditions import at_most
from ..document_frame import FrameBuilder
from .client import KEYS_AT_ONCE, MongoConnection, Retries, is_duplicate
from .errors import translated
from .layout import after, condition, loaded, order
from .writing import INDEXES, prepared

if TYPE_CHECKING:
    from pymongo import AsyncMongoClient
    from pymongo.asynchronous.client_session import AsyncClientSession
    from pymongo.asynchronous.collection import AsyncCollection

    from .documents import MongoCollection

PAGE = 2_000
_CLOSE_SECONDS = 5.0


class AsyncClients:
    """The async clients of a store: one per event loop, closed with the store or with its loop."""

    def __init__(self, connection: MongoConnection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._by_loop: dict[
            asyncio.AbstractEventLoop, tuple[AsyncMongoClient[dict[str, Any]], AsyncGenerator[None, None]]
        ] = {}
        self._closed = False

    async def client(self) -> AsyncMongoClient[dict[str, Any]]:
        """Return the running loop's client.

        Raises:
            StoreError: the store was closed.
        """
        from pymongo import AsyncMongoClient

        loop = asyncio.get_running_loop()
        with self._lock:
            if self._closed:
                shown = self._connection.shown
                raise StoreError(f"MongoDB at '{shown}' failed: it was closed here; open the stores again.")
            if (found := self._by_loop.get(loop)) is not None:
                return found[0]
            made: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
                self._connection.url, **self._connection.options
            )
            keeper = self._keep(made, loop)
            self._by_loop[loop] = (made, keeper)
        await anext(keeper)
        return made

    async def _keep(
        self, client: AsyncMongoClient[dict[str, Any]], loop: asyncio.AbstractEventLoop
    ) -> AsyncGenerator[None, None]:
        # A loop that ends closes its asynchronous generators, and so this client.
        try:
            yield
        finally:
            with self._lock:
                self._by_loop.pop(loop, None)
            await client.close()

    def close(self) -> None:
        """Close all clients; those of a loop that runs in this thread close when it goes on."""
        with self._lock:
            self._closed = True
            kept = list(self._by_loop.items())
        for loop, (_, keeper) in kept:
            if loop.is_closed():
                with self._lock:
                    self._by_loop.pop(loop, None)
            elif not loop.is_running():
                loop.run_until_complete(keeper.aclose())
            elif loop is not _running_loop():
                asyncio.run_coroutine_threadsafe(_closed(keeper), loop).result(_CLOSE_SECONDS)
            # else: in its own thread nothing can wait for it here; the loop closes it at its end.


async def _closed(keeper: AsyncGenerator[None, None]) -> None:
    await keeper.aclose()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


class MongoAsyncCollection:
    """The documents of one tenant under one name (:class:`~ml_analytics.core.protocols.AsyncCollection`).

    The same laws as :class:`~ml_analytics.stores.mongodb.documents.MongoCollection`.
    """

    def __init__(self, blocking: MongoCollection, clients: AsyncClients) -> None:
        self._clients = clients
        self._connection = blocking.connection
        self._rules = blocking.rules
        self._place = blocking.place

    async def insert_new(self, documents: Iterable[Mapping[str, Any]], *, pending: bool = False) -> int:
        """Add documents whose ``_id`` is new; return how many were added. All or nothing."""
        most = self._connection.most_bytes
        given = list(documents)
        batch = await asyncio.to_thread(prepared, given, self._rules, pending=pending, most_bytes=most)
        if not batch:
            return 0
        with translated(self._connection.shown):
            collection = await self._mongo()
            await self._index(collection)
            if not self._connection.transactions:
                return await _insert_new(collection, batch, None)
            return await self._in_transaction(collection, batch)

    async def find(
        self,
        where: Mapping[str, Any] | None = None,
        *,
        time_range: TimeRange | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> AsyncIterator[Row]:
        """Yield documents in time order (then ``_id``)."""
        from pymongo.errors import AutoReconnect, CursorNotFound

        query = self._query(where, time_range)
        left, rest = at_most(limit, self._rules.owner), query
        by = order(newest_first=newest_first)
        while left is None or left > 0:
            last: tuple[datetime, str] | None = None
            try:
                with translated(self._connection.shown, but=(AutoReconnect, CursorNotFound)):
                    collection = await self._mongo()
                    async with collection.find(rest, sort=by, limit=left or 0, batch_size=PAGE) as cursor:
                        async for document in cursor:
                            row = loaded(document)
                            last = (row["time"], row["_id"]) if isinstance(row["time"], datetime) else None
                            left = None if left is None else left - 1
                            yield row
            except (AutoReconnect, CursorNotFound):
                if last is None:  # no step forward: do not try for ever
                    with translated(self._connection.shown):
                        raise
                rest = {"$and": [query, after(*last, newest_first=newest_first)]}
            else:
                return

    async def frame(
        self,
        where: Mapping[str, Any] | None = None,
        *,
        time_range: TimeRange | None = None,
        limit: int | None = None,
    ) -> pd.DataFrame:
        """Return what :meth:`find` yields as a frame; columns are made in a thread."""
        from pymongo.errors import AutoReconnect, CursorNotFound

        query, most = self._query(where, time_range), at_most(limit, self._rules.owner)
        if most == 0:
            return FrameBuilder().frame()
        with translated(self._connection.shown):
            try:
                return await self._read(query, most)
            except (AutoReconnect, CursorNotFound):  # once more from the start
                return await self._read(query, most)

    async def count(self, where: Mapping[str, Any] | None = None) -> int:
        """Count documents."""
        query = self._query(where, None)
        with translated(self._connection.shown):
            return await (await self._mongo()).count_documents(query)

    def _query(self, where: Mapping[str, Any] | None, span: TimeRange | None) -> dict[str, Any]:
        return condition(self._rules.where(where), None if span is None else self._rules.time_range(span))

    async def _mongo(self) -> AsyncCollection[dict[str, Any]]:
        from .codec import CODEC

        database = (await self._clients.client())[self._connection.database]
        return database.get_collection(self._place, CODEC, write_concern=self._connection.concern())

    async def _index(self, collection: AsyncCollection[dict[str, Any]]) -> None:
        if self._place not in self._connection.indexed:
            from pymongo import IndexModel

            await collection.create_indexes([IndexModel(keys, **more) for keys, more in INDEXES])
            self._connection.indexed.add(self._place)

    async def _read(self, query: dict[str, Any], limit: int | None) -> pd.DataFrame:
        from .frame import BATCH, add_raw

        builder = FrameBuilder()
        by = None if limit is None else order(newest_first=False)
        collection = await self._mongo()
        async with collection.find_raw_batches(query, sort=by, limit=limit or 0, batch_size=BATCH) as cursor:
            batch: Any  # pymongo's types say documents, it gives bytes
            async for batch in cursor:
                await asyncio.to_thread(add_raw, builder, batch)
        return await asyncio.to_thread(builder.frame)

    async def _in_transaction(
        self, collection: AsyncCollection[dict[str, Any]], batch: Mapping[str, Any]
    ) -> int:
        from pymongo.errors import PyMongoError

        retries = Retries()
        while True:
            try:
                client = await self._clients.client()
                async with (
                    client.start_session() as session,
                    await session.start_transaction(write_concern=self._connection.concern()),
                ):
                    return await _insert_new(collection, batch, session)
            except PyMongoError as error:
                await asyncio.sleep(retries.wait_after(error))


async def _insert_new(
    collection: AsyncCollection[dict[str, Any]],
    batch: Mapping[str, Any],
    session: AsyncClientSession | None,
) -> int:
    """Do as :func:`~ml_analytics.stores.mongodb.writing.insert_new`."""
    from pymongo.errors import BulkWriteError

    ids = list(batch)
    known: set[str] = set()
    for start in range(0, len(ids), KEYS_AT_ONCE):
        some = {"_id": {"$in": ids[start : start + KEYS_AT_ONCE]}}
        known.update([one["_id"] async for one in collection.find(some, {"_id": 1}, session=session)])
    new: list[Any] = [document for name, document in batch.items() if name not in known]
    if not new:
        return 0
    try:
        await collection.insert_many(new, ordered=False, session=session)
    except BulkWriteError as error:
        if session is None and is_duplicate(error):  # another writer was faster with some
            return int(error.details["nInserted"])
        raise
    return len(new)
