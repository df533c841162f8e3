"""The cache on Redis: shared by processes, forgetful while Redis is away, never unpickling anything."""

from __future__ import annotations

import hashlib
import math
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from ...core.tenant import Tenant, require_tenant
from ..cache import cache_place, cache_value, time_to_live
from ..flights import Flights, Place
from ..outage import Outage
from .client import describe, open_client, reason

if TYPE_CHECKING:
    from redis import Redis

LONGEST_SECONDS = 7 * 86_400
"""Everything expires, so that ``maxmemory-policy volatile-lru`` makes room here and not among features."""
LOCK_SECONDS = 5.0
"""How long one process waits for another that computes; a process that died holds nobody up longer."""
MOST_BYTES = 16 << 20
"""A larger value is not kept."""
_MAGIC = b"MLC1"
_GENERATION = 16
_CHECKSUM = 16
_HEAD = len(_MAGIC) + _GENERATION

# A tenant's generation is part of every value's head: a new generation, and all older values are absent.
_GENERATION_OF = """
local function text(key) local v = redis.pcall('GET', key); if type(v) == 'string' then return v end return '' end
local g = text(KEYS[1])
if #g ~= 16 then g = ARGV[1]; redis.call('SET', KEYS[1], g) end
"""
_SET = f"{_GENERATION_OF} redis.call('SET', KEYS[2], ARGV[2] .. g .. ARGV[3], 'PX', ARGV[4])"
_ENTER = f"""{_GENERATION_OF}
local lock = redis.call('SET', KEYS[3], ARGV[2], 'NX', 'PX', ARGV[3])
return {{g, text(KEYS[2]), lock and 1 or 0}}
"""
# What was computed is kept unless the tenant was cleared or the key was set meanwhile.
_LEAVE = """
local function text(key) local v = redis.pcall('GET', key); if type(v) == 'string' then return v end return '' end
if text(KEYS[3]) == ARGV[1] then redis.call('DEL', KEYS[3]) end
if ARGV[4] ~= '' and text(KEYS[1]) == ARGV[2] and text(KEYS[2]) == ARGV[3] then
  redis.call('SET', KEYS[2], ARGV[4], 'PX', ARGV[5])
end
"""


