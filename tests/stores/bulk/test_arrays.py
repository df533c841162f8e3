"""The oracle is PostgreSQL itself: it must read our arrays as it reads psycopg's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml_analytics.stores.bulk.arrays import KINDS, binary, register
from ml_analytics.stores.testing.servers import PostgresServer

TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8)
TIMES = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 30), timezones=st.just(UTC))
VALUES: dict[Any, Any] = {
    pa.string(): TEXTS,
    pa.float64(): st.floats(allow_nan=False),
    pa.int64(): st.integers(-(2**63), 2**63 - 1),
    pa.timestamp("us", "UTC"): TIMES,
}


@pytest.fixture(scope="module")
def cursor(postgres: PostgresServer) -> Iterator[psycopg.Cursor[Any]]:
    with psycopg.connect(postgres.url("ml_app", "postgres")) as connection, connection.cursor() as opened:
        opened.execute("SET TIME ZONE 'UTC'")
        register(opened.adapters)
        yield opened


@pytest.mark.parametrize("kind", list(KINDS), ids=str)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_postgresql_reads_what_we_wrote(cursor: psycopg.Cursor[Any], kind: Any, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.none() | VALUES[kind], max_size=20))
    skipped = data.draw(st.integers(0, len(values)))
    array = pa.array(values, kind).slice(skipped)
    cursor.execute("SELECT * FROM unnest(%s) WITH ORDINALITY AS u(v, n) ORDER BY n", [binary(array)])
    assert [row[0] for row in cursor.fetchall()] == values[skipped:]


def test_a_cursor_alone_learns_the_arrays(cursor: psycopg.Cursor[Any]) -> None:
    with cursor.connection.cursor() as other, pytest.raises(psycopg.ProgrammingError, match="cannot adapt"):
        other.execute("SELECT %s", [binary(pa.array(["x"]))])
    cursor.connection.rollback()
