"""Artifacts in an object store (S3, Google Cloud, Azure) or any other place that fsspec reaches."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from ...core.errors import MissingExtraError, ParameterError, StoreError
from ...core.optional import require
from ...core.tenant import Tenant
from ..artifacts import artifact_content, artifact_place, verified
from .failures import reason

_S3 = ("s3", "s3a")
# An upload to these is there as a whole or not at all; elsewhere a file is written beside and moved.
_WHOLE_UPLOADS = (*_S3, "gs", "gcs", "az", "abfs", "abfss", "memory")
# What brings the file system of a scheme when fsspec alone does not.
_PACKAGES = {"gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs", "abfss": "adlfs"}
_PATIENCE = {"connect_timeout": 5, "read_timeout": 60, "retries": {"max_attempts": 2, "mode": "standard"}}
_MUST_BE = "an address like 's3://bucket/prefix', without keys and without '::'"


class ObjectArtifactStore:
    """Artifacts in ``url/<tenant>/<first two digits>/<digest>``, wherever fsspec reaches.

    ``options`` are given to fsspec's file system (``endpoint_url``, ``key``, ``secret``). Safe to share between
    threads and with forked children, which make connections of their own. What is read is checked against
    its digest; no listing is ever kept, so what another process wrote or deleted is seen at once.

    >>> store = ObjectArtifactStore("memory://examples/artifacts")
    >>> digest = store.put(Tenant("acme"), b"weights")
    >>> store.get(Tenant("acme"), digest), store.exists(Tenant("other"), digest)
    (b'weights', False)
    """

    def __init__(self, url: str, options: Mapping[str, Any] | None = None) -> None:
        self.scheme, self.location = _address(url)
        self._url = url
        self._options = dict(options or {})
        given = [*self._options.values(), *url.partition("://")[2].rpartition("@")[0].split(":")]
        self._secrets = [one for one in given if isinstance(one, str) and len(one) > 3]
        self._lock = Lock()
        self._made: tuple[int, Any, str] | None = None
        self._file_system()

    @classmethod
    def open(cls, url: str, options: Mapping[str, Any] | None = None) -> Self:
        """Return the store when its bucket (or directory) answers.

        Raises:
            ParameterError: the address or an option cannot be.
            StoreError: it cannot be reached, refuses the keys, or the bucket does not exist.
            MissingExtraError: the package that speaks to it is absent.
        """
        store = cls(url, options)
        store.check()
        return store

    def check(self) -> None:
        """Hold that the bucket or the directory is there; errors as :meth:`open`."""
        system, root = self._file_system()
        with self._failures():
            if self.scheme not in _WHOLE_UPLOADS:
                system.makedirs(root, exist_ok=True)
            elif self.scheme != "memory":
                self._check_bucket(system, root)

    def put(self, tenant: Tenant, data: bytes) -> str:
        """Store durably and return the digest; the same bytes again are fine, damaged ones are replaced.

        Raises:
            StoreError: it cannot be reached or written; nothing half is left under the digest.
        """
        content, digest = artifact_content(data)
        path = self._path(tenant, digest)
        system, _ = self._file_system()
        with self._failures():
            if self.scheme in _WHOLE_UPLOADS:
                system.pipe_file(path, content)
            else:
                _write_beside(system, path, content)
        return digest

    def get(self, tenant: Tenant, digest: str) -> bytes:
        """Return exactly the bytes that were put: the bytes that are checked are the bytes returned.

        Raises:
            NotFoundError: this tenant has none of that digest.
            IntegrityError: the stored bytes no longer have that digest.
            StoreError: it cannot be reached or read.
        """
        path = self._path(tenant, digest)
        system, root = self._file_system()
        data: bytes | None = None
        with self._failures():
            try:
                data = bytes(system.cat_file(path))
            except FileNotFoundError:
                self._check_bucket(system, root)  # no bucket is another matter than no artifact
        return verified(data, digest)

    def exists(self, tenant: Tenant, digest: str) -> bool:
        """Say whether this tenant has it.

        Raises:
            StoreError: it cannot be reached.
        """
        path = self._path(tenant, digest)
        system, root = self._file_system()
        with self._failures():
            try:
                return bool(system.info(path)["type"] == "file")
            except FileNotFoundError:
                self._check_bucket(system, root)
        return False

    def delete(self, tenant: Tenant, digest: str) -> None:
        """Remove it; absent is fine.

        Raises:
            StoreError: it cannot be reached or written.
        """
        path = self._path(tenant, digest)
        system, root = self._file_system()
        with self._failures():
            try:
                system.rm_file(path)
            except FileNotFoundError:
                self._check_bucket(system, root)

    def locate(self, tenant: Tenant, digest: str) -> str:
        """Return where it lies, for people and logs."""
        return "/".join((self.location, *artifact_place(tenant, digest)))

    def describe(self) -> str:
        """Return what speaks to it and its version."""
        from importlib.metadata import version

        package = {"s3": "s3fs", "s3a": "s3fs", **_PACKAGES}.get(self.scheme, "fsspec")
        return f"{self.scheme} by {package} {version(package)}"

    def close(self) -> None:
        """Let go of the connections; closing twice is fine, and another call opens them again."""
        with self._lock:
            self._made = None

    def _path(self, tenant: Tenant, digest: str) -> str:
        place = artifact_place(tenant, digest)
        return "/".join((self._file_system()[1].rstrip("/"), *place))

    def _check_bucket(self, system: Any, root: str) -> None:
        if self.scheme not in _WHOLE_UPLOADS or self.scheme == "memory":
            return
        bucket = root.strip("/").partition("/")[0]
        try:
            system.info(bucket)
        except FileNotFoundError as error:
            raise StoreError(
                f"The bucket '{bucket}' does not exist: create it or check 'artifacts_url'."
            ) from error
        except PermissionError:
            # Elsewhere than on S3 whoever may use the objects need not be allowed to ask about the bucket.
            if self.scheme in _S3:
                raise

    def _file_system(self) -> tuple[Any, str]:
        """Return this process's file system and the root on it."""
        made = self._made
        if made is not None and made[0] == os.getpid():
            return made[1], made[2]
        with self._lock if made is None else contextlib.nullcontext():  # a fork may have copied it locked
            if made is None and self._made is not None:
                return self._made[1], self._made[2]
            system, root = self._make()
            self._made = (os.getpid(), system, root)
            return system, root

    def _make(self) -> tuple[Any, str]:
        fsspec = require("fsspec", "s3", "A place for artifacts")
        if self.scheme in _S3:
            require("s3fs", "s3", "S3")
        patience = {"config_kwargs": {**_PATIENCE, **self._options.get("config_kwargs", {})}}
        options = {**self._options, **(patience if self.scheme in _S3 else {})}
        try:
            # fsspec gives the same instance to all who ask alike, with what it has listed: not to us.
            system, root = fsspec.core.url_to_fs(
                self._url, skip_instance_cache=True, use_listings_cache=False, **options
            )
        except ImportError as error:
            package = _PACKAGES.get(self.scheme, "of its file system")
            raise MissingExtraError(
                f"Artifacts at '{self.location}' need the package '{package}': pip install {package}."
            ) from error
        except (ValueError, TypeError):  # its message may hold a password
            raise ParameterError.of("artifacts_url", "open_stores", _MUST_BE, self.location) from None
        except Exception as error:  # some (FTP) connect at once, and each has errors of its own
            raise StoreError(reason(self.location, error, self._secrets)) from error
        if self.scheme in _S3:
            system.retries = 2  # on top of botocore's own
        return system, str(root)

    @contextlib.contextmanager
    def _failures(self) -> Iterator[None]:
        """Raise our errors for whatever this file system's library raises."""
        try:
            yield
        except (StoreError, KeyboardInterrupt, SystemExit):
            raise
        except Exception as error:  # every file system has errors of its own: all are raised again as ours
            raise StoreError(reason(self.location, error, self._secrets)) from error


