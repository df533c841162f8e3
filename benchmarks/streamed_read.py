"""Peak memory of reading five million rows as a stream from PostgreSQL, beside pandas' ``read_sql`` in chunks.

Each reader is a process of its own that says how far its peak rose over what the interpreter and its imports
took. The peer reads a tenth of the rows: without a server-side cursor its memory grows with them, so the
figure is kind to it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile

from sqlalchemy import create_engine

from ml_analytics.core.settings import Settings
from ml_analytics.stores import open_stores
from ml_analytics.stores.testing.servers import PostgresServer

ROWS = 5_000_000
COLUMNS = ["symbol", "timestamp", "open", "high", "low", "close", "volume"]
LIMIT = 300.0
OURS = """
import resource, sys
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import SqlRecordStore
from ml_analytics.stores.engine import make_engine
import pyarrow.compute, adbc_driver_postgresql.dbapi, psycopg
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
store = SqlRecordStore(make_engine(sys.argv[1]))
before, rows = peak(), 0
with store.scan(Tenant(), "market_metrics", columns=sys.argv[2].split(","), order_by=None) as reader:
    for batch in reader:
        rows += batch.num_rows
print(rows, peak() - before)
"""
PEER = """
import resource, sys
import pandas as pd, psycopg
from sqlalchemy import create_engine, text
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
engine = create_engine(sys.argv[1].replace("postgresql:", "postgresql+psycopg:"))
before, rows = peak(), 0
with engine.connect() as connection:
    connection.execute(text("SELECT set_config('ml_analytics.tenant', 'default', true)"))
    query = f"SELECT {sys.argv[2]} FROM market_metrics LIMIT {sys.argv[3]}"
    for chunk in pd.read_sql(text(query), connection, chunksize=65_536):
        rows += len(chunk)
print(rows, peak() - before)
"""
FILL = f"""
INSERT INTO market_metrics (tenant_id, symbol, timestamp, open, high, low, close, volume, source_app, created_at)
SELECT 'default', 'S' || i % 4, '2020-01-01 00:00+00'::timestamptz + i * interval '1 second',
       i, i + 1, i - 1, i + 0.5, i, '', now()
FROM generate_series(1, {ROWS}) AS i
"""


def rise(code: str, *given: str) -> tuple[int, float]:
    """Run a reader; return its rows and by how many MB its peak rose."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *given], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    rows, megabytes = done.stdout.split()
    return int(rows), float(megabytes)


def main() -> list[dict[str, object]]:
    """Fill a table on the server, then read it twice."""
    with PostgresServer() as server, tempfile.TemporaryDirectory() as home:
        server.create_database("stream")
        address = server.url("ml_app", "stream")
        settings = {
            "home": home,
            "database_url": address,
            "database_owner_url": server.url("ml_owner", "stream"),
        }
        open_stores(Settings.model_validate(settings)).close()
        filling = create_engine(server.superuser.url.set(database="stream"))
        with filling.begin() as connection:
            connection.exec_driver_sql("DROP INDEX ix_market_metrics_time")
            connection.exec_driver_sql("ALTER TABLE market_metrics DROP CONSTRAINT market_metrics_pkey")
            connection.exec_driver_sql(FILL.replace("%", "%%"))
        filling.dispose()
        rows, ours = rise(OURS, address, ",".join(COLUMNS))
        assert rows == ROWS
        _, peer = rise(PEER, address, ",".join(COLUMNS), str(ROWS // 10))
    figure = "streamed read of 5 M rows, peak memory; read_sql of 0.5 M"
    print(f"{figure}: ours {ours:.0f} MB, pandas {peer:.0f} MB")
    return [
        {
            "figure": figure,
            "ours": ours,
            "peer": peer,
            "ratio": ours / peer,
            "unit": "MB",
            "target": f"ours <= {LIMIT:.0f} MB",
        }
    ]


if __name__ == "__main__":
    main()
