"""A million bars between PostgreSQL and a pandas frame: beside pandas' own ``read_sql`` and ``to_sql``, in one run.

Reading: the same seven columns of the same table, once through ``scan``, once through ``read_sql`` on
SQLAlchemy and psycopg with the same query. Writing: ``write_table`` does what ``to_sql`` does, into a bare table of
the same columns. ``insert_table`` does more (every rule, the tenant, a key, an index, row-level security, known
rows left alone); it stands beside the same bare ``to_sql``, and beside a tenth of the rows written by it into a
table with the same key and index.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlalchemy import Engine, create_engine

from ml_analytics.core.settings import Settings
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import Stores, open_stores, write_table
from ml_analytics.stores.testing.servers import PostgresServer

ROWS = 1_000_000
COLUMNS = ["symbol", "timestamp", "open", "high", "low", "close", "volume"]
QUERY = f"SELECT {', '.join(COLUMNS)} FROM market_metrics"
NOW = pd.Timestamp("2024-01-01", tz="UTC").as_unit("us")


def bars(rows: int) -> pd.DataFrame:
    """Return bars of four symbols, a second apart."""
    generator = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "symbol": np.array(["BTC", "ETH", "SPX", "NDX"])[np.arange(rows) % 4],
            "timestamp": pd.date_range("2020-01-01", periods=rows, freq="s", tz="UTC").as_unit("us"),
        }
    )
    for name in COLUMNS[2:]:
        frame[name] = generator.normal(100, 10, rows)
    return frame


def seconds(call: Callable[[], Any]) -> float:
    """Time one call."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def write(stores: Stores, frame: pd.DataFrame) -> None:
    """Write a frame as a person does: columns to Arrow, one transaction."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    table = table.append_column("created_at", pa.array([NOW] * len(frame), pa.timestamp("us", "UTC")))
    with stores.records.begin(Tenant()) as records:
        assert records.insert_table("market_metrics", table) == len(frame)


def read(stores: Stores) -> pd.DataFrame:
    """Read it back."""
    with stores.records.scan(Tenant(), "market_metrics", columns=COLUMNS, order_by=None) as reader:
        frame: pd.DataFrame = reader.read_pandas()
    return frame


def to_sql(engine: Engine, frame: pd.DataFrame, table: str) -> None:
    """Write as pandas does."""
    with engine.begin() as connection:
        frame.to_sql(table, connection, index=False, if_exists="append")


def line(figure: str, ours: float, peer: float, least: float | None = None) -> dict[str, object]:
    """Print and return one figure; without ``least`` it has no target."""
    print(f"{figure}: ours {ours:.2f} s, pandas {peer:.2f} s, {peer / ours:.1f} times")
    return {
        "figure": figure,
        "ours": ours,
        "peer": peer,
        "ratio": ours / peer,
        "unit": "s",
        "target": f"ratio <= {1 / least:.3g} ({least:g} times)" if least else "none: it does more",
    }


def measure(
    stores: Stores, engine: Engine, url: str, frame: pd.DataFrame, keyed: str, least: float, on: str
) -> list[Any]:
    """Write, then read, ours and the peer's in turns."""
    plain = seconds(lambda: write_table(url, "plain_bars", frame))
    written = seconds(lambda: write(stores, frame))
    bare = seconds(lambda: to_sql(engine, frame, "bare_bars"))
    with engine.begin() as connection:
        connection.exec_driver_sql(keyed)
        connection.exec_driver_sql("CREATE INDEX keyed_time ON keyed_bars (timestamp)")
    tenth = frame.iloc[: len(frame) // 10]
    indexed = seconds(lambda: to_sql(engine, tenth, "keyed_bars")) * 10
    ours, peers = [], []
    for _ in range(3):
        ours.append(seconds(lambda: read(stores)))
        peers.append(seconds(lambda: peer_read(engine)))
    pd.testing.assert_frame_equal(
        read(stores).sort_values(["symbol", "timestamp"], ignore_index=True),
        peer_read(engine).sort_values(["symbol", "timestamp"], ignore_index=True),
        check_dtype=False,
    )
    return [
        line(f"1 M bars from {on} to a frame", min(ours), min(peers), least),
        line(f"1 M bars written to {on}: write_table", plain, bare, least),
        line(f"1 M bars kept in {on}: insert_table; to_sql bare", written, bare),
        line(f"1 M bars kept in {on}: insert_table; to_sql keyed x 10", written, indexed),
    ]


def peer_read(engine: Engine) -> pd.DataFrame:
    """Read as pandas does."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT set_config('ml_analytics.tenant', 'default', true)")
        return pd.read_sql(QUERY, connection, parse_dates=["timestamp"])


def main() -> list[dict[str, object]]:
    """Measure on a PostgreSQL of this process's own."""
    with PostgresServer() as server, tempfile.TemporaryDirectory() as home:
        server.create_database("bulk")
        settings = Settings.model_validate(
            {
                "home": home,
                "database_url": server.url("ml_app", "bulk"),
                "database_owner_url": server.url("ml_owner", "bulk"),
            }
        )
        owner = create_engine(server.url("ml_owner", "bulk").replace("postgresql:", "postgresql+psycopg:"))
        keyed = (
            'CREATE TABLE keyed_bars (symbol varchar(100) COLLATE "C", timestamp timestamptz, open float8, '
            "high float8, low float8, close float8, volume float8, PRIMARY KEY (symbol, timestamp))"
        )
        try:
            with open_stores(settings) as stores:
                return measure(
                    stores, owner, server.url("ml_owner", "bulk"), bars(ROWS), keyed, 8, "PostgreSQL"
                )
        finally:
            owner.dispose()


if __name__ == "__main__":
    main()
