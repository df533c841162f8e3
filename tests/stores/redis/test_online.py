from __future__ import annotations

import pickle
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import redis

from ml_analytics.core.errors import ParameterError, StoreError
from ml_analytics.core.protocols import OnlineStore
from ml_analytics.core.tenant import Tenant
from ml_analytics.core.values import OnlineRow
from ml_analytics.stores.redis.online import RedisOnlineStore
from ml_analytics.stores.testing import OnlineStoreContract
from ml_analytics.stores.testing.online import row
from ml_analytics.stores.testing.servers import RedisServer

A, B = Tenant("tenant_a"), Tenant("tenant_b")
KEY = "ml_analytics/online/tenant_a/view/1"


@pytest.fixture
def raw(redis_server: RedisServer) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_server.url(2)) as client:
        client.flushdb()
        yield client


@pytest.fixture
def store(redis_server: RedisServer, raw: redis.Redis) -> Iterator[RedisOnlineStore]:
    opened = RedisOnlineStore.open(redis_server.url(2))
    yield opened
    opened.close()


class TestRedisOnline(OnlineStoreContract):
    @pytest.fixture
    def online(self, store: RedisOnlineStore) -> OnlineStore:
        return store


def test_a_planted_pickle_is_absent_and_gives_way(store: RedisOnlineStore, raw: redis.Redis) -> None:
    raw.hset(KEY, "e", pickle.dumps({"x": 1}))
    assert store.read(A, "view", 1, ["e"]) == [None]
    assert store.write(A, "view", 1, [row("e", x=2)]) == 1
    assert store.read(A, "view", 1, ["e"]) == [row("e", x=2)]


def test_every_flipped_byte_is_absent_and_can_be_written_again(
    store: RedisOnlineStore, raw: redis.Redis
) -> None:
    store.write(A, "view", 1, [row("e", x=1)])
    blob = raw.hget(KEY, "e")
    assert isinstance(blob, bytes)
    for position in range(len(blob)):
        raw.hset(KEY, "e", blob[:position] + bytes([blob[position] ^ 1]) + blob[position + 1 :])
        assert store.read(A, "view", 1, ["e"]) == [None]
    for damaged in (b"", blob[:-1], blob[:30], blob + b" "):
        raw.hset(KEY, "e", damaged)
        assert store.read(A, "view", 1, ["e"]) == [None]
        assert store.write(A, "view", 1, [row("e", x=1)]) == 1


def test_a_row_copied_to_another_place_is_absent(store: RedisOnlineStore, raw: redis.Redis) -> None:
    store.write(A, "view", 1, [row("e", x=1)])
    blob = raw.hget(KEY, "e")
    assert isinstance(blob, bytes)
    raw.hset(KEY, "other", blob)
    raw.hset(KEY.replace("tenant_a", "tenant_b"), "e", blob)
    assert store.read(A, "view", 1, ["other"]) == [None]
    assert store.read(B, "view", 1, ["e"]) == [None]


def test_another_kind_of_value_under_the_key_gives_way(store: RedisOnlineStore, raw: redis.Redis) -> None:
    raw.set(KEY, b"text")
    assert store.read(A, "view", 1, ["e", "f"]) == [None, None]
    assert store.write(A, "view", 1, [row("e", x=1)]) == 1
    assert store.read(A, "view", 1, ["e"]) == [row("e", x=1)]


@pytest.mark.parametrize("year", [1, 1969, 1970, 9999])
def test_every_year_compares(store: RedisOnlineStore, year: int) -> None:
    moment, before = datetime(year, 6, 1, tzinfo=UTC), datetime(year, 5, 1, tzinfo=UTC)
    assert store.write(A, "view", 1, [OnlineRow("e", before, moment, {})]) == 1
    assert store.write(A, "view", 1, [OnlineRow("e", moment, before, {"x": 1})]) == 1
    assert store.write(A, "view", 1, [OnlineRow("e", before, moment, {"x": 2})]) == 0
    assert store.read(A, "view", 1, ["e"]) == [OnlineRow("e", moment, before, {"x": 1})]


def test_stopped_is_a_store_error_and_started_again_it_is_all_there() -> None:
    with RedisServer(password="hidden-word") as server:
        store = RedisOnlineStore.open(server.url())
        store.write(A, "view", 1, [row("e", x=1)])
        server.stop()
        for _ in range(2):
            with pytest.raises(StoreError, match="cannot be reached") as refused:
                store.read(A, "view", 1, ["e"])
            assert "hidden-word" not in str(refused.value) and str(refused.value).count(".") <= 5
        with pytest.raises(StoreError):
            store.write(A, "view", 1, [row("e", 1)])
        server.start()
        assert store.read(A, "view", 1, ["e"]) == [row("e", x=1)]
        assert store.write(A, "view", 1, [row("e", 1, x=2)]) == 1
        store.close()


@pytest.mark.parametrize("url", ["redis://127.0.0.1:none", "redis://127.0.0.1:6379/x", "redis://[::1"])
def test_addresses_that_cannot_be_read(url: str) -> None:
    with pytest.raises(ParameterError, match="cache_url"):
        RedisOnlineStore.open(url)
