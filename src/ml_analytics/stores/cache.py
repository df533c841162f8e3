"""The cache in this process: bounded in bytes, with a time to live, one computation per key at a time."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable

from cachetools import TLRUCache

from ..core.errors import ParameterError
from ..core.tenant import Tenant, require_tenant
from .flights import Flights, Place

_Entry = tuple[bytes, float | None, int]  # value, time to live, what it costs
ENTRY_BYTES = 256
"""What an entry costs beside its key and value; counted, so that many small values are bounded too."""


class MemoryCache:
    """Small bytes for a while, per tenant (:class:`~ml_analytics.core.protocols.Cache`).

    Safe to share between threads. At most ``max_bytes`` are kept (keys, values and 256 bytes for each entry);
    the least recently used go first, and a value that is too large is not kept at all. ``timer`` returns
    seconds and can be replaced in tests.

    >>> cache = MemoryCache(10_000)
    >>> cache.get_or_compute(Tenant("a"), "key", lambda: b"made for a")
    b'made for a'
    >>> print(cache.get(Tenant("b"), "key"))
    None
    """

    def __init__(self, max_bytes: int, *, timer: Callable[[], float] = time.monotonic) -> None:
        if isinstance(max_bytes, bool) or not isinstance(max_bytes, int) or max_bytes < 0:
            raise ParameterError.of("max_bytes", "MemoryCache", "a whole number of at least 0", max_bytes)
        self.max_bytes = max_bytes
        self._flights = Flights()  # its lock guards the entries too
        self._entries: TLRUCache[Place, _Entry] = TLRUCache(
            maxsize=max_bytes, ttu=_expiry, timer=timer, getsizeof=_size
        )

    @property
    def used_bytes(self) -> int:
        """How many bytes are kept now."""
        with self._flights.lock:
            return int(self._entries.currsize)

    def get(self, tenant: Tenant, key: str) -> bytes | None:
        """Return the value, or ``None``."""
        place = cache_place(tenant, key)
        with self._flights.lock:
            return self._kept(place)

    def set(self, tenant: Tenant, key: str, value: bytes, ttl_seconds: float | None = None) -> None:
        """Keep a value, for ``ttl_seconds`` or until it is pushed out."""
        place, ttl = cache_place(tenant, key), time_to_live(ttl_seconds)
        with self._flights.lock:
            self._flights.forget(place)  # what is being computed is older than this
            self._keep(place, cache_value(value), ttl)

    def get_or_compute(
        self, tenant: Tenant, key: str, compute: Callable[[], bytes], ttl_seconds: float | None = None
    ) -> bytes:
        """Return the value; when absent compute it once, however many readers wait.

        An exception of ``compute`` reaches all who wait and is not kept. What is computed while the key is
        set or cleared goes to those who wait, but is not kept either.
        """
        place, ttl = cache_place(tenant, key), time_to_live(ttl_seconds)
        return self._flights.once(
            place,
            lambda: cache_value(compute()),
            kept=lambda: self._kept(place),
            keep=lambda value: self._keep(place, value, ttl),
        )

    def clear(self, tenant: Tenant) -> None:
        """Forget everything of this tenant."""
        scope = require_tenant(tenant).id
        with self._flights.lock:
            self._flights.forget_tenant(scope)
            for place in [one for one in self._entries if one[0] == scope]:
                self._drop(place)

    def close(self) -> None:
        """Forget everything."""
        with self._flights.lock:
            self._flights.clear()
            self._entries.clear()

    def _keep(self, place: Place, value: bytes, ttl: float | None) -> None:
        self._drop(place)
        cost = ENTRY_BYTES + len(place[0]) + len(place[1].encode(errors="surrogatepass")) + len(value)
        if cost <= self.max_bytes:
            self._entries[place] = (value, ttl, cost)

    def _kept(self, place: Place) -> bytes | None:
        # Not .get(): it asks twice, and an entry may expire in between.
        try:
            return self._entries[place][0]
        except KeyError:
            return None

    def _drop(self, place: Place) -> None:
        with contextlib.suppress(KeyError):
            del self._entries[place]


def _size(entry: _Entry) -> int:
    return entry[2]


def _expiry(_place: Place, entry: _Entry, now: float) -> float:
    return math.inf if entry[1] is None else now + entry[1]


def cache_place(tenant: Tenant, key: str) -> Place:
    """Return where a value of this tenant lies, or refuse tenant and key."""
    if not isinstance(key, str):
        raise ParameterError.of("key", "Cache", "text", key)
    return (require_tenant(tenant).id, key)


def cache_value(value: object) -> bytes:
    """Return ``value`` when it is bytes."""
    if isinstance(value, bytes):
        return value
    raise ParameterError.of("value", "Cache", "bytes", type(value).__name__)


def time_to_live(seconds: float | None) -> float | None:
    """Return ``seconds`` when a value can live that long."""
    if seconds is None or (
        isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and seconds > 0
    ):
        return seconds
    raise ParameterError.of("ttl_seconds", "Cache", "a positive number of seconds or None", seconds)
