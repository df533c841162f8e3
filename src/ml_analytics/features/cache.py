"""Computed columns, kept by content: the same bars and the same indicator are computed once.

A key covers the bars' values, the indicator's declaration, the source code of this package's features and the
versions of the libraries that they call: what is found under it can only be what would be computed.
"""

from __future__ import annotations

import hashlib
import io
import threading
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from functools import cache as remembered
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Literal

import numpy as np

from ..core.errors import ParameterError, StoreError
from .indicator import Array, Indicator

Place = Literal["memory", "disk"]
Source = Literal["computed", "memory", "disk"]
_DIGEST = 32
_SUFFIX = ".features"
_LIBRARIES = ("TA-Lib", "arch", "numpy", "pandas", "scikit-learn", "scipy")


class FeatureCache:
    """Columns in memory, and in a directory if one is given; the least recently used go first.

    Safe for threads, and for processes that share the directory. A damaged file counts as absent. Copies of a
    pipeline share its cache. The directory holds features of whoever uses it: give tenants one each.

    Args:
        directory: where files are kept; ``None`` keeps nothing beyond the process.
        memory_bytes: how much is held in memory.
        disk_bytes: how much is held in the directory.

    Raises:
        ParameterError: a size is no positive whole number.
        StoreError: the directory cannot be made.

    >>> import numpy as np
    >>> from ml_analytics.features import catalogue
    >>> kept = FeatureCache()
    >>> key = kept.key("the bars' hash", catalogue("trend")[0])
    >>> kept.put(key, np.ones((3, 1)))
    >>> kept.get(key)[1]
    'memory'
    """

    def __init__(
        self,
        directory: str | Path | None = None,
        *,
        memory_bytes: int = 256 * 2**20,
        disk_bytes: int = 4 * 2**30,
    ) -> None:
        for name, size in (("memory_bytes", memory_bytes), ("disk_bytes", disk_bytes)):
            if isinstance(size, bool) or not isinstance(size, int) or size < 1:
                raise ParameterError.of(name, "FeatureCache", "a positive whole number of bytes", size)
        self.directory = None if directory is None else Path(directory).expanduser()
        self.memory_bytes = memory_bytes
        self.disk_bytes = disk_bytes
        self._forget()
        if self.directory is not None:
            try:
                self.directory.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(
                    f"Cannot keep features in '{directory}': {error.strerror or error}."
                ) from error

    def _forget(self) -> None:
        self._held: OrderedDict[str, Array] = OrderedDict()
        self._until_trim = 0  # bytes to be written before the directory is looked through again
        self._size = 0
        self._lock = threading.Lock()

    def __deepcopy__(self, _memo: Any) -> FeatureCache:
        return self

    def __getstate__(self) -> dict[str, Any]:
        return {
            "directory": self.directory,
            "memory_bytes": self.memory_bytes,
            "disk_bytes": self.disk_bytes,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._forget()

    @staticmethod
    def key(content: str, indicator: Indicator) -> str:
        """Return the key of an indicator's columns over bars whose hash is ``content``."""
        declared = (
            indicator.columns,
            indicator.inputs,
            sorted(indicator.parameters.items()),
            indicator.warm_up,
        )
        return keyed(content, declared)

    def get(self, key: str) -> tuple[Array, Place] | None:
        """Return columns, read-only, and where they were found; ``None`` if they are not kept."""
        with self._lock:
            if (held := self._held.get(key)) is not None:
                self._held.move_to_end(key)
                return held, "memory"
        read = self._read(key)
        if read is None:
            return None
        self._hold(key, read)
        return read, "disk"

    def put(self, key: str, columns: Array) -> None:
        """Keep columns of shape (n_bars, n_columns)."""
        kept = np.asfortranarray(columns).copy(order="F")
        kept.setflags(write=False)
        self._hold(key, kept)
        if self.directory is not None:
            self._write(self._file(key), kept)
            self._until_trim -= kept.nbytes

    def trim_if_grown(self) -> None:
        """Do as :meth:`trim` once in a while: after the first writing, then after each sixteenth of the size."""
        if self._until_trim < 0:
            self._until_trim = self.disk_bytes // 16
            self.trim()

    def trim(self) -> None:
        """Remove the files that were used longest ago until the directory is within its size."""
        if self.directory is None:
            return
        found = []
        for file in self.directory.glob(f"*/*{_SUFFIX}"):
            with suppress(OSError):  # another process may have removed it
                status = file.stat()
                found.append((status.st_mtime_ns, status.st_size, file))
        excess = sum(size for _, size, _ in found) - self.disk_bytes
        for _, size, file in sorted(found):
            if excess <= 0:
                return
            with suppress(OSError):
                file.unlink()
            excess -= size

    def _hold(self, key: str, columns: Array) -> None:
        if columns.nbytes > self.memory_bytes:
            return
        with self._lock:
            if key in self._held:
                return
            self._held[key] = columns
            self._size += columns.nbytes
            while self._size > self.memory_bytes:
                self._size -= self._held.popitem(last=False)[1].nbytes

    def _file(self, key: str) -> Path:
        assert self.directory is not None  # noqa: S101 - asked by those who know
        return self.directory / key[:2] / (key[2:] + _SUFFIX)

    def _read(self, key: str) -> Array | None:
        if self.directory is None:
            return None
        file = self._file(key)
        try:
            data = file.read_bytes()
        except OSError:
            return None
        with suppress(OSError):  # a cache that may only be read is read
            file.touch()
        if data[:_DIGEST] != _digest(data[_DIGEST:]):
            return None
        read: Array = np.load(io.BytesIO(data[_DIGEST:]), allow_pickle=False)
        read.setflags(write=False)
        return read

    def _write(self, file: Path, columns: Array) -> None:
        """A cache may be lost but never lie: no sync, but the digest is checked on reading."""
        written = io.BytesIO()
        np.save(written, columns, allow_pickle=False)
        data = written.getvalue()
        with suppress(OSError):  # a full disk takes the cache away, not the features
            file.parent.mkdir(exist_ok=True)
            with NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as handle:
                temporary = Path(handle.name)
                try:
                    handle.write(_digest(data) + data)
                    handle.close()
                    temporary.replace(file)
                finally:
                    temporary.unlink(missing_ok=True)


def opened_cache(cache: FeatureCache | str | Path | None) -> FeatureCache | None:
    """Return a cache as it is, or the one of a directory (the same for the same directory)."""
    if cache is None or isinstance(cache, FeatureCache):
        return cache
    if isinstance(cache, (str, Path)) and str(cache).strip():
        return _of_directory(Path(cache).expanduser().absolute())
    raise ParameterError.of("cache", "FeatureEngineeringPipeline", "a FeatureCache or a directory", cache)


@remembered
def _of_directory(directory: Path) -> FeatureCache:
    return FeatureCache(directory)


def keyed(content: str, declared: object) -> str:
    """Return the key of what this code makes of ``content`` as ``declared``."""
    return hashlib.blake2b(f"{content}|{code_hash()}|{declared!r}".encode(), digest_size=_DIGEST).hexdigest()


def content_hash(arrays: Iterable[np.ndarray]) -> str:
    """Return one hash of arrays: their kinds, shapes and values.

    >>> content_hash([np.ones(3)]) == content_hash([np.ones(3)]) != content_hash([np.ones(4)])
    True
    """
    made = hashlib.blake2b(digest_size=_DIGEST)
    for one in arrays:
        made.update(f"{one.dtype.str}{one.shape}".encode())
        made.update(np.ascontiguousarray(one).data)
    return made.hexdigest()


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST).digest()


@remembered
def code_hash() -> str:
    """Hash the source of everything that can change a value, and the versions of what it calls."""
    versions = [f"{name} {version(name)}" for name in _LIBRARIES]
    made = hashlib.blake2b("|".join(versions).encode(), digest_size=_DIGEST)
    here = Path(__file__).parent
    for file in sorted([*here.rglob("*.py"), *here.with_name("core").rglob("*.py")]):
        made.update(file.read_bytes())
    return made.hexdigest()
