"""PostgreSQL's second lock: row-level security, and the role it needs.

Two roles: one owns the tables and only creates and upgrades them (``database_owner_url``), the other works
with the rows (``database_url``). Owners and superusers can switch row-level security off, so the working role
must be neither.
"""

from __future__ import annotations

from sqlalchemy import Engine, text

from ..core.errors import StoreError
from .engine import connected, make_engine, shown_name
from .failures import refused_privilege, translated
from .migrate import ALONE, HEAD, current_revision, upgrade
from .tables import METADATA

_ROLE = text(
    """
    SELECT current_user AS role,
           bool_or(r.rolsuper OR r.rolbypassrls) AS unbound,
           coalesce(bool_or(pg_has_role(current_user, c.relowner, 'MEMBER')), false) AS owner,
           count(c.oid) FILTER (WHERE c.relrowsecurity AND c.relforcerowsecurity) AS secured
    FROM pg_roles r
    LEFT JOIN pg_class c ON c.oid IN (SELECT to_regclass(name) FROM unnest(CAST(:tables AS text[])) AS name)
    WHERE r.rolname = current_user
    """
)


def prepare(engine: Engine, owner_url: str | None) -> None:
    """Bring the database to this code's schema and hold that row-level security binds the engine's role.

    With ``owner_url`` the tables are made by that role and opened to the engine's; at head already, it is
    not used at all.

    Raises:
        StoreError: the schema cannot be made, or the role could see every tenant's rows.
    """
    if owner_url is None:
        _upgrade_unaided(engine)
    elif current_revision(engine) != HEAD:
        owner = make_engine(owner_url)
        try:
            upgrade(owner)
            grant(owner, _role(engine))
        finally:
            owner.dispose()
    require_bound_role(engine)


def _upgrade_unaided(engine: Engine) -> None:
    revision = current_revision(engine)
    try:
        upgrade(engine)
    except StoreError as error:
        if getattr(getattr(error.__cause__, "orig", None), "sqlstate", None) != "42501":
            raise
        state = "has no tables yet" if revision is None else f"is at schema {revision}"
        reason = refused_privilege(str(getattr(error.__cause__, "orig", "")))
        raise StoreError(
            f"The database '{shown_name(engine)}' {state}, this version of ml_analytics needs {HEAD}, and the role of "
            f"'database_url' may not change tables: give their owner's address as the setting 'database_owner_url' "
            f"({reason})."
        ) from error


def grant(owner: Engine, role: str) -> None:
    """Let ``role`` work with the rows of every table, but not change the tables."""
    with connected(owner, write=True) as connection, translated(shown_name(owner)):
        quoted = connection.dialect.identifier_preparer.quote_identifier(role)
        tables = ", ".join(METADATA.tables)
        connection.execute(ALONE)
        connection.exec_driver_sql(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO {quoted}")
        connection.exec_driver_sql(f"GRANT SELECT ON alembic_version TO {quoted}")


def require_bound_role(engine: Engine) -> None:
    """Refuse a role that row-level security does not bind, and tables without it.

    Raises:
        StoreError: says what is wrong and how to mend it.
    """
    with connected(engine, write=False) as connection, translated(shown_name(engine)):
        found = connection.execute(_ROLE, {"tables": list(METADATA.tables)}).mappings().one()
    if found["unbound"] or found["owner"]:
        why = "is a superuser or bypasses row-level security" if found["unbound"] else "owns the tables"
        raise StoreError(
            f"The database role '{found['role']}' {why}, so tenants would not be kept apart: give this address "
            "as the setting 'database_owner_url' and connect with 'database_url' as a role made by "
            "CREATE ROLE name LOGIN."
        )
    if found["secured"] != len(METADATA.tables):
        raise StoreError(
            f"Row-level security is off on some tables of '{shown_name(engine)}': "
            "run ALTER TABLE name FORCE ROW LEVEL SECURITY as their owner."
        )


def _role(engine: Engine) -> str:
    with connected(engine, write=False) as connection, translated(shown_name(engine)):
        return str(connection.exec_driver_sql("SELECT current_user").scalar_one())
