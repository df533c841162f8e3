"""A remote file as a local one: copied in small parts to a temporary file, which is gone afterwards.

All formats, whole or in chunks, are then read as any local file is; memory stays flat, and a connection that breaks
breaks before any row is given.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from ml_analytics.core.errors import (
    DataProcessingError,
    MissingExtraError,
    ParameterError,
    StoreError,
)

from .address import protocol_of, shown

_EXTRAS = {"s3": "s3", "s3a": "s3"}
_PACKAGES = {"gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs", "abfss": "adlfs"}


@contextmanager
def local_copy(url: str, storage_options: Mapping[str, Any] | None = None) -> Iterator[Path]:
    """Give the path of a copy that lasts as long as the block; it has the name that the address ends in.

    Raises:
        DataProcessingError: there is no such file.
        ParameterError: the address or the options cannot be used.
        StoreError: the other side cannot be reached or refuses us, or the disk here is full.
        MissingExtraError: the protocol needs a package that is not installed.
    """
    files, path = _opened(url, storage_options)
    name = PurePosixPath(path).name
    if not name or path.endswith("/"):
        raise DataProcessingError(f"The source '{shown(url)}' must be a file. Got a directory.")
    with tempfile.TemporaryDirectory(prefix="ml_analytics_") as folder:
        copy = Path(folder) / name
        try:
            _fetch(files, path, copy, shown(url))
        except TypeError as error:  # some options are only looked at when the first byte is asked for
            raise _wrong_options(protocol_of(url), storage_options or {}, error) from None
        yield copy


def _opened(url: str, storage_options: Mapping[str, Any] | None) -> tuple[Any, str]:
    import fsspec

    options = dict(storage_options or {})
    try:
        opened: tuple[Any, str] = fsspec.core.url_to_fs(
            url, **{"skip_instance_cache": True, "use_listings_cache": False, **options}
        )
    except ImportError:
        raise _missing(protocol_of(url)) from None
    except (TypeError, ValueError, KeyError) as error:
        raise _wrong_options(protocol_of(url), options, error) from None
    return opened


def _wrong_options(protocol: str, options: Mapping[str, Any], error: Exception) -> ParameterError:
    # Only the names of the options: their values are credentials.
    must_be = f"what the file system '{protocol}' takes ({type(error).__name__})"
    return ParameterError.of("storage_options", "DataLoader", must_be, sorted(options))


def _missing(protocol: str) -> MissingExtraError:
    if protocol in _EXTRAS:
        return MissingExtraError(
            f"Reading {protocol}:// needs the package 's3fs': pip install 'ml-analytics[{_EXTRAS[protocol]}]'."
        )
    package = _PACKAGES.get(protocol, "aiohttp" if protocol.startswith("http") else f"fsspec[{protocol}]")
    return MissingExtraError(f"Reading {protocol}:// needs the package '{package}': pip install '{package}'.")


def _fetch(files: Any, path: str, copy: Path, address: str) -> None:
    try:
        files.get_file(path, str(copy))
    except FileNotFoundError:
        raise DataProcessingError(f"The file '{address}' must exist. Got no such file or bucket.") from None
    except PermissionError:
        raise StoreError(
            f"The file '{address}' cannot be read: access is denied; check 'storage_options'."
        ) from None
    except TypeError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a plug-in raises; its text may hold signed addresses
        status = getattr(error, "status", None)
        detail = f"{type(error).__name__}{f' (HTTP status {status})' if status else ''}"
        raise StoreError(f"The file '{address}' cannot be read: {detail}.") from None
    if not copy.is_file():
        raise DataProcessingError(f"The source '{address}' must be a file. Got a directory.")
