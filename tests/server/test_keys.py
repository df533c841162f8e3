from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ml_analytics.core.clock import ManualClock
from ml_analytics.core.errors import ConflictError, NotFoundError, ParameterError, StoreError
from ml_analytics.core.tenant import Tenant
from ml_analytics.server.keys import (
    FRESH_SECONDS,
    SYSTEM,
    KeyRing,
    create_key,
    credential_of,
    list_keys,
    revoke_key,
)
from ml_analytics.server.roles import Role
from ml_analytics.stores import Stores


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2024, 1, 1, tzinfo=UTC))


def test_a_key_opens_its_tenant_with_its_role(stores: Stores) -> None:
    key = create_key(stores.records, "alpha", "app", "viewer")
    other = create_key(stores.records, Tenant("beta"), "app")
    ring = KeyRing(stores.records)
    for credential in (key, f"Bearer {key}", f"bearer  {key} "):
        found = ring.authenticate(credential)
        assert found is not None
        assert (found.tenant, found.role, found.name) == (Tenant("alpha"), Role.VIEWER, "app")
    found = ring.authenticate(other)
    assert found is not None and (found.tenant, found.role) == (Tenant("beta"), Role.PREDICTOR)


def test_only_a_hash_is_kept(stores: Stores, tmp_path: Path) -> None:
    key = create_key(stores.records, "alpha", "app")
    stores.close()
    secret = key.removeprefix("mla_").encode()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files and all(secret not in path.read_bytes() for path in files)


@pytest.mark.parametrize(
    "credential",
    [None, "", "Bearer", "Bearer ", "Basic abc", "mla_", "mla_" + "x" * 43, "mla_" + "é" * 43, "x" * 100_000],
)
def test_anything_else_opens_nothing(stores: Stores, credential: str | None) -> None:
    create_key(stores.records, "alpha", "app")
    assert KeyRing(stores.records).authenticate(credential) is None


def test_a_revoked_key_is_refused_within_the_stated_time(stores: Stores, clock: ManualClock) -> None:
    key = create_key(stores.records, "alpha", "app", clock=clock)
    ring = KeyRing(stores.records, clock)
    assert ring.authenticate(key) is not None
    revoke_key(stores.records, "alpha", "app", clock=clock)
    clock.advance(timedelta(seconds=FRESH_SECONDS))
    assert ring.recall(key) is None
    assert ring.authenticate(key) is None
    assert KeyRing(stores.records, clock).authenticate(key) is None


def test_a_clock_that_goes_back_keeps_no_key_alive(stores: Stores, clock: ManualClock) -> None:
    key = create_key(stores.records, "alpha", "app")
    ring = KeyRing(stores.records, clock)
    assert ring.authenticate(key) is not None
    revoke_key(stores.records, "alpha", "app")
    clock.advance(timedelta(hours=-1))
    assert ring.authenticate(key) is None


def test_a_good_key_is_looked_up_once_in_a_while(
    stores: Stores, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = create_key(stores.records, "alpha", "app")
    ring = KeyRing(stores.records, clock)
    first = ring.authenticate(key)

    def unreachable(tenant: Tenant) -> None:
        raise StoreError("The store is away.")

    monkeypatch.setattr(type(stores.records), "read", lambda self, tenant: unreachable(tenant))
    assert ring.authenticate(key) == first
    clock.advance(timedelta(seconds=FRESH_SECONDS))
    with pytest.raises(StoreError):
        ring.authenticate(key)


def test_keys_are_demanded_from_the_first_one_on_and_for_good(stores: Stores, clock: ManualClock) -> None:
    ring = KeyRing(stores.records, clock)
    assert ring.required() is None
    assert ring.look() is False
    assert ring.required() is False
    create_key(stores.records, "alpha", "app")
    revoke_key(stores.records, "alpha", "app")
    clock.advance(timedelta(seconds=FRESH_SECONDS))
    assert ring.required() is None
    assert ring.look() is True
    assert ring.required() is True


def test_names_are_unique_within_a_tenant(stores: Stores) -> None:
    create_key(stores.records, "alpha", "app")
    create_key(stores.records, "beta", "app")
    with pytest.raises(ConflictError, match="'app'"):
        create_key(stores.records, "alpha", "app")
    revoke_key(stores.records, "alpha", "app")
    with pytest.raises(ConflictError):
        create_key(stores.records, "alpha", "app")


def test_the_list_shows_neither_keys_nor_hashes_nor_other_tenants(stores: Stores, clock: ManualClock) -> None:
    key = create_key(stores.records, "alpha", "one", clock=clock)
    clock.advance(timedelta(seconds=1))
    create_key(stores.records, "alpha", "two", Role.ADMIN, clock=clock)
    create_key(stores.records, "beta", "three")
    revoke_key(stores.records, "alpha", "one", clock=clock)
    revoke_key(stores.records, "alpha", "one")
    listed = list_keys(stores.records, "alpha")
    assert [(one["name"], one["role"]) for one in listed] == [("one", "predictor"), ("two", "admin")]
    assert listed[0]["revoked_at"] == clock.now() and listed[1]["revoked_at"] is None
    assert set(listed[0]) == {"name", "role", "created_at", "revoked_at"} and key not in str(listed)


def test_what_cannot_be_a_key_is_refused(stores: Stores) -> None:
    wrong: list[tuple[Tenant | str, str, str]]
    wrong = [(SYSTEM, "a", "viewer"), ("alpha", "../a", "viewer"), ("alpha", "a", "root")]
    for tenant, name, role in wrong:
        with pytest.raises(ParameterError):
            create_key(stores.records, tenant, name, role)
    with pytest.raises(NotFoundError):
        revoke_key(stores.records, "alpha", "unknown")
    with pytest.raises(ParameterError):
        list_keys(stores.records, SYSTEM)


def test_the_authorization_header_wins() -> None:
    assert credential_of([(b"x-api-key", b"a"), (b"authorization", b"Bearer b")]) == "Bearer b"
    assert credential_of([(b"x-api-key", b"a")]) == "a"
    assert credential_of([(b"host", b"a")]) is None
