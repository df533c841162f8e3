"""MongoDB away, refusing, ending in the middle: a sentence without secrets, or the whole answer."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import itertools
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pymongo
import pytest
from pymongo import monitoring

from ml_analytics.core.errors import MissingExtraError, ParameterError, StoreError
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores.document_rows import DocumentTooLargeError
from ml_analytics.stores.mongodb import errors as mongodb_errors
from ml_analytics.stores.mongodb.documents import MongoCollection, MongoDocumentStore
from ml_analytics.stores.testing.servers import MongoServer

A = Tenant("tenant_a")
NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
_DATABASES = (f"faults_{number}" for number in itertools.count())


def notes(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"_id": f"d{i:05}", "time": NOON + timedelta(seconds=i), "i": i, **more} for i in range(count)]


@pytest.fixture
def store(mongodb: MongoServer) -> Iterator[MongoDocumentStore]:
    opened = MongoDocumentStore.open(mongodb.url(next(_DATABASES)))
    yield opened
    opened.close()


class DurableServer(MongoServer):
    """Writes to the disk what it acknowledges, as a real one does; by default the test server waits a while."""

    def command(self) -> list[str]:
        return [*super().command(), "--sync-on-commit"]


class StandaloneServer(MongoServer):
    """No replica set, so no transactions."""

    def command(self) -> list[str]:
        return [*super().command(), "--standalone"]


@pytest.fixture
def server() -> Iterator[MongoServer]:
    """Give a server of the test's own, to be stopped."""
    with DurableServer() as started:
        yield started
    with warnings.catch_warnings():
        # pymongo leaves a socket to a server that is gone to the garbage collector: here, not in another test.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def quick(server: MongoServer) -> str:
    return f"{server.url('ml')}?serverSelectionTimeoutMS=300"


def when_up(count: Callable[[], int]) -> int:
    """Ask until the driver, which looks for a lost server twice a second, has found it again."""
    for _ in range(200):
        with contextlib.suppress(StoreError):
            return count()
    return count()


