"""Any user's database: SQLite and a real PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import create_engine

from ml_analytics.core.errors import MLFrameworkError, ParameterError, StoreError
from ml_analytics.stores.external.query import read_query
from ml_analytics.stores.testing.servers import PostgresServer

ROWS = 1_000
NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def on_postgres(postgres: PostgresServer) -> Iterator[str]:
    postgres.create_database("shop")
    engine = create_engine(postgres.superuser.url.set(database="shop"))
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE sales (n integer, price double precision, name text, sold timestamptz, day date, "
            "big numeric, body jsonb, good boolean, key uuid, tags text[])"
        )
        connection.exec_driver_sql(
            "INSERT INTO sales SELECT i, i / 2.0, 'it''s ' || i, '2024-03-01 12:00+00', '2024-03-01', i + 0.5, "
            "jsonb_build_object('i', i), true, '00000000-0000-0000-0000-000000000001', '{a,b}' "
            f"FROM generate_series(1, {ROWS}) AS i"
        )
        connection.exec_driver_sql("CREATE SEQUENCE tickets")
        connection.exec_driver_sql("GRANT USAGE ON tickets TO ml_guarded")
        connection.exec_driver_sql("GRANT SELECT, INSERT ON sales TO ml_guarded, ml_app")
    engine.dispose()
    yield postgres.url("ml_guarded", "shop")
    postgres.create_database("shop")


@pytest.fixture
def on_sqlite(tmp_path: Path) -> str:
    file = tmp_path / "a shop.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE sales (n INTEGER, price REAL, name TEXT, late, mixed, raw BLOB)")
        connection.executemany(
            "INSERT INTO sales VALUES (?, ?, ?, ?, ?, ?)",
            [
                (i, i / 2, f"it's {i}", None if i < ROWS else 7, i if i % 2 else "x", b"\x00" * i)
                for i in range(1, ROWS + 1)
            ],
        )
    connection.close()
    return f"sqlite:///{file}"


@pytest.fixture(params=["on_sqlite", "on_postgres"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


def test_rows_come_in_batches_of_one_schema(url: str) -> None:
    with read_query(url, "SELECT n, price, name FROM sales ORDER BY n;", batch_rows=300) as reader:
        batches = list(reader)
    assert [batch.num_rows for batch in batches] == [300, 300, 300, 100]
    table = pa.Table.from_batches(batches)
    assert table["n"].to_pylist() == list(range(1, ROWS + 1))
    assert table["price"].to_pylist() == [i / 2 for i in range(1, ROWS + 1)]
    assert table["name"].to_pylist() == [f"it's {i}" for i in range(1, ROWS + 1)]


def test_parameters_are_bound(url: str) -> None:
    query = "SELECT n FROM sales WHERE name = :name AND n < :most AND price > :least AND name <> :name || 'x'"
    with read_query(url, query, {"name": "it's 5", "most": 10, "least": 0.5}) as reader:
        assert reader.read_all().to_pylist() == [{"n": 5}]
    with read_query(url, query, {"name": "' OR 1=1 --", "most": 10, "least": 0.5}) as reader:
        assert reader.read_all().num_rows == 0


def test_no_rows_still_have_a_schema(url: str) -> None:
    with read_query(url, "SELECT n, name FROM sales WHERE n < 0") as reader:
        table = reader.read_all()
    assert table.column_names == ["n", "name"] and table.num_rows == 0


def test_types_of_postgresql_are_kept(on_postgres: str) -> None:
    with read_query(on_postgres, "SELECT * FROM sales WHERE n = 1") as reader:
        table = reader.read_all()
    kinds = {field.name: field.type for field in table.schema}
    assert kinds["sold"] == pa.timestamp("us", "UTC") and kinds["day"] == pa.date32()
    assert kinds["big"] == pa.float64() and kinds["good"] == pa.bool_()
    row = table.to_pylist()[0]
    assert row["sold"] == NOON and row["day"] == date(2024, 3, 1) and row["big"] == 1.5
    assert row["body"] == '{"i": 1}' and row["tags"] == ["a", "b"]
    assert row["key"] == "00000000-0000-0000-0000-000000000001"


def test_times_can_be_bound(on_postgres: str) -> None:
    query = "SELECT count(*)::bigint AS c FROM sales WHERE sold = :at"
    with read_query(on_postgres, query, {"at": NOON}) as reader:
        assert reader.read_all().to_pylist() == [{"c": ROWS}]


def test_types_of_sqlite_go_by_all_values(on_sqlite: str) -> None:
    with read_query(on_sqlite, "SELECT * FROM sales", batch_rows=64) as reader:
        table = reader.read_all()
    kinds = [field.type for field in table.schema]
    assert kinds == [pa.int64(), pa.float64(), pa.string(), pa.int64(), pa.string(), pa.binary()]
    assert table["late"].to_pylist()[-2:] == [None, 7] and table["mixed"].to_pylist()[:2] == ["1", "x"]


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([2**60 + 1, 0.5, None], pa.string(), [str(2**60 + 1), "0.5", None]),
        ([2**63 - 1, 0.5], pa.string(), [str(2**63 - 1), "0.5"]),
        ([2**53 + 1, 1, 0.5], pa.string(), [str(2**53 + 1), "1", "0.5"]),
        ([2**60, -(2**63), 0.5, None], pa.float64(), [float(2**60), -float(2**63), 0.5, None]),
        ([2**60 + 1, 1, -(2**63), None], pa.int64(), [2**60 + 1, 1, -(2**63), None]),
        ([2**60 + 1], pa.int64(), [2**60 + 1]),
        ([2**60 + 1, "a"], pa.string(), [str(2**60 + 1), "a"]),
    ],
)
def test_no_whole_number_of_sqlite_is_rounded(
    tmp_path: Path, values: list[object], kind: pa.DataType, expected: list[object]
) -> None:
    with sqlite3.connect(tmp_path / "long.db") as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.executemany("INSERT INTO t VALUES (?)", [(value,) for value in values])
    connection.close()
    with read_query(f"sqlite:///{tmp_path}/long.db", "SELECT a FROM t", batch_rows=1) as reader:
        table = reader.read_all()
    assert table.schema.field("a").type == kind and table["a"].to_pylist() == expected


def test_money_of_postgresql_is_text(on_postgres: str) -> None:
    query = "SELECT '5'::money AS m, ARRAY['5'::money] AS many, 1 AS n"
    with read_query(on_postgres, query) as reader:
        row = reader.read_all().to_pylist()[0]
    assert row["m"].endswith("5.00") and "5.00" in row["many"] and row["n"] == 1


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELECT * FROM absent", "absent"),
        ("SELECT nothing_such FROM sales", "nothing_such"),
        ("DELETE FROM sales", "syntax error"),
        ("INSERT INTO sales (n) VALUES (1)", "syntax error"),
        ("SELECT 1; DROP TABLE sales", "."),
        ("SELEC n FROM sales", "syntax error"),
    ],
)
def test_what_is_no_select_is_refused_in_one_sentence(url: str, query: str, says: str) -> None:
    with pytest.raises((StoreError, ParameterError), match=says) as refusal, read_query(url, query):
        pass
    sentence = str(refusal.value)
    assert "\n" not in sentence and "secret" not in sentence and sentence.endswith(".")
    with read_query(url, "SELECT n FROM sales") as reader:
        assert reader.read_all().num_rows == ROWS


def test_the_transaction_is_read_only(on_postgres: str) -> None:
    query = "WITH new AS (INSERT INTO sales (n) VALUES (0) RETURNING n) SELECT * FROM new"
    with pytest.raises(StoreError), read_query(on_postgres, query):
        pass
    with pytest.raises(StoreError, match="read-only"), read_query(on_postgres, "SELECT nextval('tickets')"):
        pass


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda server: server.url("ml_guarded", "shop", password="wrongword"), "password is not accepted"),
        (lambda server: server.url("ml_nobody", "shop"), "not known"),
        (lambda server: server.url("ml_guarded", "absent"), "no database of that name"),
        (lambda server: "postgresql://ml_guarded:secret@127.0.0.1:1/shop", "refused"),
        (lambda server: "postgresql://ml_guarded:secret@no-such-host.invalid/shop", "host is not known"),
    ],
)
def test_wrong_addresses_have_one_sentence(postgres: PostgresServer, change: object, says: str) -> None:
    assert callable(change)
    with pytest.raises(StoreError, match=says) as refusal, read_query(change(postgres), "SELECT 1"):
        pass
    sentence = str(refusal.value)
    assert not any(word in sentence for word in ("secret", "wrongword", "ml_guarded", "ml_nobody", "\n"))


def test_files_that_are_no_database(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text(
        "not a database at all, but longer than a header of one hundred bytes" * 3
    )
    for name, says in (("absent.db", "no such file"), ("text.db", "not a database")):
        with (
            pytest.raises(StoreError, match=says),
            read_query(f"sqlite:///{tmp_path / name}", "SELECT * FROM x"),
        ):
            pass
    assert not (tmp_path / "absent.db").exists()


@pytest.mark.parametrize(
    "url", ["mysql://root:secret@host/x", "nonsense", "", None, "sqlite://", "sqlite://u:secret@h/x"]
)
def test_other_addresses_are_refused(url: object) -> None:
    with pytest.raises(ParameterError, match="'url'") as refusal, read_query(url, "SELECT 1"):  # type: ignore[arg-type]
        pass
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("given", [{"batch_rows": 0}, {"batch_rows": True}, {"parameters": [1]}])
def test_parameters_of_the_call_are_checked(on_sqlite: str, given: dict[str, object]) -> None:
    with pytest.raises(ParameterError), read_query(on_sqlite, "SELECT 1", **given):  # type: ignore[arg-type]
        pass


def test_a_parameter_that_is_missing_is_named(url: str) -> None:
    with pytest.raises(MLFrameworkError), read_query(url, "SELECT :a AS a", {"b": 1}):
        pass


def test_after_leaving_the_reader_refuses(url: str) -> None:
    with read_query(url, "SELECT n FROM sales", batch_rows=10) as reader:
        reader.read_next_batch()
    with pytest.raises(StoreError, match="has ended"):
        reader.read_next_batch()
