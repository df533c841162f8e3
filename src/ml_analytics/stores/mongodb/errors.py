"""MongoDB failures as our errors: one sentence, no user, no password, nothing of the documents."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...core.errors import ParameterError, StoreError
from ...core.optional import require

TIMEOUT_MS = 5_000
"""How long we look for a server, unless the address says otherwise."""

DEFAULT_DATABASE = "ml_analytics"
_DATABASE_LENGTH = 40  # MongoDB bounds "database.collection" at 255 bytes; our collections take up to 211
_URL = "an address like 'mongodb://user:password@host:27017/database'"
_REASONS = {
    13: "the user may not do this; grant it the role readWrite on this database",
    18: "the user or the password is refused; check the setting 'documents_url'",
    8000: "the user or the password is refused; check the setting 'documents_url'",
    43: "the server ended the reading; try again",
    121: "a document breaks the rules that were set for this collection",
    50: "it took longer than the server allows; try again with less at once",
    10334: "a document is too large",
    14031: "its disk is full",
}


def read_address(url: str) -> tuple[str, str, dict[str, Any]]:
    """Return the database, the address for messages (``host/database``) and the options our client adds.

    Raises:
        ParameterError: the address cannot be read; the sentence repeats nothing of it.
        MissingExtraError: without the extra ``mongodb``.
    """
    require("pymongo", "mongodb", "MongoDB")
    from pymongo.errors import PyMongoError
    from pymongo.uri_parser import parse_uri

    try:
        read = parse_uri(url, warn=False)
    except (PyMongoError, ValueError, TypeError) as error:
        raise ParameterError(f"The 'documents_url' parameter of open_stores must be {_URL}.") from error
    database = str(read["database"] or DEFAULT_DATABASE)
    if len(database.encode()) > _DATABASE_LENGTH:
        must_be = f"an address with a database name of at most {_DATABASE_LENGTH} bytes"
        raise ParameterError.of("documents_url", "open_stores", must_be, database)
    hosts = ",".join(f"{host}:{port}" if port else str(host) for host, port in read["nodelist"])
    shown = f"{read.get('fqdn') or hosts}/{database}"
    return database, shown, {"appname": "ml_analytics", **patience(read["options"])}


def patience(given: Iterable[str]) -> dict[str, int]:
    """Return how long a client looks for a server, for those options that the address (``given``) leaves open.

    >>> patience(["serverselectiontimeoutms"])
    {'connectTimeoutMS': 5000}
    """
    named = {str(name).lower() for name in given}
    ours = ("serverSelectionTimeoutMS", "connectTimeoutMS")
    return {name: TIMEOUT_MS for name in ours if name.lower() not in named}


@contextlib.contextmanager
def translated(shown: str, but: tuple[type[Exception], ...] = ()) -> Iterator[None]:
    """Raise our errors for pymongo's, ``but`` these; ``shown`` is the address without user and password.

    Raises:
        ParameterError: a value that MongoDB cannot hold.
        StoreError: anything else.
    """
    from bson.errors import BSONError
    from pymongo import errors

    try:
        yield
    except but:
        raise
    except errors.DocumentTooLarge as error:
        raise ParameterError(f"MongoDB at '{shown}' refused a document: it is too large.") from error
    except errors.PyMongoError as error:
        raise StoreError(f"MongoDB at '{shown}' failed: {reason(error)}.") from error
    except BSONError as error:
        raise StoreError(f"MongoDB at '{shown}' failed: it sent what cannot be read.") from error


def reason(error: Exception) -> str:
    """Say what is wrong and how to mend it, in words that hold no user, password or document."""
    from pymongo import errors

    if isinstance(error, errors.BulkWriteError):
        return _first_write_error(error.details)
    if isinstance(error, errors.OperationFailure):
        return _known(error.code, error.details)
    if isinstance(error, (errors.ServerSelectionTimeoutError, errors.NetworkTimeout)):
        return (
            "no server answered in time; check that it runs and the setting 'documents_url', then try again"
        )
    if isinstance(error, errors.ConnectionFailure):
        return "the connection was lost; try again"
    if isinstance(error, errors.InvalidOperation):
        return "it was closed here; open the stores again"
    return f"{type(error).__name__}; check the setting 'documents_url'"


def _known(code: int | None, details: Mapping[str, Any] | None) -> str:
    if code in _REASONS:
        return _REASONS[code]
    name = (details or {}).get("codeName") or f"error {code}"
    return f"it answered {name}; try again"


def _first_write_error(details: Mapping[str, Any] | None) -> str:
    found = (details or {}).get("writeErrors") or (details or {}).get("writeConcernErrors") or [{}]
    return _known(found[0].get("code"), found[0])
