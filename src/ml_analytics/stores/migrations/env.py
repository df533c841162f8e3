"""Alembic's entry: runs the revisions on the connection that ``stores.migrate`` hands over.

Alembic executes this file with its context in place; imported otherwise, it does nothing.
"""

from __future__ import annotations

from alembic import context

from ml_analytics.stores.tables import METADATA


def run() -> None:
    """Run the revisions inside the transaction that the caller opened and will commit."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=METADATA,
        transactional_ddl=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if getattr(context, "_proxy", None) is not None:
    run()