def local_directory(url: str) -> Path | None:
    """Return the directory of a ``file://`` address; files are better kept by the local store.

    >>> print(local_directory("file:///srv/artifacts"), local_directory("s3://bucket"))
    /srv/artifacts None
    """
    scheme, _ = _address(url)
    return Path(unquote(urlsplit(url).path)) if scheme in ("file", "local") else None


def _address(url: object) -> tuple[str, str]:
    """Return the scheme and the address for messages, without user and password."""
    if not isinstance(url, str) or "://" not in url or "::" in url:
        shown = (
            url.partition("://")[0] + "://…" if isinstance(url, str) and "://" in url else type(url).__name__
        )
        raise ParameterError.of("artifacts_url", "open_stores", _MUST_BE, shown)
    scheme, _, rest = url.partition("://")
    before, at, after = rest.rpartition("@")
    has_keys = ":" in before  # a password may hold '/', '?' and '#'
    if has_keys:
        rest = f"{at}{after}"
    place = rest.partition("?")[0].partition("#")[0].rstrip("/")
    host, slash, path = place.partition("/")
    scheme, shown = scheme.lower(), f"{scheme.lower()}://{host.rpartition('@')[2]}{slash}{path}"
    is_bucket = scheme in _WHOLE_UPLOADS and scheme != "memory"
    if is_bucket and (not host or has_keys or ("@" in host and not scheme.startswith("abfs"))):
        raise ParameterError.of("artifacts_url", "open_stores", _MUST_BE, shown)
    return scheme, shown


def _write_beside(system: Any, path: str, content: bytes) -> None:
    folder, _, name = path.rpartition("/")
    part = f"{folder}/.{name}.{uuid.uuid4().hex}.part"
    system.makedirs(folder, exist_ok=True)
    try:
        system.pipe_file(part, content)
        system.mv(part, path)
    except BaseException:
        with contextlib.suppress(Exception):  # it is the first error that counts
            system.rm_file(part)
        raise
