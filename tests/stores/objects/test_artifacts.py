from __future__ import annotations

import itertools
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import fsspec.registry  # noqa: F401 - so that it is there to be changed
import pytest

from ml_analytics.core.errors import (
    IntegrityError,
    MissingExtraError,
    NotFoundError,
    ParameterError,
    StoreError,
)
from ml_analytics.core.protocols import ArtifactStore
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores.objects.artifacts import ObjectArtifactStore, local_directory
from ml_analytics.stores.testing import ArtifactStoreContract
from ml_analytics.stores.testing.servers import S3Server

A = Tenant("tenant_a")
_NAMES = (f"bucket-{number}" for number in itertools.count())


@pytest.fixture
def bucket(s3_server: S3Server) -> str:
    return s3_server.make_bucket(f"{next(_NAMES)}-{os.getpid()}")


@pytest.fixture
def store(s3_server: S3Server, bucket: str) -> Iterator[ObjectArtifactStore]:
    opened = ObjectArtifactStore.open(f"{bucket}/some/prefix", s3_server.options)
    yield opened
    opened.close()


class TestS3(ArtifactStoreContract):
    @pytest.fixture
    def artifacts(self, store: ObjectArtifactStore) -> ArtifactStore:
        return store


class TestS3WithoutAPrefix(ArtifactStoreContract):
    @pytest.fixture
    def artifacts(self, s3_server: S3Server, bucket: str) -> ArtifactStore:
        return ObjectArtifactStore.open(f"{bucket}/", s3_server.options)


class TestMemory(ArtifactStoreContract):
    @pytest.fixture
    def artifacts(self) -> ArtifactStore:
        return ObjectArtifactStore.open(f"memory://{next(_NAMES)}/prefix")


class TestFiles(ArtifactStoreContract):
    @pytest.fixture
    def artifacts(self, tmp_path: Path) -> ArtifactStore:
        return ObjectArtifactStore.open(f"file://{tmp_path}/artifacts")


def raw(server: S3Server) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=server.options["endpoint_url"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
        region_name="us-east-1",
    )


def place(store: ObjectArtifactStore, digest: str) -> dict[str, str]:
    bucket, _, key = store.locate(A, digest).removeprefix("s3://").partition("/")
    return {"Bucket": bucket, "Key": key}


def test_where_it_lies(store: ObjectArtifactStore, s3_server: S3Server, bucket: str) -> None:
    digest = store.put(Tenant("Acme"), b"data")
    (found,) = raw(s3_server).list_objects_v2(Bucket=bucket.removeprefix("s3://"))["Contents"]
    assert found["Key"] == f"some/prefix/=acme/{digest[:2]}/{digest}"
    assert store.locate(Tenant("Acme"), digest) == f"{bucket}/{found['Key']}"


def test_a_flipped_byte_is_found_and_putting_again_mends_it(
    store: ObjectArtifactStore, s3_server: S3Server
) -> None:
    data = bytes(range(20))
    digest = store.put(A, data)
    for position in range(len(data)):
        damaged = data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]
        raw(s3_server).put_object(**place(store, digest), Body=damaged)
        with pytest.raises(IntegrityError):
            store.get(A, digest)
    assert store.put(A, data) == digest and store.get(A, digest) == data


def test_what_others_write_and_delete_is_seen_at_once(
    store: ObjectArtifactStore, s3_server: S3Server
) -> None:
    digest = store.put(A, b"data")
    assert store.exists(A, digest)
    raw(s3_server).delete_object(**place(store, digest))
    assert not store.exists(A, digest)
    with pytest.raises(NotFoundError):
        store.get(A, digest)
    raw(s3_server).put_object(**place(store, digest), Body=b"data")
    assert store.exists(A, digest) and store.get(A, digest) == b"data"


def test_a_large_artifact_comes_back_in_parts(store: ObjectArtifactStore) -> None:
    data = os.urandom(120 << 20)  # uploaded and read in several parts
    assert store.get(A, store.put(A, data)) == data


def test_file_systems_are_not_shared(s3_server: S3Server, bucket: str) -> None:
    one, two = (ObjectArtifactStore(bucket, s3_server.options) for _ in range(2))
    assert one._file_system()[0] is not two._file_system()[0]
    assert not one._file_system()[0].dircache.use_listings_cache


def test_files_are_written_beside_and_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = ObjectArtifactStore.open(f"file://{tmp_path}")
    digest = store.put(A, b"data")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [digest]

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(store._file_system()[0]), "mv", fail)
    with pytest.raises(StoreError, match="No space left"):
        store.put(A, b"other")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [digest]


