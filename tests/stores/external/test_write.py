"""Whole tables into any user's database, and read back by another way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, inspect

from ml_analytics.core.errors import ConflictError, ParameterError, StoreError
from ml_analytics.stores.external.query import read_query
from ml_analytics.stores.external.write import write_table
from ml_analytics.stores.testing.servers import PostgresServer

NOON = datetime(2024, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
FRAME = pd.DataFrame(
    {
        "n": [1, -2, 2**62],
        "price": [2.5, np.nan, -0.1],
        "name": ["it's; --", None, 'é "☃" 𝄞'],
        "sold": pd.to_datetime([NOON, NOON, NOON]),
        "good": [True, False, True],
    }
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'a shop.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    server.create_database("loads")
    return server.url("ml_owner", "loads")


def rows_of(url: str, table: str = "sales") -> list[tuple[Any, ...]]:
    """Read through SQLAlchemy: another way than the one that wrote."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    try:
        with engine.connect() as connection:
            return [
                tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{table}" ORDER BY n DESC')
            ]
    finally:
        engine.dispose()


@pytest.mark.parametrize("kind", [lambda f: f, pl.from_pandas, pa.Table.from_pandas])
def test_every_value_arrives(url: str, kind: Callable[[pd.DataFrame], Any]) -> None:
    assert write_table(url, "sales", kind(FRAME)) == 3
    found = rows_of(url)
    time = found[0][3]
    expected = "2024-03-01 12:00:00.123456" if url.startswith("sqlite") else NOON
    assert time == expected
    assert [row[:3] for row in found] == [
        (2**62, -0.1, 'é "☃" 𝄞'), (1, 2.5, "it's; --"), (-2, None, None),
    ]  # fmt: skip
    assert [bool(row[4]) for row in found] == [True, True, False]


def test_a_table_that_is_there_is_kept_added_to_or_replaced(url: str) -> None:
    write_table(url, "sales", FRAME)
    with pytest.raises(ConflictError, match=r"'sales'.*already"):
        write_table(url, "sales", FRAME)
    assert len(rows_of(url)) == 3
    assert write_table(url, "sales", FRAME, if_exists="append") == 3
    assert len(rows_of(url)) == 6
    assert write_table(url, "sales", FRAME[["n"]], if_exists="replace") == 3
    assert rows_of(url) == [(2**62,), (1,), (-2,)]


def test_what_does_not_fit_changes_nothing(url: str) -> None:
    write_table(url, "sales", FRAME)
    with pytest.raises((StoreError, ParameterError)) as refusal:
        write_table(url, "sales", pd.DataFrame({"n": [1], "absent": [2]}), if_exists="append")
    assert "\n" not in str(refusal.value)
    assert len(rows_of(url)) == 3


def test_names_are_quoted_never_spliced(url: str) -> None:
    name = 'a "; DROP TABLE sales; --'
    write_table(url, "sales", FRAME)
    write_table(url, name, pd.DataFrame({"n": [1], 'x"; --': [2]}))
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    assert sorted(inspect(engine).get_table_names()) == sorted(["sales", name])
    engine.dispose()
    assert len(rows_of(url)) == 3


@pytest.mark.parametrize(
    ("table", "data", "more", "named"),
    [
        ("", FRAME, {}, "table"), ("a\x00", FRAME, {}, "table"), ("x" * 64, FRAME, {}, "table"),
        ("t", FRAME, {"if_exists": "upsert"}, "if_exists"), ("t", 5, {}, "data"), ("t", pd.DataFrame(), {}, "data"),
        ("t", pd.DataFrame([[1, 2]], columns=["a", "A"]), {}, "data"),
        ("t", pd.DataFrame({"a": [object()]}), {}, "data"),
        ("t", pd.DataFrame({"a": [2**64 - 1]}, dtype="uint64"), {}, "data"),
        ("t", pa.table({"a": [[1, 2]]}), {}, "data"), ("t", pa.table({"a": [timedelta(1)]}), {}, "data"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence(url: str, table: str, data: Any, more: dict[str, Any], named: str) -> None:
    with pytest.raises(ParameterError, match=f"'{named}'") as refusal:
        write_table(url, table, data, **more)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("zone", [None, "UTC"])
def test_times_finer_than_microseconds_are_refused(url: str, zone: str | None) -> None:
    fine = pa.table({"t": pa.array([1_000, 1_001, None], pa.timestamp("ns", zone))})
    with pytest.raises(ParameterError, match=r"'data'.*floor them to microseconds"):
        write_table(url, "fine", fine)
    far = pa.table({"t": pa.array([2**60], pa.timestamp("s", zone))})
    with pytest.raises(ParameterError, match=r"'data'.*fewer than 290,000 years"):
        write_table(url, "fine", far)
    assert write_table(url, "fine", fine.slice(0, 1)) == 1  # nothing was there before


@pytest.mark.parametrize(
    "address", ["mysql://me:secret@host/x", "sqlite://", "sqlite://me:secret@host/x", 5, "secret"]
)
def test_other_addresses_are_refused_without_the_password(address: Any) -> None:
    with pytest.raises(ParameterError, match="'url'") as refusal:
        write_table(address, "t", FRAME)
    assert "me:secret" not in str(refusal.value)


def test_a_wrong_password_and_a_missing_right_are_one_sentence(postgres: PostgresServer) -> None:
    postgres.create_database("loads")
    for role, password in (("ml_guarded", "wrong"), ("ml_app", "secret")):
        with pytest.raises(StoreError) as refusal:
            write_table(postgres.url(role, "loads", password), "t", FRAME)
        assert "\n" not in str(refusal.value) and "wrong" not in str(refusal.value).replace(
            "wrong password", ""
        )


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(-(2**63), 2**63 - 1),
            st.floats(allow_nan=False, allow_infinity=False) | st.none(),
            st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])) | st.none(),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, rows: list[Any]) -> None:
    url = f"sqlite:///{tmp_path_factory.mktemp('law') / 'x.db'}"
    table = pa.table(
        {
            "n": pa.array([row[0] for row in rows], pa.int64()),
            "x": pa.array([row[1] for row in rows], pa.float64()),
            "t": pa.array([row[2] for row in rows], pa.string()),
        }
    )
    write_table(url, "law", table)
    with read_query(url, "SELECT n, x, t FROM law ORDER BY rowid") as reader:
        assert [tuple(row.values()) for row in reader.read_all().to_pylist()] == rows
