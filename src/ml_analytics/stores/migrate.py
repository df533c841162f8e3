"""Bring a database to the schema of this code: cheap when it is there already, one process at a time."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, exc, text

from ..core.errors import StoreError
from .engine import connected, is_postgresql, shown_name
from .failures import translated

HEAD = "0002"
"""The newest revision; a test holds that the files under ``migrations/versions`` agree."""

ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('ml_analytics.migrate', 0))")
"""PostgreSQL: one at a time until the end of the transaction (GRANT, too, does not bear company)."""

_ALEMBIC = Lock()  # alembic keeps its context in a module: one migration at a time in a process
_CURRENT = "SELECT version_num FROM alembic_version"


def upgrade(engine: Engine) -> None:
    """Bring the database to :data:`HEAD`; one SELECT when it is there already.

    Several processes may do so at once: one migrates, the others wait and find it done. Either the whole
    schema is there afterwards or nothing was changed.

    Raises:
        StoreError: the database is newer than this code, cannot be reached, or may not be changed.
    """
    if current_revision(engine) == HEAD:
        return
    with connected(engine, write=True) as connection, translated(shown_name(engine)):
        if is_postgresql(engine):
            connection.execute(ALONE)
        if _revision(connection) != HEAD:
            _migrate(connection, shown_name(engine))


def current_revision(engine: Engine) -> str | None:
    """Return the database's revision, or ``None`` for one that was never migrated for this role."""
    shown = shown_name(engine)
    with translated(shown), connected(engine, write=False) as connection:
        try:
            return _current(connection)
        except exc.DBAPIError as error:
            if _is_unreadable_table(error):
                return None
            raise


def alembic_config(connection: Connection | None = None) -> Any:
    """Return Alembic's configuration, pointed at the packaged revisions; for development too."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _current(connection: Connection) -> str | None:
    found = connection.exec_driver_sql(_CURRENT).scalar()
    return None if found is None else str(found)


def _revision(connection: Connection) -> str | None:
    # Inside a transaction that must survive the question: PostgreSQL gives one up at the first error.
    known = connection.dialect.has_table(connection, "alembic_version")
    return _current(connection) if known else None


def _migrate(connection: Connection, shown: str) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    config = alembic_config(connection)
    current = _revision(connection)
    revisions = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in revisions:
        raise StoreError(
            f"The database '{shown}' is at schema {current}, this version of ml_analytics knows only up to "
            f"{HEAD}: install a newer ml_analytics."
        )
    with _ALEMBIC:
        command.upgrade(config, "head")


def _is_unreadable_table(error: exc.DBAPIError) -> bool:
    # 42P01: there is no such table; 42501: this role may not read it yet.
    return getattr(error.orig, "sqlstate", None) in {"42P01", "42501"} or "no such table" in str(error.orig)
