"""The schema's history, for Alembic; it travels inside the wheel. Driven by ``stores.migrate``."""
