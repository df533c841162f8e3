# ruff: noqa: S101, D102 - a suite asserts, and a test's name is its sentence
"""What every cache must do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ...core.errors import ParameterError, TenantError
from ...core.protocols import Cache
from ...core.tenant import Tenant

A, B = Tenant("tenant_a"), Tenant("tenant_b")


class CacheContract:
    """Subclass it and give a fixture ``cache`` with an empty cache of at least a megabyte."""

    @pytest.fixture
    def cache(self) -> Iterator[Cache]:
        """Give an empty cache."""
        raise NotImplementedError("give a fixture 'cache'")

    def test_what_is_set_is_got(self, cache: Cache) -> None:
        assert cache.get(A, "k") is None
        cache.set(A, "k", b"one")
        cache.set(A, "k", b"two", ttl_seconds=1000)
        assert cache.get(A, "k") == b"two"
        cache.set(A, "", b"")
        assert cache.get(A, "") == b""

    def test_the_same_key_of_two_tenants_is_two_entries(self, cache: Cache) -> None:
        cache.set(A, "k", b"a")
        assert cache.get(B, "k") is None
        assert cache.get_or_compute(B, "k", lambda: b"b") == b"b"
        cache.clear(B)
        assert cache.get(B, "k") is None and cache.get(A, "k") == b"a"
        # No joining of names makes one tenant's key another's.
        cache.set(Tenant("x"), "y/k", b"1")
        cache.set(Tenant("x"), "y:k", b"1")
        assert cache.get(Tenant("x-y"), "k") is None and cache.get(Tenant("x_y"), "k") is None

    def test_fifty_waiters_one_computation(self, cache: Cache) -> None:
        gate, calls = threading.Barrier(50), []

        def compute() -> bytes:
            calls.append(1)
            return b"value"

        def ask(_: int) -> bytes:
            gate.wait()
            return cache.get_or_compute(A, "k", compute)

        with ThreadPoolExecutor(50) as pool:
            assert set(pool.map(ask, range(50))) == {b"value"}
        assert len(calls) == 1

    def test_an_exception_is_not_kept(self, cache: Cache) -> None:
        def fail() -> bytes:
            raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            cache.get_or_compute(A, "k", fail)
        assert cache.get_or_compute(A, "k", lambda: b"yes") == b"yes"

    @pytest.mark.parametrize("nobody", [None, "tenant_a"])
    def test_no_scope_no_access(self, cache: Cache, nobody: Any) -> None:
        with pytest.raises(TenantError):
            cache.get(nobody, "k")
        with pytest.raises(TenantError):
            cache.set(nobody, "k", b"")
        with pytest.raises(TenantError):
            cache.get_or_compute(nobody, "k", lambda: b"")
        with pytest.raises(TenantError):
            cache.clear(nobody)

    def test_bad_input_is_refused(self, cache: Cache) -> None:
        text: Any = "text"
        number: Any = 5
        with pytest.raises(ParameterError):
            cache.set(A, "k", text)
        with pytest.raises(ParameterError):
            cache.set(A, number, b"")
        with pytest.raises(ParameterError):
            cache.get_or_compute(A, "k", lambda: text)
        for ttl in (0, -1, float("nan"), "1", True):
            with pytest.raises(ParameterError):
                cache.set(A, "k", b"", ttl_seconds=ttl)  # type: ignore[arg-type]
