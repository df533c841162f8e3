from __future__ import annotations

import logging
import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import ParameterError, StoreError
from ml_analytics.core.protocols import Cache
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores.outage import PAUSE_SECONDS
from ml_analytics.stores.redis import cache as redis_cache
from ml_analytics.stores.redis.cache import LONGEST_SECONDS, MOST_BYTES, RedisCache
from ml_analytics.stores.testing import CacheContract
from ml_analytics.stores.testing.servers import RedisServer

A, B = Tenant("tenant_a"), Tenant("tenant_b")


class Hand:
    """A timer moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def raw(redis_server: RedisServer) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_server.url(1)) as client:
        client.flushdb()
        yield client


@pytest.fixture
def store(redis_server: RedisServer, raw: redis.Redis) -> Iterator[RedisCache]:
    opened = RedisCache.open(redis_server.url(1))
    yield opened
    opened.close()


class TestRedisCache(CacheContract):
    @pytest.fixture
    def cache(self, store: RedisCache) -> Cache:
        return store


def value_key(raw: redis.Redis, tenant: Tenant = A) -> bytes:
    (key,) = raw.keys(f"ml_analytics/cache/{tenant.id}/value/*")
    assert isinstance(key, bytes)
    return key


@given(key=st.text(st.characters(), max_size=300), value=st.binary(max_size=300))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_key_any_bytes(store: RedisCache, key: str, value: bytes) -> None:
    store.set(A, key, value)
    assert store.get(A, key) == value
    assert store.get(B, key) is None


# What lies under a key


class Loud:
    """Cries out when somebody unpickles it."""

    def __reduce__(self) -> tuple[Callable[[str], Any], tuple[str]]:
        return (exec, ("raise AssertionError('unpickled')",))


def test_a_planted_pickle_is_absent_and_never_loaded(store: RedisCache, raw: redis.Redis) -> None:
    store.set(A, "k", b"mine")
    head = raw.get(value_key(raw))
    assert isinstance(head, bytes)
    with pytest.raises(AssertionError, match="unpickled"):
        pickle.loads(pickle.dumps(Loud()))
    for planted in (pickle.dumps(Loud()), head[:20] + pickle.dumps(Loud()), head[:36] + pickle.dumps(Loud())):
        raw.set(value_key(raw), planted)
        assert store.get(A, "k") is None
        assert store.get_or_compute(A, "k", lambda: b"computed") == b"computed"
        assert store.get(A, "k") == b"computed"


def test_every_flipped_byte_and_every_cut_is_absent(store: RedisCache, raw: redis.Redis) -> None:
    store.set(A, "k", b"some value")
    key = value_key(raw)
    blob = raw.get(key)
    assert isinstance(blob, bytes)
    for position in range(len(blob)):
        raw.set(key, blob[:position] + bytes([blob[position] ^ 1]) + blob[position + 1 :])
        assert store.get(A, "k") is None
        raw.set(key, blob[:position])
        assert store.get(A, "k") is None
    raw.set(key, blob)
    assert store.get(A, "k") == b"some value"


def test_another_tenants_value_under_this_key_is_absent(store: RedisCache, raw: redis.Redis) -> None:
    store.set(A, "k", b"of a")
    store.set(B, "k", b"of b")
    for part in ("value", "generation"):  # even with the other's generation
        (source,), (target,) = (raw.keys(f"ml_analytics/cache/{one.id}/{part}*") for one in (A, B))
        raw.set(target, raw.get(source))  # type: ignore[arg-type]
    assert store.get(A, "k") == b"of a" and store.get(B, "k") is None


@pytest.mark.parametrize("place", ["value", "generation", "lock"])
def test_another_type_of_key_is_absent(store: RedisCache, raw: redis.Redis, place: str) -> None:
    store.set(A, "k", b"x")
    key = value_key(raw).replace(b"/value/", b"/lock/") if place == "lock" else value_key(raw)
    key = b"ml_analytics/cache/tenant_a/generation" if place == "generation" else key
    raw.delete(key)
    raw.rpush(key, "a list")
    if place == "lock":
        raw.delete(value_key(raw))
        raw.pexpire(key, 50)
    assert store.get(A, "k") is None
    assert store.get_or_compute(A, "k", lambda: b"y") == b"y"
    store.set(A, "k", b"z")
    assert store.get(A, "k") == b"z"


# How long it lives


def test_a_value_lives_as_long_as_it_was_told_and_a_week_at_most(store: RedisCache, raw: redis.Redis) -> None:
    for ttl in (None, 1e300, float("inf"), 100):
        expected = 100 if ttl == 100 else LONGEST_SECONDS
        store.set(A, "k", b"x", ttl_seconds=ttl)
        left = raw.pttl(value_key(raw))
        assert isinstance(left, int) and expected * 1000 - 5000 < left <= expected * 1000
        raw.flushdb()
        store.get_or_compute(A, "k", lambda: b"x", ttl_seconds=ttl)
        left = raw.pttl(value_key(raw))
        assert isinstance(left, int) and expected * 1000 - 5000 < left <= expected * 1000
        raw.flushdb()
    store.set(A, "k", b"x", ttl_seconds=1e-9)
    deadline = time.monotonic() + 60
    while store.get(A, "k") is not None:
        assert time.monotonic() < deadline


def test_clear_is_one_step_and_nothing_comes_back(store: RedisCache, raw: redis.Redis) -> None:
    for number in range(100):
        store.set(A, str(number), b"x")
    store.set(B, "k", b"of b")
    before = raw.info("stats")["total_commands_processed"]
    store.clear(A)
    assert raw.info("stats")["total_commands_processed"] - before <= 3
    assert all(store.get(A, str(number)) is None for number in range(100))
    # Even when Redis forgets the generation itself: a new one is drawn, never an old one.
    raw.delete("ml_analytics/cache/tenant_a/generation")
    store.set(A, "new", b"y")
    assert all(store.get(A, str(number)) is None for number in range(100))
    assert store.get(A, "new") == b"y" and store.get(B, "k") == b"of b"


def test_a_value_too_large_is_computed_and_not_kept(store: RedisCache, raw: redis.Redis) -> None:
    large = bytes(MOST_BYTES + 1)
    assert store.get_or_compute(A, "k", lambda: large) == large
    assert store.get(A, "k") is None
    store.set(A, "k", b"small")
    store.set(A, "k", large)
    assert store.get(A, "k") is None, "an old value must not outlive the new one"
    assert not raw.keys("*/lock/*")


@pytest.mark.parametrize("change", ["set", "clear"])
def test_what_was_computed_before_a_change_is_not_kept(
    store: RedisCache, redis_server: RedisServer, change: str
) -> None:
    elsewhere = RedisCache.open(redis_server.url(1))  # as another process

    def compute() -> bytes:
        if change == "set":
            elsewhere.set(A, "k", b"newer")
        else:
            elsewhere.clear(A)
        return b"older"

    assert store.get_or_compute(A, "k", compute) == b"older"
    assert store.get(A, "k") == (b"newer" if change == "set" else None)
    elsewhere.close()


# One computation


def _in_a_process(url: str, log: str, gate: Any) -> None:
    cache = RedisCache.open(url)

    def compute() -> bytes:
        with Path(log).open("a") as file:
            file.write("computed\n")
        return b"value"

    gate.wait()
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(lambda _: cache.get_or_compute(A, "hot", compute), range(50)))
    os._exit(0 if answers == {b"value"} else 1)


def test_many_processes_one_computation(store: RedisCache, redis_server: RedisServer, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    gate, log = context.Barrier(3), tmp_path / "log"
    workers = [
        context.Process(target=_in_a_process, args=(redis_server.url(1), str(log), gate)) for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert log.read_text() == "computed\n"


def test_a_dead_holder_does_not_block_for_ever(
    store: RedisCache, redis_server: RedisServer, raw: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_cache, "LOCK_SECONDS", 0.2)
    started, dying = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - the forked child

        def die() -> bytes:
            os.write(dying, b"x")
            os.kill(os.getpid(), signal.SIGKILL)
            return b""

        store.get_or_compute(A, "k", die)
    os.read(started, 1)
    os.waitpid(child, 0)
    assert store.get_or_compute(A, "k", lambda: b"computed") == b"computed"
    assert store.get(A, "k") == b"computed"
    os.close(started)
    os.close(dying)


def test_a_slow_holder_is_not_waited_for_longer_than_the_lock(
    store: RedisCache, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_cache, "LOCK_SECONDS", 0.1)
    elsewhere = RedisCache.open(redis_server.url(1))
    started, go_on = threading.Event(), threading.Event()

    def slow() -> bytes:
        started.set()
        assert go_on.wait(30)
        return b"slow"

    with ThreadPoolExecutor(1) as pool:
        one = pool.submit(elsewhere.get_or_compute, A, "k", slow)
        assert started.wait(30)
        assert store.get_or_compute(A, "k", lambda: b"quick") == b"quick"
        go_on.set()
        assert one.result() == b"slow"
    assert store.get(A, "k") == b"quick", "the first that came stays"
    elsewhere.close()


def test_a_failed_computation_frees_the_lock(store: RedisCache, raw: redis.Redis) -> None:
    def fail() -> bytes:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        store.get_or_compute(A, "k", fail)
    assert not raw.keys("*/lock/*")


def test_a_computation_that_asks_for_itself_is_refused(store: RedisCache) -> None:
    def asks_itself() -> bytes:
        return store.get_or_compute(A, "k", asks_itself)

    with pytest.raises(ParameterError, match="its own key"):
        store.get_or_compute(A, "k", asks_itself)


def test_a_forked_child_goes_on(store: RedisCache) -> None:
    # Forked in the middle of a computation that no thread of the child will ever finish.
    started, go_on = threading.Event(), threading.Event()

    def slow() -> bytes:
        started.set()
        assert go_on.wait(30)
        return b"of the parent"

    with ThreadPoolExecutor(1) as pool:
        parent = pool.submit(store.get_or_compute, A, "k", slow)
        assert started.wait(30)
        child = os.fork()
        if child == 0:  # pragma: no cover - the forked child
            signal.alarm(20)
            redis_cache.LOCK_SECONDS = 0.05
            found = store.get_or_compute(A, "k", lambda: b"of the child")
            os._exit(0 if found == b"of the child" and store.get(A, "absent") is None else 1)
        assert os.waitpid(child, 0)[1] == 0
        go_on.set()
        assert parent.result() == b"of the parent"


# Redis away


def test_stopped_it_forgets_started_again_it_remembers(caplog: pytest.LogCaptureFixture) -> None:
    hand = Hand()
    with RedisServer(password="hidden-word") as server:
        cache = RedisCache.open(server.url(), timer=hand)
        cache.set(A, "k", b"kept")
        server.stop()
        with caplog.at_level(logging.INFO):
            for _ in range(20):
                assert cache.get(A, "k") is None
                cache.set(A, "other", b"dropped")
                cache.clear(B)
                assert cache.get_or_compute(A, "k", lambda: b"computed") == b"computed"
                hand.now += PAUSE_SECONDS  # every turn finds out anew that it is away
            server.start()
            hand.now += PAUSE_SECONDS
            assert cache.get(A, "k") == b"kept"
            cache.set(A, "other", b"again")
            assert cache.get(A, "other") == b"again"
            server.stop(kill=True)
            assert cache.get(A, "k") is None
        said = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
        assert len(said) == 2, "one warning for each outage"
        assert all("cannot be reached" in one and "hidden-word" not in one for one in said)
        cache.close()
        cache.close()


def test_a_stuck_server_is_asked_once_and_nobody_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    hand = Hand()
    asked: list[int] = []
    with RedisServer() as server:
        cache = RedisCache.open(server.url() + "?socket_timeout=0.1", timer=hand)
        process = server._process
        assert process is not None
        mget = cache._client.mget

        def counted(keys: Any) -> Any:
            asked.append(1)
            return mget(keys)

        monkeypatch.setattr(cache._client, "mget", counted)
        process.send_signal(signal.SIGSTOP)
        try:
            for _ in range(100):
                assert cache.get(A, "k") is None
            assert len(asked) == 1
            hand.now += PAUSE_SECONDS
            with ThreadPoolExecutor(8) as pool:
                assert set(pool.map(lambda _: cache.get(A, "k"), range(100))) == {None}
            assert len(asked) == 2, "one call finds out, the others do not wait"
        finally:
            process.send_signal(signal.SIGCONT)
        hand.now += PAUSE_SECONDS
        cache.get(A, "k")
        cache.set(A, "k", b"back")
        assert cache.get(A, "k") == b"back"
        cache.close()


def test_a_full_redis_drops_writes_and_serves_reads(caplog: pytest.LogCaptureFixture) -> None:
    hand = Hand()
    with RedisServer() as server:
        cache = RedisCache.open(server.url(), timer=hand)
        cache.set(A, "k", b"kept")
        with redis.Redis.from_url(server.url()) as admin:
            admin.config_set("maxmemory", "1")
            cache.set(A, "other", b"dropped")
            assert cache.get_or_compute(A, "third", lambda: b"computed") == b"computed"
            assert cache.get(A, "k") == b"kept"
            cache.set(A, "other", b"dropped")
            admin.config_set("maxmemory", "0")
        cache.set(A, "other", b"fits again")
        assert cache.get(A, "other") == b"fits again"
        assert [one.getMessage().count("is full: raise its maxmemory") for one in caplog.records] == [1]
        cache.close()


# Opening


def test_a_wrong_password_and_no_password_are_one_sentence() -> None:
    with RedisServer(password="right-word") as server:
        for url in (
            server.url().replace("right-word", "wrong-word"),
            server.url().replace(":right-word@", ""),
        ):
            with pytest.raises(StoreError) as refused:
                RedisCache.open(url)
            assert "refuses the user or the password" in str(refused.value)
            assert "word@" not in str(refused.value) and "wrong-word" not in str(refused.value)
            assert str(refused.value).endswith(".")


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(StoreError, match="cannot be reached: check that it runs"):
        RedisCache.open("redis://me:hidden-word@127.0.0.1:1/0")
    with pytest.raises(StoreError, match="unix:///nowhere"):
        RedisCache.open("unix://me:hidden-word@/nowhere/redis.sock")
    with pytest.raises(ParameterError) as refused:
        RedisCache.open("redis://me:hidden-word@host:port")
    assert "hidden-word" not in str(refused.value)
    with pytest.raises(ParameterError, match=r"'cache_url'.*with known options") as refused:
        RedisCache.open("redis://me:hidden-word@127.0.0.1:1/0?foo=1")
    assert "hidden-word" not in str(refused.value)
