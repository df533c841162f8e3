from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.core.errors import IntegrityError
from ml_analytics.core.protocols import ArtifactStore
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import LocalArtifactStore
from ml_analytics.stores.testing import ArtifactStoreContract

A = Tenant("tenant_a")


class TestLocalArtifacts(ArtifactStoreContract):
    @pytest.fixture
    def artifacts(self, tmp_path: Path) -> ArtifactStore:
        return LocalArtifactStore(tmp_path / "artifacts")


@pytest.fixture
def store(tmp_path: Path) -> LocalArtifactStore:
    return LocalArtifactStore(tmp_path / "artifacts")


def test_every_flipped_byte_is_found(store: LocalArtifactStore) -> None:
    data = bytes(range(200))
    digest = store.put(A, data)
    path = Path(store.locate(A, digest))
    for position in range(len(data)):
        path.write_bytes(data[:position] + bytes([data[position] ^ 0x01]) + data[position + 1 :])
        with pytest.raises(IntegrityError):
            store.get(A, digest)
    for damaged in (b"", data[:-1], data + b"\x00"):
        path.write_bytes(damaged)
        with pytest.raises(IntegrityError):
            store.get(A, digest)


def test_putting_again_mends_what_was_damaged(store: LocalArtifactStore) -> None:
    digest = store.put(A, b"data")
    Path(store.locate(A, digest)).write_bytes(b"dama")
    assert store.put(A, b"data") == digest
    assert store.get(A, digest) == b"data"


def test_the_bytes_that_are_checked_are_the_bytes_returned(
    store: LocalArtifactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Swapped right after it was read: there is no second read that could return the other bytes.
    digest = store.put(A, b"right")
    path, read = Path(store.locate(A, digest)), Path.read_bytes

    def swapped_after(self: Path) -> bytes:
        data = read(self)
        path.write_bytes(b"wrong")
        return data

    monkeypatch.setattr(Path, "read_bytes", swapped_after)
    assert store.get(A, digest) == b"right"
    with pytest.raises(IntegrityError):
        store.get(A, digest)


def test_where_it_lies(store: LocalArtifactStore) -> None:
    digest = store.put(Tenant("Acme.EU"), b"data")
    expected = store.root / "=acme.=e=u" / digest[:2] / digest
    assert store.locate(Tenant("Acme.EU"), digest) == str(expected) and expected.read_bytes() == b"data"


def test_old_leftovers_go_with_the_next_put_and_young_ones_stay(store: LocalArtifactStore) -> None:
    folder = Path(store.locate(A, store.put(A, b"data"))).parent
    old, young = folder / ".old.part", folder / ".young.part"
    for part in (old, young):
        part.write_bytes(b"half")
    os.utime(old, (0, 0))
    store.put(A, b"data")
    assert not old.exists() and young.exists()


def test_nothing_else_is_left_beside_it(store: LocalArtifactStore) -> None:
    digest = store.put(A, b"data")
    assert [path.name for path in store.root.rglob("*") if path.is_file()] == [digest]
    store.delete(A, digest)
    assert [path for path in store.root.rglob("*") if path.is_file()] == []


@given(data=st.binary(max_size=2000))
def test_any_bytes_come_back(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    store = LocalArtifactStore(tmp_path_factory.getbasetemp() / "any")
    assert store.get(A, store.put(A, data)) == data
