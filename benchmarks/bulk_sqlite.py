"""A million bars between the embedded SQLite and a pandas frame: beside pandas' ``read_sql`` and ``to_sql``.

As ``bulk_postgresql``, which see; the peer works in the same file.
"""

from __future__ import annotations

import runpy
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from ml_analytics.stores import open_stores

SHARED = runpy.run_path(str(Path(__file__).with_name("bulk_postgresql.py")))


def main() -> list[dict[str, Any]]:
    """Measure in a directory that is gone afterwards."""
    keyed = (
        "CREATE TABLE keyed_bars (symbol varchar(100), timestamp datetime, open float, high float, low float, "
        "close float, volume float, PRIMARY KEY (symbol, timestamp))"
    )
    with tempfile.TemporaryDirectory() as home, open_stores(home) as stores:
        engine = create_engine(f"sqlite:///{Path(home) / 'ml_analytics.db'}")
        try:
            frame = SHARED["bars"](SHARED["ROWS"])
            found: list[dict[str, Any]] = SHARED["measure"](
                stores, engine, str(engine.url), frame, keyed, 3, "SQLite"
            )
            return found
        finally:
            engine.dispose()


if __name__ == "__main__":
    main()
