"""Connections to MongoDB: one client per process, transactions where the server has them."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from ...core.errors import ParameterError, StoreError
from .errors import read_address, translated

if TYPE_CHECKING:
    from pymongo import MongoClient, WriteConcern
    from pymongo.client_session import ClientSession
    from pymongo.collection import Collection
    from pymongo.errors import PyMongoError

T = TypeVar("T")
KEYS_AT_ONCE = 250
"""How many keys one question names."""

PATIENCE_SECONDS = 75.0
"""How long a transaction waits for another's: a killed writer's ends after 60 seconds on the server."""


class MongoConnection:
    """One database of one server. Safe to share between threads; a forked child gets a client of its own."""

    def __init__(self, url: str) -> None:
        with _readable_files():
            self.database, self.shown, self.options = read_address(url)
        self.url = url
        self._lock = threading.Lock()
        self._clients: dict[int, MongoClient[dict[str, Any]]] = {}  # by process: a parent's is never touched
        self._closed = False
        self.indexed: set[str] = set()
        try:
            with translated(self.shown):
                hello = self.client().admin.command("hello")
        except BaseException:
            self.close()
            raise
        self.most_bytes = int(hello.get("maxBsonObjectSize", 16 * 1024 * 1024))
        self.transactions = "setName" in hello or hello.get("msg") == "isdbgrid"

    def client(self) -> MongoClient[dict[str, Any]]:
        """Return this process's client.

        Raises:
            StoreError: the store was closed.
        """
        import pymongo

        process = os.getpid()
        found = self._clients.get(process)
        if found is not None:
            return found
        # Not under the lock alone: a fork may have copied it while another thread held it.
        with _readable_files():
            made: MongoClient[dict[str, Any]] = pymongo.MongoClient(self.url, **self.options)
        with self._lock:
            if self._closed:
                made.close()
                raise StoreError(
                    f"MongoDB at '{self.shown}' failed: it was closed here; open the stores again."
                )
            kept = self._clients.setdefault(process, made)
        if kept is not made:
            made.close()
        return kept

    def collection(self, name: str) -> Collection[dict[str, Any]]:
        """Return a MongoDB collection; writing is acknowledged when a majority has it on disk."""
        from .codec import CODEC

        return self.client()[self.database].get_collection(name, CODEC, write_concern=self.concern())

    def concern(self) -> WriteConcern:
        """Return how writing is acknowledged."""
        import pymongo

        return pymongo.WriteConcern("majority" if self.transactions else 1, j=True)

    def in_transaction(self, work: Callable[[ClientSession | None], T]) -> T:
        """Do ``work`` all or not at all; it is done again when another transaction was in its way.

        On a server without transactions (no replica set) it is simply done.
        """
        if not self.transactions:
            return work(None)
        from pymongo.errors import PyMongoError

        retries = Retries()
        while True:
            try:
                with (
                    self.client().start_session() as session,
                    session.start_transaction(write_concern=self.concern()),
                ):
                    return work(session)
            except PyMongoError as error:
                time.sleep(retries.wait_after(error))

    def close(self) -> None:
        """Close this process's connections; again is harmless."""
        with self._lock:
            self._closed = True
            client = self._clients.pop(os.getpid(), None)
        if client is not None:
            client.close()


@contextlib.contextmanager
def _readable_files() -> Iterator[None]:
    try:
        yield
    except OSError as error:  # tlsCAFile and the like are opened while the address is read
        raise ParameterError(
            "The 'documents_url' parameter of open_stores must name files that can be read in its options. "
            f"Got one that cannot ({type(error).__name__})."
        ) from None


class Retries:
    """Says how long to wait before a transaction is tried again, or that it is not."""

    def __init__(self) -> None:
        self._deadline = time.monotonic() + PATIENCE_SECONDS
        self._lost = 0
        self._tried = 0

    def wait_after(self, error: PyMongoError) -> float:
        """Return seconds; raise ``error`` when trying again would not help."""
        from pymongo.errors import ConnectionFailure

        self._tried += 1
        if isinstance(error, ConnectionFailure):
            self._lost += 1
        elif not (error.has_error_label("TransientTransactionError") or is_duplicate(error)):
            raise error
        # With the commit's answer lost nobody knows how many were added; the caller may ask again.
        unknown = error.has_error_label("UnknownTransactionCommitResult")
        if unknown or self._lost > 1 or time.monotonic() > self._deadline:
            raise error
        return min(0.01 * 1.5 ** min(self._tried, 12), 0.5)


def is_duplicate(error: PyMongoError) -> bool:
    """Say whether every refused write was refused because its key is there already."""
    from pymongo.errors import BulkWriteError, DuplicateKeyError

    if isinstance(error, BulkWriteError):
        found = error.details.get("writeErrors") or []
        return bool(found) and all(one.get("code") == 11000 for one in found)
    return isinstance(error, DuplicateKeyError)
