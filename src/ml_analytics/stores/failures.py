"""Database failures as our errors: one sentence, no statement, no password."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

from sqlalchemy import Connection, exc

from ..core.errors import ConflictError, MLFrameworkError, ParameterError, StoreError

# SQLite's result codes by name -> what a person should know.
_SQLITE = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_NOTADB": "the file is not a database",
    "SQLITE_CORRUPT": "the file is damaged; restore a backup",
    "SQLITE_CANTOPEN": "the file cannot be opened; check that its directory exists and is writable",
    "SQLITE_READONLY": "the file is read-only",
    "SQLITE_BUSY": "another process kept it locked too long; try again",
    "SQLITE_LOCKED": "another process kept it locked too long; try again",
    "SQLITE_IOERR": "the disk reported an input/output error",
    "SQLITE_PERM": "permission was denied",
}

# libpq's words at the door, where there is no code yet -> what a person should know.
_POSTGRESQL = (
    (r"password authentication failed|no password supplied", "the user or the password is not accepted"),
    (r'role "[^"]*" (does not exist|is not permitted to log in)', "the user is not known there"),
    (r'database "[^"]*" does not exist', "there is no database of that name"),
    (r"could not translate host name|failed to resolve host", "its host is not known"),
)
_USER = re.compile(r'\b(user|role) "[^"]*"')
_DRIVER = re.compile(r"^.*?\b(ERROR|FATAL): +|^([A-Z_]+: )?(\[libpq\] )(PQ\w+\(\) failed: )?", re.DOTALL)


@contextlib.contextmanager
def translated(shown: str) -> Iterator[None]:
    """Raise our errors for SQLAlchemy's; ``shown`` is the database's name as the user gave it.

    Raises:
        ConflictError: a key exists already, or a row refers to one that does not.
        ParameterError: the database refuses a value.
        StoreError: anything else; nothing was kept.
    """
    try:
        yield
    except exc.IntegrityError as error:
        raise ConflictError(_conflict(error)) from error
    except exc.DataError as error:
        raise ParameterError(f"The database refused a value: {_reason(error)}.") from error
    except exc.StatementError as error:
        if isinstance(error.orig, MLFrameworkError):
            raise error.orig from error
        raise StoreError(f"The database '{shown}' failed: {_reason(error)}.") from error
    except exc.TimeoutError as error:
        raise StoreError(
            f"The database '{shown}' failed: all its connections are busy; try again."
        ) from error
    except exc.SQLAlchemyError as error:
        raise StoreError(f"The database '{shown}' failed: {_first_line(str(error))}.") from error


@contextlib.contextmanager
def driver_translated(connection: Connection, shown: str) -> Iterator[None]:
    """Raise our errors for those of the driver itself, where it is used without SQLAlchemy."""
    errors = connection.dialect.loaded_dbapi.Error
    with translated(shown):
        try:
            yield
        except errors as error:
            raise exc.DBAPIError.instance(
                "", None, error, errors, hide_parameters=True, dialect=connection.dialect
            ) from error


def _conflict(error: exc.IntegrityError) -> str:
    text = str(error.orig).lower()
    if "foreign key" in text:
        return "The row refers to another row that does not exist, or another row still refers to it."
    if "not null" in text or "not-null" in text:
        return "The row lacks a value that it must have."
    return "A row with that key exists already."


def _reason(error: exc.StatementError) -> str:
    original = error.orig
    if original is None:
        return _first_line(str(error))
    if getattr(original, "sqlite_errorname", None):
        return sqlite_reason(original)
    if getattr(original, "sqlstate", None) == "42501":
        return refused_privilege(str(original))
    return reason_in(str(original))


def sqlite_reason(error: BaseException) -> str:
    """Return the reason of an error of SQLite's driver."""
    name = str(getattr(error, "sqlite_errorname", ""))
    for code, sentence in _SQLITE.items():
        if name.startswith(code):
            return sentence
    return _first_line(str(error))


def reason_in(text: str) -> str:
    """Return the reason in a database's own words: one line, without the user's name.

    >>> reason_in('connection failed: FATAL:  password authentication failed for user "joe"')
    'the user or the password is not accepted'
    """
    for pattern, sentence in _POSTGRESQL:
        if re.search(pattern, text):
            return sentence
    return _first_line(_USER.sub(r"\1", _DRIVER.sub("", text)))


def refused_privilege(text: str) -> str:
    """Return the reason of a refused privilege."""
    return f"{reason_in(text)}; the role lacks this privilege"


def _first_line(text: str) -> str:
    line = next((part.strip() for part in text.splitlines() if part.strip()), "no reason was given")
    return line[:300].rstrip(".")
