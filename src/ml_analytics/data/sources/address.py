"""Addresses: which kind of source one names, whether it may be read, and how it is shown without secrets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import urlsplit
from urllib.request import url2pathname

from ml_analytics.core.errors import ParameterError

Kind: TypeAlias = Literal["path", "remote", "sql", "mongodb"]

SQL = ("postgresql", "postgres", "sqlite")
MONGODB = ("mongodb", "mongodb+srv")
REMOTE = ("memory", "s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "https")
PROTOCOLS = ("file", *REMOTE, *SQL, *MONGODB)
"""What a loader reads unless told otherwise; ``file`` stands for local paths too.

Left out on purpose: ``http`` (anyone on the way can change the data), protocols that wrap others or unpack
archives (``zip``, ``tar``, ``simplecache``, ``reference``, … name files that the allow-list has not seen), and those
that run commands or log in with the machine's own keys (``ssh``, ``git``, ``hdfs``, …).
"""

_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)(::|://)")
_OWNER = "DataLoader"


def kind_of(source: str | Path, protocols: tuple[str, ...] = PROTOCOLS) -> Kind:
    """Return what kind of source this is.

    Raises:
        ParameterError: its protocol is not one of ``protocols``, or it chains several.

    >>> kind_of("bars.csv"), kind_of("s3://bucket/bars.csv"), kind_of("sqlite:///shop.db")
    ('path', 'remote', 'sql')
    """
    protocol = protocol_of(source)
    if isinstance(source, str) and "::" in source and _ADDRESS.match(source):
        raise ParameterError.of("source", _OWNER, "one address (chained ones are not read)", shown(source))
    if protocol not in protocols:
        raise ParameterError.of(
            "source", _OWNER, f"of an allowed protocol ({', '.join(protocols)})", shown(source)
        )
    if protocol == "file":
        return "path"
    if protocol in SQL:
        return "sql"
    return "mongodb" if protocol in MONGODB else "remote"


def protocol_of(source: str | Path) -> str:
    """Return the protocol in small letters, a database's driver left out; ``file`` for a path."""
    found = _ADDRESS.match(source) if isinstance(source, str) else None
    if found is None:
        return "file"
    name = found.group(1).lower()
    return name.partition("+")[0] if name.startswith(SQL) else name


def local_path(source: str | Path) -> Path:
    """Return the path of a local file, also when it is written ``file:///…``.

    Raises:
        ParameterError: the address names another machine.
    """
    if isinstance(source, Path) or not _ADDRESS.match(source):
        return Path(source)
    parts = urlsplit(source)
    if parts.netloc not in ("", "localhost"):
        raise ParameterError.of("source", _OWNER, "'file:///' and a path on this machine", shown(source))
    return Path(url2pathname(parts.path))


def remote_name(source: str) -> Path:
    """Return the name of a remote file, whose ending says what it is."""
    return Path(shown(source).rpartition("/")[2])


def shown(source: str | Path) -> str:
    """Return the address without user, password, query and fragment; a path as it is.

    >>> shown("https://me:secret@example.org/bars.csv?token=1")
    'https://example.org/bars.csv'
    """
    text = str(source)
    found = _ADDRESS.match(text)
    if found is None:
        return text
    rest = text[found.end() :].partition("?")[0].partition("#")[0]
    host, slash, path = rest.partition("/")
    return f"{found.group(0)}{host.rpartition('@')[2]}{slash}{path}"[:200]
