"""API keys: random texts shown once; only their SHA-256 is kept, each for one tenant with one role."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from cachetools import LRUCache

from ..core.clock import Clock, SystemClock
from ..core.errors import ConflictError, NotFoundError, ParameterError
from ..core.names import identifier
from ..core.protocols import RecordStore
from ..core.tenant import Tenant
from .roles import Principal, Role

SYSTEM = Tenant("ml-analytics-system")
"""The reserved scope that owns the table of keys; no key is ever made for it."""

FRESH_SECONDS = 2
"""A revoked key is refused, and a first key demanded, at most this many seconds later in every process."""

PREFIX = "mla_"
_TABLE = "api_keys"
_SECRET_BYTES = 32
_KEY_LENGTH = len(PREFIX) + 43  # 32 bytes in base64 without padding
_REMEMBERED = 4096


def create_key(
    records: RecordStore,
    tenant: Tenant | str | None,
    name: str,
    role: Role | str = Role.PREDICTOR,
    *,
    clock: Clock | None = None,
) -> str:
    """Make a key for ``tenant`` and return its text; it cannot be shown again.

    Args:
        records: the record store, for example ``open_stores(...).records``.
        tenant: whose data the key opens.
        name: how people call the key; unique among the tenant's keys, revoked ones included.
        role: ``viewer`` reads metadata, ``predictor`` also infers, ``admin`` may do everything.
        clock: says when the key was made.

    Raises:
        ParameterError: a name, role or tenant that cannot be used.
        ConflictError: the tenant has a key of that name.
    """
    scope = _customer(tenant)
    row = {
        "for_tenant": scope.id,
        "name": identifier(name, "name", "create_key"),
        "role": Role.of(role).value,
        "created_at": (clock or SystemClock()).now(),
        "revoked_at": None,
    }
    key = PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    with records.begin(SYSTEM) as transaction:
        transaction.lock(_TABLE)
        if transaction.count(_TABLE, {"for_tenant": scope.id, "name": name}):
            raise ConflictError(f"The tenant '{scope.id}' has an API key named '{name}' already.")
        transaction.insert(_TABLE, {"key_hash": _digest(key), **row})
    return key


def revoke_key(
    records: RecordStore, tenant: Tenant | str | None, name: str, *, clock: Clock | None = None
) -> None:
    """Make a key useless, within :data:`FRESH_SECONDS` everywhere; revoking again changes nothing.

    Raises:
        NotFoundError: the tenant has no key of that name.
    """
    scope = _customer(tenant)
    identifier(name, "name", "revoke_key")
    with records.begin(SYSTEM) as transaction:
        which = {"for_tenant": scope.id, "name": name}
        if not transaction.count(_TABLE, which):
            raise NotFoundError(f"The tenant '{scope.id}' has no API key named '{name}'.")
        now = (clock or SystemClock()).now()
        transaction.update(_TABLE, {**which, "revoked_at": None}, {"revoked_at": now})


def list_keys(records: RecordStore, tenant: Tenant | str | None = None) -> list[dict[str, Any]]:
    """Return a tenant's keys, oldest first: name, role, created_at, revoked_at. Never the key or its hash."""
    scope = _customer(tenant)
    with records.read(SYSTEM) as transaction:
        rows = transaction.find(_TABLE, {"for_tenant": scope.id}, order_by=("created_at", "name"))
    return [{name: row[name] for name in ("name", "role", "created_at", "revoked_at")} for row in rows]


class KeyRing:
    """Tells callers by their key. Safe to share between threads.

    What the table said is believed for :data:`FRESH_SECONDS` by ``clock``; a clock that went back is not
    believed at all. Keys that are not known are never remembered, so guessing cannot push out real ones.
    """

    def __init__(self, records: RecordStore, clock: Clock | None = None) -> None:
        self._records = records
        self._clock = clock or SystemClock()
        self._guard = threading.Lock()
        self._known: LRUCache[str, tuple[Principal, datetime]] = LRUCache(_REMEMBERED)
        self._required = False
        self._looked_at: datetime | None = None

    def recall(self, credential: str | None) -> Principal | None:
        """Return the caller when the key was looked up a moment ago, without touching the table."""
        key = _key_text(credential)
        if key is None:
            return None
        with self._guard:
            known = self._known.get(_digest(key))
        return known[0] if known is not None and self._fresh(known[1]) else None

    def authenticate(self, credential: str | None) -> Principal | None:
        """Return whose key this is, or ``None``.

        Args:
            credential: ``Bearer <key>`` as in the ``Authorization`` header, or the bare key.

        Raises:
            StoreError: the table of keys cannot be read.
        """
        recalled = self.recall(credential)
        key = _key_text(credential)
        if recalled is not None or key is None:
            return recalled
        digest, now = _digest(key), self._clock.now()
        with self._records.read(SYSTEM) as transaction:
            row = transaction.get(_TABLE, key_hash=digest)
        # The secret has 256 random bits and is hashed before the look-up; the comparison is constant-time too.
        good = row is not None and hmac.compare_digest(str(row["key_hash"]), digest)
        if row is None or not good or row["revoked_at"] is not None:
            with self._guard:
                self._known.pop(digest, None)
            return None
        principal = Principal(Tenant(row["for_tenant"]), Role(row["role"]), row["name"])
        with self._guard:
            self._known[digest] = (principal, now)
        return principal

    def required(self) -> bool | None:
        """Say whether callers need a key, ``None`` when the table has to be asked first (:meth:`look`).

        One key ever made is enough, revoked or not: revoking the last key must not open the door.
        """
        if self._required:
            return True
        return False if self._looked_at is not None and self._fresh(self._looked_at) else None

    def look(self) -> bool:
        """Ask the table whether any key was ever made.

        Raises:
            StoreError: the table of keys cannot be read.
        """
        now = self._clock.now()
        with self._records.read(SYSTEM) as transaction:
            self._required = self._required or transaction.count(_TABLE) > 0
        self._looked_at = now
        return self._required

    def _fresh(self, since: datetime) -> bool:
        return timedelta(0) <= self._clock.now() - since < timedelta(seconds=FRESH_SECONDS)


def credential_of(headers: Sequence[tuple[bytes, bytes]]) -> str | None:
    """Return what the caller showed: the ``Authorization`` header, else ``X-API-Key``."""
    shown: str | None = None
    for name, value in headers:
        if name == b"authorization":
            return value.decode("latin-1")
        if name == b"x-api-key":
            shown = value.decode("latin-1")
    return shown


def _customer(tenant: Tenant | str | None) -> Tenant:
    scope = Tenant.of(tenant)
    if scope == SYSTEM:
        raise ParameterError.of("tenant", "API keys", "a tenant other than the reserved one", scope.id)
    return scope


def _key_text(credential: str | None) -> str | None:
    if credential is None:
        return None
    scheme, _, rest = credential.partition(" ")
    key = rest.strip() if scheme.lower() == "bearer" else credential.strip()
    return key if len(key) == _KEY_LENGTH and key.startswith(PREFIX) and key.isascii() else None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
