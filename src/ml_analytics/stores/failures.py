"""Database failures as our errors: one sentence, no statement, no password."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sqlalchemy import exc

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
    name = str(getattr(original, "sqlite_errorname", ""))
    for code, sentence in _SQLITE.items():
        if name.startswith(code):
            return sentence
    if getattr(original, "sqlstate", None) == "42501":
        return f"{_first_line(str(original))}; the role lacks this privilege"
    return _first_line(str(original))


def _first_line(text: str) -> str:
    line = next((part.strip() for part in text.splitlines() if part.strip()), "no reason was given")
    return line[:300].rstrip(".")
