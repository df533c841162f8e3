"""Online features on Redis: one hash per view and version, a field per entity, the newest wins."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from ...core.tenant import Tenant, require_tenant
from ...core.values import OnlineRow
from ..online_rows import newest_rows, read_values, require_entities, require_view, values_text
from .client import describe, failures_as_store_errors, open_client

if TYPE_CHECKING:
    from redis import Redis

_READ_CHUNK = 5_000
_WRITE_CHUNK = 500  # Redis does nothing else while a script runs
_MAGIC = b"MLO1"
_STAMP = slice(4, 20)  # event time and created time, 8 bytes each, so that bytes sort as times do
_CHECKSUM = slice(20, 60)
_VALUES = 60
_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# Anything under the key or the field that is not ours, or is damaged, gives way.
_WRITE = """
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then redis.call('DEL', KEYS[1]) end
local function whole(entity, blob)
  if not blob or #blob < 60 or string.sub(blob, 1, 4) ~= 'MLO1' then return false end
  local signed = KEYS[1] .. '\\0' .. entity .. '\\0' .. string.sub(blob, 5, 20) .. string.sub(blob, 61)
  return redis.sha1hex(signed) == string.sub(blob, 21, 60)
end
local function newer(blob, known)
  for i = 5, 20 do
    local one, other = string.byte(blob, i), string.byte(known, i)
    if one ~= other then return one > other end
  end
  return false
end
local changed = 0
for i = 1, #ARGV, 2 do
  local known = redis.call('HGET', KEYS[1], ARGV[i])
  if not whole(ARGV[i], known) or newer(ARGV[i + 1], known) then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
    changed = changed + 1
  end
end
return changed
"""


class RedisOnlineStore:
    """The newest features of each entity (:class:`~ml_analytics.core.protocols.OnlineStore`), on Redis.

    Safe to share between threads and processes; the comparison and the write are one step inside Redis. A
    row carries a checksum of its place and content: what anybody else put there counts as absent. Rows do
    not expire: with a memory limit give Redis ``maxmemory-policy volatile-lru``.
    """

    def __init__(self, client: Redis, shown: str) -> None:
        self.location = shown
        self._client = client
        self._write = client.register_script(_WRITE)

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the store at ``redis://user:password@host:6379/0``.

        Raises:
            ParameterError: the address cannot be read.
            StoreError: the server cannot be reached or refuses us.
            MissingExtraError: without the extra ``redis``.
        """
        return cls(*open_client(url))

    def write(self, tenant: Tenant, view: str, version: int, rows: Iterable[OnlineRow]) -> int:
        """Keep each entity's newest row by (event time, created time); return how many entities changed.

        What cannot be kept is refused before anything is written. Rows go in by the hundred: when Redis
        fails on the way some are there, and writing again is safe.

        Raises:
            TenantError: no scope.
            ParameterError: a row or the view cannot be (see
                :func:`~ml_analytics.stores.online_rows.newest_rows`).
            StoreError: Redis cannot be reached or written.
        """
        key = _key(tenant, view, version)
        pairs = [(row.entity.encode(), _blob(key, row)) for row in newest_rows(rows).values()]
        changed = 0
        with failures_as_store_errors(self.location):
            for chunk in _chunks(pairs, _WRITE_CHUNK):
                changed += int(self._write(keys=[key], args=[part for pair in chunk for part in pair]))
        return changed

    def read(
        self, tenant: Tenant, view: str, version: int, entities: Sequence[str]
    ) -> list[OnlineRow | None]:
        """Return one row per entity, in the order asked for; ``None`` for an unknown one.

        Raises:
            TenantError: no scope.
            ParameterError: the view or an entity cannot be.
            StoreError: Redis cannot be reached.
        """
        key = _key(tenant, view, version)
        asked = require_entities(entities)
        found: list[OnlineRow | None] = []
        for chunk in _chunks(asked, _READ_CHUNK):
            blobs = self._blobs(key, [entity.encode() for entity in chunk])
            found += [_row(key, entity, blob) for entity, blob in zip(chunk, blobs, strict=True)]
        return found

    def clear(self, tenant: Tenant, view: str, version: int) -> None:
        """Forget a view's rows; errors as :meth:`write`."""
        key = _key(tenant, view, version)
        with failures_as_store_errors(self.location):
            self._client.unlink(key)

    def describe(self) -> str:
        """Return the server and its version.

        Raises:
            StoreError: it does not answer, or is set up so that it may lose rows.
        """
        return describe(self._client, self.location)

    def close(self) -> None:
        """Close the connections; closing twice is fine."""
        self._client.close()

    def _blobs(self, key: bytes, fields: list[bytes]) -> list[bytes | None]:
        from redis import exceptions

        with failures_as_store_errors(self.location):
            try:
                found: list[bytes | None] = self._client.hmget(key, fields)  # type: ignore[assignment]
            except exceptions.ResponseError as error:
                if not str(error).startswith("WRONGTYPE"):
                    raise
                return [None] * len(fields)  # somebody else's value under our key
        return found


def _key(tenant: Tenant, view: str, version: int) -> bytes:
    scope, (name, number) = require_tenant(tenant), require_view(view, version)
    return f"ml_analytics/online/{scope.id}/{name}/{number}".encode()  # none of them has a slash


def _blob(key: bytes, row: OnlineRow) -> bytes:
    stamp = _stamp(row.event_time) + _stamp(row.created_time)
    values = values_text(row.values).encode()
    return _MAGIC + stamp + _checksum(key, row.entity, stamp, values) + values


def _row(key: bytes, entity: str, blob: bytes | None) -> OnlineRow | None:
    if blob is None or not blob.startswith(_MAGIC):
        return None
    stamp, values = blob[_STAMP], blob[_VALUES:]
    if blob[_CHECKSUM] != _checksum(key, entity, stamp, values):
        return None
    return OnlineRow(entity, _moment(stamp[:8]), _moment(stamp[8:]), read_values(values))


def _checksum(key: bytes, entity: str, stamp: bytes, values: bytes) -> bytes:
    # SHA-1 because Redis's scripts have it, too: it finds damage and is no protection against forgery.
    signed = b"".join((key, b"\0", entity.encode(), b"\0", stamp, values))
    return hashlib.sha1(signed, usedforsecurity=False).hexdigest().encode()


def _stamp(moment: datetime) -> bytes:
    return ((moment - _BEGINNING) // _MICROSECOND).to_bytes(8, "big")


def _moment(stamp: bytes) -> datetime:
    return _BEGINNING + int.from_bytes(stamp, "big") * _MICROSECOND


def _chunks(items: list[Any], size: int) -> Iterator[list[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))
