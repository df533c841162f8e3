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

_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9_+.-]*)(::|://)")
_MISTYPED = re.compile(r"\s*[A-Za-z][A-Za-z0-9_+.-]+:.*@", re.DOTALL)  # 'postgresql:/user:password@host'
_ENDING = re.compile(r"(\.[A-Za-z]{2,8}){1,2}$")
_OWNER = "DataLoader"


def kind_of(source: str | Path, protocols: tuple[str, ...] = PROTOCOLS) -> Kind:
    """Return what kind of source this is.

    Raises:
        ParameterError: its protocol is not one of ``protocols``, it chains several, or it holds ``://`` but does not
            begin as an address does.

    >>> kind_of("bars.csv"), kind_of("s3://bucket/bars.csv"), kind_of("sqlite:///shop.db")
    ('path', 'remote', 'sql')
    """
    if isinstance(source, str) and "://" in source and not _written_well(source):
        must_be = "a path, or an address without white space around it"
        raise ParameterError(
            f"The 'source' parameter of {_OWNER} must be {must_be}."
        )  # it may hold a password
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
    """Return the name of a remote file, whose ending says what it is.

    >>> remote_name("https://example.org/bars.csv?by=me@example.org").suffix
    '.csv'
    """
    rest = source.partition("://")[2]
    name = _before_query(rest).rpartition("/")[2]
    if _is_clear(rest):
        return Path(name.rpartition("@")[2])
    ending = _ENDING.search(name)
    return Path(f"…{ending.group(0) if ending else ''}")


def shown(source: str | Path) -> str:
    """Return the address without user, password, query and fragment; a path as it is.

    Everything up to the last ``@`` counts as user and password, since a password may hold ``/``, ``?`` and ``#``;
    with an ``@`` after a ``?`` or ``#`` nobody can say which is which, and only the protocol is left.

    >>> shown("https://me:secret@example.org/bars.csv?token=1")
    'https://example.org/bars.csv'
    >>> shown("https://me:se/cret@example.org/bars.csv"), shown("https://example.org/bars.csv?by=me@token")
    ('https://example.org/bars.csv', 'https://…')
    """
    text = str(source)
    found = _ADDRESS.match(text)
    if found is None:
        mistyped = _MISTYPED.match(text)
        return f"…@{text[mistyped.end() :]}" if mistyped else text
    rest = text[found.end() :]
    place = _before_query(rest).rpartition("@")[2] if _is_clear(rest) else "…"
    return f"{found.group(0)}{place}"[:200]


def _written_well(text: str) -> bool:
    return _ADDRESS.match(text) is not None and text == text.strip()


def _before_query(rest: str) -> str:
    return re.split(r"[?#]", rest, maxsplit=1)[0]


def _is_clear(rest: str) -> bool:
    return "@" not in rest[len(_before_query(rest)) :]
