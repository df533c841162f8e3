# ruff: noqa: S101, D102 - a suite asserts, and a test's name is its sentence
"""What every artifact store must do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ...core.errors import NotFoundError, ParameterError, TenantError
from ...core.protocols import ArtifactStore
from ...core.tenant import Tenant

A, B = Tenant("tenant_a"), Tenant("tenant_b")


class ArtifactStoreContract:
    """Subclass it and give a fixture ``artifacts`` with an empty store."""

    @pytest.fixture
    def artifacts(self) -> Iterator[ArtifactStore]:
        """Give an empty store."""
        raise NotImplementedError("give a fixture 'artifacts'")

    @pytest.mark.parametrize("data", [b"", b"x", bytes(range(256)) * 5000])
    def test_what_goes_in_comes_out(self, artifacts: ArtifactStore, data: bytes) -> None:
        digest = artifacts.put(A, data)
        assert digest == hashlib.sha256(data).hexdigest()
        assert artifacts.get(A, digest) == data
        assert artifacts.exists(A, digest)
        assert artifacts.locate(A, digest)

    def test_putting_twice_is_fine(self, artifacts: ArtifactStore) -> None:
        assert artifacts.put(A, b"same") == artifacts.put(A, b"same")

    def test_another_tenants_artifact_is_as_absent_as_none(self, artifacts: ArtifactStore) -> None:
        digest = artifacts.put(A, b"secret")
        assert not artifacts.exists(B, digest)
        with pytest.raises(NotFoundError) as foreign:
            artifacts.get(B, digest)
        artifacts.delete(B, digest)
        assert artifacts.get(A, digest) == b"secret"
        artifacts.delete(A, digest)
        with pytest.raises(NotFoundError) as absent:
            artifacts.get(A, digest)
        assert str(foreign.value) == str(absent.value)

    def test_tenants_that_differ_in_capitals_are_two(self, artifacts: ArtifactStore) -> None:
        digest = artifacts.put(Tenant("acme"), b"x")
        assert not artifacts.exists(Tenant("ACME"), digest)
        assert (
            artifacts.locate(Tenant("acme"), digest).lower()
            != artifacts.locate(Tenant("ACME"), digest).lower()
        )

    def test_delete_of_nothing_is_fine(self, artifacts: ArtifactStore) -> None:
        artifacts.delete(A, "0" * 64)

    @pytest.mark.parametrize(
        "digest", ["", "0" * 63, "0" * 65, "G" * 64, "A" * 64, "../" + "0" * 61, "0" * 63 + "\n", None, 5]
    )
    def test_digests_go_by_allow_list(self, artifacts: ArtifactStore, digest: Any) -> None:
        for ask in (artifacts.get, artifacts.exists, artifacts.delete, artifacts.locate):
            with pytest.raises(ParameterError):
                ask(A, digest)

    def test_no_scope_no_access(self, artifacts: ArtifactStore) -> None:
        nobodies: list[Any] = [None, "tenant_a"]
        for nobody in nobodies:
            with pytest.raises(TenantError):
                artifacts.put(nobody, b"x")
            with pytest.raises(TenantError):
                artifacts.get(nobody, "0" * 64)

    def test_only_bytes(self, artifacts: ArtifactStore) -> None:
        not_bytes: Any = "text"
        with pytest.raises(ParameterError):
            artifacts.put(A, not_bytes)

    def test_many_writers_of_the_same_and_of_others(self, artifacts: ArtifactStore) -> None:
        contents = [b"same"] * 16 + [str(number).encode() * 1000 for number in range(16)]
        with ThreadPoolExecutor(16) as pool:
            digests = list(pool.map(lambda data: artifacts.put(A, data), contents))
        assert [artifacts.get(A, digest) for digest in digests] == contents