class RedisCache:
    """Small bytes for a while, per tenant (:class:`~ml_analytics.core.protocols.Cache`), on Redis.

    Safe to share between threads and processes. While Redis is away reads find nothing, writes are dropped
    and computing goes on: one warning is logged for each outage, and one call in a second finds out whether
    it is over. A value carries its key's checksum: what anybody else put under a key counts as absent, and
    nothing is ever unpickled. Values live at most a week and are kept up to 16 MiB.
    """

    def __init__(self, client: Redis, shown: str, *, timer: Callable[[], float] = time.monotonic) -> None:
        self.location = shown
        self._client = client
        self._outage = Outage(shown, timer=timer)
        self._flights = Flights()
        self._set = client.register_script(_SET)
        self._enter = client.register_script(_ENTER)
        self._leave = client.register_script(_LEAVE)

    @classmethod
    def open(cls, url: str, *, timer: Callable[[], float] = time.monotonic) -> Self:
        """Open the cache at ``redis://user:password@host:6379/0``.

        Raises:
            ParameterError: the address cannot be read.
            StoreError: the server cannot be reached or refuses us.
            MissingExtraError: without the extra ``redis``.
        """
        return cls(*open_client(url), timer=timer)

    def get(self, tenant: Tenant, key: str) -> bytes | None:
        """Return the value, or ``None``."""
        return self._get(cache_place(tenant, key))

    def set(self, tenant: Tenant, key: str, value: bytes, ttl_seconds: float | None = None) -> None:
        """Keep a value, for ``ttl_seconds`` (at most a week) or until it is pushed out."""
        place, ttl = cache_place(tenant, key), _milliseconds(time_to_live(ttl_seconds))
        content, keys = cache_value(value), _keys(place)
        self._flights.forget(place)  # what is being computed is older than this
        if len(content) > MOST_BYTES:
            self._ask(lambda: self._client.delete(keys[1]))
            return
        tail = _checksum(keys[1], content) + content
        self._ask(lambda: self._set(keys=keys, args=[_token(), _MAGIC, tail, ttl]))

    def get_or_compute(
        self, tenant: Tenant, key: str, compute: Callable[[], bytes], ttl_seconds: float | None = None
    ) -> bytes:
        """Return the value; when absent compute it once in this process, however many readers wait.

        Other processes wait, too, but not longer than five seconds. An exception of ``compute`` reaches all
        who wait in this process and is not kept. What is computed while the key is set or the tenant cleared
        goes to those who wait, but is not kept.
        """
        place, ttl = cache_place(tenant, key), _milliseconds(time_to_live(ttl_seconds))
        found = self._get(place)
        if found is not None:
            return found
        return self._flights.once(place, lambda: self._compute(place, compute, ttl))

    def clear(self, tenant: Tenant) -> None:
        """Forget everything of this tenant, in one step: what is there belongs to an older generation."""
        scope = require_tenant(tenant).id
        self._flights.forget_tenant(scope)
        self._ask(lambda: self._client.set(_generation_key(scope), _token()))

    def describe(self) -> str:
        """Return the server and its version.

        Raises:
            StoreError: it does not answer, or is set up so that it may lose online features.
        """
        return describe(self._client, self.location)

    def close(self) -> None:
        """Close the connections; closing twice is fine."""
        self._flights.clear()
        self._client.close()

    def _get(self, place: Place) -> bytes | None:
        keys = _keys(place)
        found = self._ask(lambda: self._client.mget(keys[:2]))
        return None if found is None else _content(keys[1], *found)

    def _compute(self, place: Place, compute: Callable[[], bytes], ttl: int) -> bytes:
        keys, token = _keys(place), _token()
        generation, seen, kept = self._wait(keys, token)
        if kept is not None:
            return kept
        blob = b""
        try:
            value = cache_value(compute())
            if len(value) <= MOST_BYTES:
                blob = _MAGIC + generation + _checksum(keys[1], value) + value
        finally:
            self._ask(lambda: self._leave(keys=keys, args=[token, generation, seen, blob, ttl]))
        return value

    def _wait(self, keys: list[bytes], token: bytes) -> tuple[bytes, bytes, bytes | None]:
        """Return generation, what lies under the key, and its value when it is a good one.

        Without a value the lock is ours now, or its holder is slow, or Redis is away: compute in any case.
        """
        deadline, pause, lock_ms = time.monotonic() + LOCK_SECONDS, 0.002, int(1000 * LOCK_SECONDS)
        while True:
            found = self._ask(lambda: self._enter(keys=keys, args=[_token(), token, lock_ms]))
            if found is None:
                return b"", b"", None
            generation, seen, locked = found
            value = _content(keys[1], generation, seen)
            if value is not None and locked:  # it came between the first look and this one
                self._ask(lambda: self._leave(keys=keys, args=[token, b"", b"", b"", 1]))
            if value is not None or locked or time.monotonic() > deadline:
                return generation, seen, value
            time.sleep(pause)
            pause = min(2 * pause, 0.05)

    def _ask(self, ask: Callable[[], Any]) -> Any:
        """Return Redis's answer, or ``None`` when it is away or refuses."""
        from redis import exceptions

        if not self._outage.may_ask():
            return None
        try:
            answer = ask()
        except (exceptions.ConnectionError, exceptions.TimeoutError) as error:
            self._outage.failed(reason(self.location, error))
            return None
        except exceptions.RedisError as error:  # it is full, or a replica that takes no writes
            self._outage.refused(reason(self.location, error))
            return None
        self._outage.answered()
        return answer


def _keys(place: Place) -> list[bytes]:
    # A tenant's name has no slash and a digest one length, so no two places share a key.
    tenant, digest = place[0], hashlib.sha256(place[1].encode(errors="surrogatepass")).hexdigest()
    under = f"ml_analytics/cache/{tenant}"
    return [_generation_key(tenant), f"{under}/value/{digest}".encode(), f"{under}/lock/{digest}".encode()]


def _generation_key(tenant: str) -> bytes:
    return f"ml_analytics/cache/{tenant}/generation".encode()


def _token() -> bytes:
    return os.urandom(_GENERATION)


def _checksum(key: bytes, content: bytes) -> bytes:
    # The key goes in, so that a value copied under another key, say another tenant's, is no value there.
    return hashlib.blake2b(content, digest_size=_CHECKSUM, key=hashlib.sha256(key).digest()).digest()


def _content(key: bytes, generation: bytes | None, blob: bytes | None) -> bytes | None:
    """Return the value in ``blob`` when it is one of ours, of this generation and undamaged."""
    if not generation or not blob or blob[:_HEAD] != _MAGIC + generation:
        return None
    content = blob[_HEAD + _CHECKSUM :]
    return content if blob[_HEAD : _HEAD + _CHECKSUM] == _checksum(key, content) else None


def _milliseconds(ttl: float | None) -> int:
    return max(1, math.ceil(1000 * min(LONGEST_SECONDS if ttl is None else ttl, LONGEST_SECONDS)))