@pytest.mark.parametrize(
    "url",
    [
        "mongodb://", "mongodb://me:se@cret@host/x", "mongodb://me:secret@host:99999/x", "mongodb://host/a b",
        "mongodb://me:secret@host/x?secret=1", "mongodb://me:secret@host/" + "x" * 41, "postgresql://me:secret@host/x",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_read_is_named_without_what_it_holds(url: str) -> None:
    with pytest.raises(ParameterError) as caught:
        MongoDocumentStore.open(url)
    assert "documents_url" in str(caught.value) and "cret" not in str(caught.value)


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(StoreError) as caught:
        MongoDocumentStore.open("mongodb://me:secret@127.0.0.1:9/ml?serverSelectionTimeoutMS=200")
    said = str(caught.value)
    assert said.startswith("MongoDB at '127.0.0.1:9/ml' failed: no server answered in time")
    assert "secret" not in said and "me:" not in said and "\n" not in said


def test_the_address_may_say_how_long_to_wait() -> None:
    _, shown, added = mongodb_errors.read_address("mongodb://u:p@h1,h2:5/x?serverSelectionTimeoutMS=10")
    assert shown == "h1:27017,h2:5/x"
    assert added == {"appname": "ml_analytics", "connectTimeoutMS": 5_000}
    assert mongodb_errors.read_address("mongodb://h")[:2] == ("ml_analytics", "h:27017/ml_analytics")


def test_users_and_what_they_may() -> None:
    server = MongoServer()
    with server:
        with pymongo.MongoClient[dict[str, Any]](server.url("admin")) as client:
            client["ml"].command("createUser", "writer", pwd="s3cret", roles=["readWrite"])
            client["ml"].command("createUser", "reader", pwd="s3cret", roles=["read"])
        server.stop()
        server._auth = True
        server.start()
        at = f"127.0.0.1:{server.port}/ml"

        with pytest.raises(StoreError, match="the user or the password is refused") as wrong:
            MongoDocumentStore.open(f"mongodb://writer:wr0ng@{at}")
        with pytest.raises(StoreError, match="the user may not do this") as nobody:
            MongoDocumentStore.open(f"mongodb://{at}")
        for error in (wrong, nobody):
            assert at in str(error.value)
            assert not any(word in str(error.value) for word in ("writer", "wr0ng", "s3cret"))

        writer = MongoDocumentStore.open(f"mongodb://writer:s3cret@{at}")
        assert writer.location == f"mongodb://{at}"
        assert writer.collection(A, "notes").insert_new(notes(2)) == 2
        writer.close()
        reader = MongoDocumentStore.open(f"mongodb://reader:s3cret@{at}")
        assert reader.collection(A, "notes").count() == 2
        theirs = reader.collection(A, "notes")
        writes: list[Callable[[], int]] = [
            lambda: theirs.insert_new(notes(3)),
            lambda: theirs.delete({}),
            lambda: theirs.acknowledge(["d00000"]),
        ]
        for write in writes:
            with pytest.raises(StoreError, match="readWrite") as refused:
                write()
            assert "reader" not in str(refused.value)
        assert reader.collection(A, "notes").count() == 2
        reader.close()


def test_gone_in_the_middle_of_reading_is_an_error_not_an_end(server: MongoServer) -> None:
    store = MongoDocumentStore.open(quick(server))
    collection = store.collection(A, "notes")
    collection.insert_new(notes(4_500))
    found = collection.find()
    first = [next(found) for _ in range(10)]
    assert [one["i"] for one in first] == list(range(10))
    server.stop(kill=True)
    with pytest.raises(StoreError, match="try again"):
        list(found)
    for reading in (collection.frame, collection.count, lambda: collection.get("d00000")):
        with pytest.raises(StoreError, match="no server answered"):
            reading()
    with pytest.raises(StoreError, match="no server answered"):
        collection.insert_new(notes(1))
    with pytest.raises(StoreError, match="no server answered"):
        asyncio.run(store.async_collection(A, "notes").count())
    server.start()
    assert when_up(collection.count) == 4_500, "what was acknowledged is there, and the store works again"
    store.close()


def test_reading_goes_on_behind_a_restart(server: MongoServer) -> None:
    store = MongoDocumentStore.open(server.url("ml"))
    collection = store.collection(A, "notes")
    # Several to a moment, some below the millisecond, so that the place to go on is inside one.
    many = [{**one, "time": NOON + timedelta(microseconds=one["i"] // 7 * 300)} for one in notes(5_000)]
    collection.insert_new(many)
    for newest_first in (False, True):
        found = collection.find(newest_first=newest_first, limit=4_900)
        seen = [next(found)["i"] for _ in range(1_234)]
        server.stop(kill=True)
        server.start()
        seen += [one["i"] for one in found]
        assert seen == (list(range(5_000))[::-1] if newest_first else list(range(5_000)))[:4_900]
    store.close()


def test_a_cursor_that_the_server_ended_is_read_on(store: MongoDocumentStore) -> None:
    collection = store.collection(A, "notes")
    collection.insert_new(notes(5_000))
    sent = _GetMores()
    monitoring.register(sent)
    listening = MongoDocumentStore.open(store.connection.url)
    monitoring._LISTENERS.command_listeners.remove(sent)
    found = listening.collection(A, "notes").find()
    seen = [next(found)["i"]]
    _kill_cursors(listening, collection.place, sent.cursors)
    seen += [one["i"] for one in found]
    assert seen == list(range(5_000))
    listening.close()


class _GetMores(monitoring.CommandListener):
    def __init__(self) -> None:
        self.cursors: list[int] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        pass

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        if event.command_name == "find":
            self.cursors.append(event.reply["cursor"]["id"])

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass


def _kill_cursors(store: MongoDocumentStore, place: str, cursors: list[int]) -> None:
    database = store.connection.client()[store.connection.database]
    done = database.command("killCursors", place, cursors=[one for one in cursors if one])
    assert done["cursorsKilled"], "there was a cursor to end"


def test_gone_in_the_middle_of_writing_keeps_nothing_and_can_be_repeated(server: MongoServer) -> None:
    store = MongoDocumentStore.open(quick(server))
    collection = store.collection(A, "notes")
    collection.insert_new(notes(1))
    inserting = threading.Event()

    class Stopper(monitoring.CommandListener):
        def started(self, event: monitoring.CommandStartedEvent) -> None:
            if event.command_name == "insert" and not inserting.is_set():
                inserting.set()
                server.stop(kill=True)

        def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
            pass

        def failed(self, event: monitoring.CommandFailedEvent) -> None:
            pass

    monitoring.register(Stopper())
    breaking = MongoDocumentStore.open(quick(server))
    monitoring._LISTENERS.command_listeners.pop()
    with pytest.raises(StoreError, match="try again"):
        breaking.collection(A, "notes").insert_new(notes(3_000))
    assert inserting.is_set()
    server.start()
    assert when_up(collection.count) == 1
    assert when_up(breaking.collection(A, "notes").count) == 1
    assert breaking.collection(A, "notes").insert_new(notes(3_000)) == 2_999
    assert [one["i"] for one in collection.find()] == list(range(3_000))
    breaking.close()
    store.close()


def test_a_document_too_large_is_named_before_anything_is_written(store: MongoDocumentStore) -> None:
    collection = store.collection(A, "notes")
    large = {"_id": "whale", "time": NOON, "text": "x" * (16 * 1024 * 1024)}
    with pytest.raises(DocumentTooLargeError) as caught:
        collection.insert_new([*notes(3), large])
    assert caught.value.document_id == "whale" and "'whale'" in str(caught.value)
    assert len(str(caught.value)) < 200 and "16,777,2" in str(caught.value)
    assert isinstance(caught.value, ParameterError) and collection.count() == 0
    async_notes = store.async_collection(A, "notes")
    with pytest.raises(DocumentTooLargeError):
        asyncio.run(async_notes.insert_new([large]))
    fits = {**large, "text": "x" * (16 * 1024 * 1024 - 1_000)}
    assert collection.insert_new([*notes(3), fits]) == 4
    assert collection.frame({"_id": "whale"})["text"].str.len().tolist() == [16 * 1024 * 1024 - 1_000]


def test_a_hundred_levels_are_refused_ninety_are_not(store: MongoDocumentStore) -> None:
    def nested(levels: int) -> Any:
        made: Any = 1
        for _ in range(levels):
            made = [made]
        return made

    collection = store.collection(A, "notes")
    with pytest.raises(ParameterError, match="90 levels"):
        collection.insert_new([{"_id": "a", "time": NOON, "f": nested(91)}])
    given = {"_id": "a", "time": NOON, "f": nested(89)}
    collection.insert_new([given])
    assert collection.get("a") == given


def test_what_people_see_in_the_database(store: MongoDocumentStore) -> None:
    time = NOON + timedelta(microseconds=1_234_567)
    store.collection(A, "notes").insert_new([{"_id": "a", "time": time, "text": "hello", "_us": 1, "x.y": 2}])
    raw = store.connection.client()[store.connection.database]["documents/tenant_a/notes"].find_one()
    assert raw == {
        "_id": "a",
        "time": datetime(2024, 3, 1, 12, 0, 1, 234_000),
        "text": "hello",
        "%5Fus": 1,
        "x%2Ey": 2,
        "_us": 567,
        "_escaped": True,
    }


def test_names_that_look_alike_are_other_tenants(store: MongoDocumentStore) -> None:
    for tenant, name in (("a", "b.c"), ("a.b", "c"), ("a-b", "c"), ("system.x", "views")):
        store.collection(Tenant(tenant), name).insert_new([{"_id": tenant, "time": NOON}])
    for tenant, name in (("a", "b.c"), ("a.b", "c"), ("a-b", "c"), ("system.x", "views")):
        assert store.collections(Tenant(tenant)) == [name]
        assert [one["_id"] for one in store.collection(Tenant(tenant), name).find()] == [tenant]
    assert [one.id for one in store.tenants()] == ["a", "a-b", "a.b", "system.x"]


def test_writers_at_once_add_each_document_once(store: MongoDocumentStore) -> None:
    collection = store.collection(A, "notes")
    collection.insert_new(notes(1))
    with ThreadPoolExecutor(6) as pool:
        added = list(pool.map(lambda _: collection.insert_new(notes(400)), range(6)))
    assert sum(added) == 399
    assert [one["i"] for one in collection.find()] == list(range(400))


def test_without_transactions_known_documents_are_left_alone_too() -> None:
    with StandaloneServer() as standalone:
        store = MongoDocumentStore.open(standalone.url("ml"))
        assert not store.connection.transactions
        _left_alone(store)
        store.close()


def _left_alone(store: MongoDocumentStore) -> None:
    collection = store.collection(A, "notes")
    assert collection.insert_new(notes(10)) == 10
    with ThreadPoolExecutor(4) as pool:
        added = list(pool.map(lambda _: collection.insert_new(notes(300, late=True)), range(4)))
    assert sum(added) == 290
    assert [one.get("late") for one in collection.find(limit=11)] == [None] * 10 + [True]


def test_a_closed_store_says_so(mongodb: MongoServer) -> None:
    store = MongoDocumentStore.open(mongodb.url(next(_DATABASES)))
    collection = store.collection(A, "notes")
    collection.insert_new(notes(3))
    found = collection.find()
    next(found)
    store.close()
    store.close()
    for use in (collection.count, collection.frame, lambda: collection.insert_new(notes(1))):
        with pytest.raises(StoreError, match="closed"):
            use()
    with pytest.raises(StoreError, match="closed"):
        asyncio.run(store.async_collection(A, "notes").count())


def test_async_clients_close_with_their_loop_or_with_the_store(mongodb: MongoServer) -> None:
    store = MongoDocumentStore.open(mongodb.url(next(_DATABASES)))

    async def count() -> int:
        return await store.async_collection(A, "notes").count()

    assert asyncio.run(count()) == 0 and not store._async._by_loop
    loop = asyncio.new_event_loop()
    assert loop.run_until_complete(count()) == 0 and len(store._async._by_loop) == 1
    started = threading.Event()
    loop.call_soon(started.set)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    assert started.wait(60)
    store.close()
    assert not store._async._by_loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join(60)
    loop.close()


def test_a_store_closed_inside_its_loop_leaves_nothing_open(mongodb: MongoServer) -> None:
    async def work() -> MongoDocumentStore:
        store = MongoDocumentStore.open(mongodb.url(next(_DATABASES)))
        assert await store.async_collection(A, "notes").insert_new(notes(2)) == 2
        store.close()
        return store

    assert not asyncio.run(work())._async._by_loop


def test_a_forked_child_has_connections_of_its_own(mongodb: MongoServer) -> None:
    # In a process of its own: forking one with a test's threads is not safe.
    code = """
import os, sys
from datetime import UTC, datetime
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores.mongodb.documents import MongoDocumentStore
store = MongoDocumentStore.open(sys.argv[1])
notes = store.collection(Tenant(), "notes")
made = lambda who: [{"_id": f"{who}{i}", "time": datetime(2024, 1, 1, tzinfo=UTC)} for i in range(200)]
notes.insert_new(made("before"))
children = []
for number in range(3):
    child = os.fork()
    if not child:
        ok = notes.insert_new(made(f"child{number}-")) == 200 and notes.count() >= 400
        store.close()
        os._exit(0 if ok else 1)
    children.append(child)
ok = notes.insert_new(made("parent")) == 200
assert all(os.waitpid(child, 0)[1] == 0 for child in children) and ok
assert notes.count() == 1000
store.close()
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, mongodb.url(next(_DATABASES))],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": "error,ignore::DeprecationWarning"},
    )
    assert done.returncode == 0, done.stderr


def test_without_pymongo_the_sentence_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymongo", None)
    with pytest.raises(MissingExtraError, match=r"ml-analytics\[mongodb\]"):
        MongoDocumentStore.open("mongodb://host/x")


def test_the_driver_s_words_never_reach_the_message(store: MongoDocumentStore) -> None:
    collection: MongoCollection = store.collection(A, "notes")
    database = store.connection.client()[store.connection.database]
    database.create_collection(collection.place, validator={"text": {"$ne": "canary"}})
    with pytest.raises(StoreError) as caught:
        collection.insert_new([{"_id": "a", "time": NOON, "text": "canary"}])
    assert "canary" not in str(caught.value) and "breaks the rules" in str(caught.value)