def test_a_forked_child_makes_connections_of_its_own(store: ObjectArtifactStore) -> None:
    digest = store.put(A, b"of the parent")
    child = os.fork()
    if child == 0:  # pragma: no cover - the forked child
        signal.alarm(30)
        with ThreadPoolExecutor(4) as pool:
            found = set(pool.map(lambda _: store.get(A, digest), range(8)))
        os._exit(0 if found == {b"of the parent"} and store.put(A, b"of the child") else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert store.get(A, digest) == b"of the parent"


# What is wrong


def test_a_missing_bucket(s3_server: S3Server) -> None:
    with pytest.raises(StoreError, match="The bucket 'no-such-bucket' does not exist: create it") as refused:
        ObjectArtifactStore.open("s3://no-such-bucket/prefix", s3_server.options)
    assert str(refused.value).endswith(".")
    store = ObjectArtifactStore("s3://no-such-bucket/prefix", s3_server.options)
    for ask in (
        lambda: store.get(A, "0" * 64),
        lambda: store.exists(A, "0" * 64),
        lambda: store.put(A, b"x"),
    ):
        with pytest.raises(StoreError, match="exist"):
            ask()


def test_an_endpoint_that_is_away_and_comes_back(bucket: str) -> None:
    with S3Server() as server:
        address = server.make_bucket("some-bucket")
        store = ObjectArtifactStore.open(address, {**server.options, "secret": "hidden-word"})
        digest = store.put(A, b"data")
        server.stop()
        with pytest.raises(StoreError, match="cannot be reached") as refused:
            store.get(A, digest)
        assert "hidden-word" not in str(refused.value)
        server.start()
        server.make_bucket("some-bucket")  # it kept nothing
        assert store.put(A, b"data") == digest and store.get(A, digest) == b"data"


@pytest.mark.parametrize(
    "error",
    [
        PermissionError("Forbidden by hidden-word"),
        OSError(5, "hidden-word is bad"),
        RuntimeError("hidden-word"),
    ],
)
def test_no_secret_is_in_any_sentence(
    bucket: str, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    store = ObjectArtifactStore(bucket, {**s3_server.options, "secret": "hidden-word"})

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(store._file_system()[0], "cat_file", fail)
    with pytest.raises(StoreError, match="The artifacts at 's3://") as refused:
        store.get(A, "0" * 64)
    assert "hidden-word" not in str(refused.value) and str(refused.value).endswith(".")


def test_no_keys_and_wrong_options(s3_server: S3Server, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    endpoint = s3_server.options["endpoint_url"]
    with pytest.raises(StoreError, match="need keys: give 'key' and 'secret'"):
        ObjectArtifactStore.open(bucket, {"endpoint_url": endpoint})
    with pytest.raises(StoreError, match="'artifacts_options' is unknown"):
        ObjectArtifactStore.open(bucket, {**s3_server.options, "nonsense": 1})


@pytest.mark.parametrize(
    "url",
    [
        "bucket",
        "s3://",
        "s3://key:hidden-word@bucket",
        "simplecache::s3://bucket",
        "nothing://x",
        None,
        5,
        "s3://key:hidden-word/x@bucket",
        "s3://key:/hidden-word?#@bucket/x",
    ],
)
def test_addresses_that_cannot_be(url: Any) -> None:
    with pytest.raises(ParameterError, match="artifacts_url") as refused:
        ObjectArtifactStore.open(url)
    assert "hidden-word" not in str(refused.value)


@pytest.mark.parametrize("password", ["hidden-word", "hidden-word/x", "?hidden-word", "a#hidden-word@"])
def test_a_file_system_that_connects_at_once_and_cannot(password: str) -> None:
    with pytest.raises((StoreError, ParameterError), match=r"'ftp://127\.0\.0\.1:1/x'") as refused:
        ObjectArtifactStore.open(f"ftp://me:{password}@127.0.0.1:1/x")
    assert "hidden-word" not in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "module", "says"),
    [
        ("s3://bucket", "s3fs", r"pip install 'ml-analytics\[s3\]'"),
        ("gs://bucket", "gcsfs", "pip install gcsfs"),
        ("az://container", "adlfs", "pip install adlfs"),
    ],
)
def test_a_missing_package_is_named(
    url: str, module: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    found_before = sys.modules["fsspec.registry"]._registry
    for scheme in ("s3", "gs", "az"):
        monkeypatch.delitem(found_before, scheme, raising=False)
    with pytest.raises(MissingExtraError, match=says):
        ObjectArtifactStore.open(url)


def test_a_directory_is_read_off_its_address() -> None:
    assert local_directory("file:///a%20b/c") == Path("/a b/c")
    assert local_directory("s3://bucket/x") is None
