"""Addresses, SQL databases and MongoDB: real servers, refusals without secrets, nothing half-read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import fsspec
import pandas as pd
import pyarrow as pa
import pytest
from bson import Binary, Decimal128, Int64, ObjectId
from pymongo import MongoClient
from sqlalchemy import create_engine

from ml_analytics.core.errors import (
    DataProcessingError,
    MissingExtraError,
    MLFrameworkError,
    ParameterError,
    StoreError,
)
from ml_analytics.data import DataLoader
from ml_analytics.data.sources import mongodb as mongodb_source
from ml_analytics.stores.testing.servers import MongoServer, PostgresServer, S3Server

LOADER = DataLoader()
FRAME = pd.DataFrame({"n": [1, 2, 3], "word": ["a", "b", "c"]})


# -- addresses -------------------------------------------------------------------------------------------


@pytest.fixture
def bucket(s3_server: S3Server) -> str:
    return s3_server.make_bucket("loader")


@pytest.mark.parametrize("name", ["a.parquet", "a.csv", "a.csv.gz", "a.jsonl", "a.feather", "a.xlsx"])
def test_files_on_s3_are_read_whole_and_in_chunks(
    bucket: str, s3_server: S3Server, tmp_path: Path, name: str
) -> None:
    local = tmp_path / name
    write: dict[str, Any] = {
        ".parquet": FRAME.to_parquet,
        ".csv": lambda path: FRAME.to_csv(path, index=False),
        ".jsonl": lambda path: FRAME.to_json(path, orient="records", lines=True),
        ".feather": FRAME.to_feather,
        ".xlsx": lambda path: FRAME.to_excel(path, index=False),
    }
    write[local.suffixes[0]](local)
    options: dict[str, Any] = dict(s3_server.options)
    fsspec.filesystem("s3", **options).put(str(local), f"{bucket}/some folder/{name}")
    url = f"{bucket}/some folder/{name}"
    pd.testing.assert_frame_equal(LOADER.load(url, storage_options=options), FRAME)
    chunks = list(LOADER.load_chunks(url, rows=2, storage_options=options))
    pd.testing.assert_frame_equal(pd.concat(chunks), FRAME)


def test_what_is_not_on_s3_is_one_sentence(bucket: str, s3_server: S3Server) -> None:
    options = dict(s3_server.options)
    for url in (f"{bucket}/absent.csv", "s3://no-such-bucket/a.csv"):
        with pytest.raises(DataProcessingError, match=f"'{url}' must exist"):
            LOADER.load(url, storage_options=options)
    with pytest.raises((DataProcessingError, ParameterError), match="must be a file"):
        LOADER.load(f"{bucket}/folder/", storage_options=options)


def test_refusals_show_no_secret(s3_server: S3Server) -> None:
    secret = "hunter2-secret"
    with pytest.raises(ParameterError) as caught:
        LOADER.load("s3://b/a.csv", storage_options={"nonsense": secret})
    assert secret not in str(caught.value)
    address = s3_server.options["endpoint_url"].replace("http://", f"http://user:{secret}@")
    with pytest.raises(MLFrameworkError) as other:
        DataLoader(protocols=["http"]).load(f"{address}/none/a.csv?token={secret}")
    assert secret not in str(other.value)
    assert "user" not in str(other.value)
    with pytest.raises(MLFrameworkError) as third:
        LOADER.load(f"https://user:{secret}@127.0.0.1:1/a.csv?token={secret}")
    assert secret not in str(third.value)
    assert "https://127.0.0.1:1/a.csv" in str(third.value)


def test_memory_and_file_addresses(tmp_path: Path) -> None:
    with fsspec.open("memory://loader/a.csv", "wb") as file:
        file.write(b"n,word\n1,a\n2,b\n3,c\n")
    pd.testing.assert_frame_equal(LOADER.load("memory://loader/a.csv"), FRAME)
    FRAME.to_csv(tmp_path / "a b.csv", index=False)
    pd.testing.assert_frame_equal(LOADER.load((tmp_path / "a b.csv").as_uri()), FRAME)
    with pytest.raises(ParameterError, match="a path on this machine"):
        LOADER.load("file://elsewhere/a.csv")
    with fsspec.open("memory://loader/empty.csv", "wb"):
        pass
    for read in (LOADER.load, lambda url: list(LOADER.load_chunks(url))):
        with pytest.raises(DataProcessingError, match=r"'empty.csv' must have content"):
            read("memory://loader/empty.csv")


def test_nothing_is_left_of_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with fsspec.open("memory://loader/c.csv", "wb") as file:
        file.write(b"n\n" + b"1\n" * 100)
    chunks = LOADER.load_chunks("memory://loader/c.csv", rows=10)
    next(chunks)
    assert any(tmp_path.iterdir())
    chunks.close()  # type: ignore[attr-defined]
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    "url",
    [
        "simplecache::s3://b/a.csv",
        "zip://a.csv::file:///etc/secret.zip",
        "s3://b/a.csv::file:///etc/passwd",
        "zip://a.csv",
        "reference://a.csv",
        "http://example.org/a.csv",
        "ssh://host/a.csv",
        "data:text/csv;base64,YQ==",
        "SIMPLECACHE::file:///etc/passwd",
    ],
)
def test_protocols_that_are_not_allowed(url: str) -> None:
    for read in (LOADER.load, LOADER.load_chunks):
        with pytest.raises((ParameterError, DataProcessingError)) as caught:
            read(url)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("mark", ["", "/", "?", "#", "@", "/?#@"])
@pytest.mark.parametrize(
    "form",
    [
        "mysql://u:{}@h/db", "https://u:{}@127.0.0.1:1/a.csv", " postgresql://u:{}@127.0.0.1:1/db",
        "postgresql://u:{}@127.0.0.1:1/db ", "my sql://u:{}@h/db", "postgresql+psycopg_async://u:{}@127.0.0.1:1/db",
        "postgresql:/u:{}@h/db", "\tpostgresql:u:{}@h/db", "postgresql://u:{}@127.0.0.1:1/db", "s3://u:{}@b/a.csv",
        "sqlite://u:{}@h/x.db", "mongodb://u:{}@127.0.0.1:1/db?serverSelectionTimeoutMS=1", "https://u:{}@h/a",
        "file://u:{}@h/x.csv", "https://u:{}@127.0.0.1:1/a.csv::b",
    ],
)  # fmt: skip
def test_no_password_of_an_address_is_shown(form: str, mark: str) -> None:
    options: dict[str, Any] = {}
    if form.startswith(("postgresql:/", "postgresql+", "sqlite")) and ":/u" not in form:
        options = {"table": "t"}
    elif form.startswith("mongodb"):
        options = {"collection": "c"}
    for password in (f"hidden{mark}word", f"{mark}hidden-word", f"hidden-word{mark}"):
        with pytest.raises(MLFrameworkError) as refused:
            LOADER.load(form.format(password), **options)
        assert "hidden" not in str(refused.value) and "word" not in str(refused.value).replace("password", "")
        assert "\n" not in str(refused.value) and "local file" not in str(refused.value)


def test_what_looks_like_an_address_is_never_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / " s3:").mkdir()
    FRAME.to_csv(tmp_path / " s3:" / "a.csv", index=False)
    with pytest.raises(ParameterError, match="a path, or an address without white space"):
        LOADER.load(" s3://a.csv")
    FRAME.to_csv(tmp_path / "at@home 12:30.csv", index=False)
    assert len(LOADER.load("at@home 12:30.csv")) == len(FRAME)


def test_a_file_whose_query_holds_an_at_keeps_its_ending() -> None:
    with pytest.raises(StoreError, match=r"The file 'https://…' cannot be read"):
        LOADER.load("https://127.0.0.1:1/a.csv?by=me@token")


def test_a_loader_for_addresses_from_outside_reads_nothing_else(tmp_path: Path) -> None:
    narrow = DataLoader(protocols=["s3"])
    FRAME.to_csv(tmp_path / "a.csv", index=False)
    for source in (
        tmp_path / "a.csv",
        str(tmp_path / "a.csv"),
        (tmp_path / "a.csv").as_uri(),
        "memory://a.csv",
        f"sqlite:///{tmp_path}/a.db",
        "mongodb://host/db",
    ):
        with pytest.raises(ParameterError, match=r"of an allowed protocol \(s3\)"):
            narrow.load(source)
    with pytest.raises(ParameterError, match="a list of protocol names"):
        DataLoader(protocols="s3")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingExtraError, match=r"gs:// needs the package 'gcsfs'"):
        LOADER.load("gs://bucket/a.csv")

    def absent(url: str, **options: Any) -> Any:
        raise ImportError("s3fs")

    monkeypatch.setattr("fsspec.core.url_to_fs", absent)
    with pytest.raises(MissingExtraError, match=r"ml-analytics\[s3\]"):
        LOADER.load("s3://bucket/a.csv", storage_options={"anon": True})


def test_options_of_another_source_are_refused(tmp_path: Path) -> None:
    FRAME.to_csv(tmp_path / "a.csv", index=False)
    for source, option in (
        (tmp_path / "a.csv", {"query": "SELECT 1"}),
        (tmp_path / "a.csv", {"storage_options": {"key": "x"}}),
        (FRAME, {"encoding": "latin-1"}),
        ("mongodb://host/db", {"table": "t"}),
        ("sqlite:///a.db", {"where": {"a": 1}}),
    ):
        with pytest.raises(ParameterError, match="must be left out for"):
            LOADER.load(source, **option)
    with pytest.raises(ParameterError, match="of the names format, text"):
        LOADER.load(tmp_path / "a.csv", sep=";")  # type: ignore[call-arg]
    with pytest.raises(ParameterError, match="one of pandas, polars, arrow"):
        LOADER.load(tmp_path / "a.csv", output="dask")  # type: ignore[arg-type]


# -- SQL -------------------------------------------------------------------------------------------------


@pytest.fixture
def shop(tmp_path: Path) -> str:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute('CREATE TABLE "odd ""name" (n INTEGER, late INTEGER, word TEXT)')
        connection.executemany(
            'INSERT INTO "odd ""name" VALUES (?, ?, ?)',
            [(i, None if i == 9 else i + 2**53, f"w{i}") for i in range(10)],
        )
    connection.close()
    return f"sqlite:///{tmp_path}/shop.db"


def test_a_table_of_sqlite_by_name(shop: str) -> None:
    frame = LOADER.load(shop, table='odd "name')
    assert frame["n"].tolist() == list(range(10))
    assert frame["late"].iloc[1] == 2**53 + 1
    chunks = list(LOADER.load_chunks(shop, rows=4, table='odd "name'))
    assert [len(chunk) for chunk in chunks] == [4, 4, 2]
    assert len({tuple(map(str, chunk.dtypes)) for chunk in chunks}) == 1
    assert pd.concat(chunks)["late"].iloc[1] == 2**53 + 1
    assert pd.concat(chunks).index.tolist() == list(range(10))
    assert isinstance(LOADER.load(shop, table='odd "name', output="arrow"), pa.Table)


def test_parameters_are_bound_and_an_empty_answer_is_an_answer(shop: str) -> None:
    query = 'SELECT n FROM "odd ""name" WHERE word = :word'
    assert LOADER.load(shop, query=query, parameters={"word": "w3"})["n"].tolist() == [3]
    nothing = LOADER.load(shop, query=query, parameters={"word": "' OR 1=1 --"})
    assert (list(nothing), len(nothing)) == (["n"], 0)


@pytest.mark.parametrize("table", ['x"; DROP TABLE sales; --', "", "a.b.c", ".a", "a\x00b", 5])
def test_a_name_of_a_table_is_never_a_statement(shop: str, table: Any) -> None:
    with pytest.raises(MLFrameworkError) as caught:
        LOADER.load(shop, table=table)
    assert "\n" not in str(caught.value)


def test_queries_that_cannot_be(shop: str) -> None:
    with pytest.raises(ParameterError, match="Got 'neither' instead"):
        LOADER.load(shop)
    with pytest.raises(ParameterError, match="Got 'both' instead"):
        LOADER.load(shop, query="SELECT 1", table="t")
    with pytest.raises(ParameterError, match="a SELECT statement"):
        LOADER.load(shop, query={"a": 1})
    with pytest.raises(MLFrameworkError):
        LOADER.load(shop, query='DELETE FROM "odd ""name"')
    assert len(LOADER.load(shop, table='odd "name')) == 10


@pytest.fixture(scope="module")
def on_postgres(postgres: PostgresServer) -> Iterator[str]:
    postgres.create_database("loader")
    engine = create_engine(postgres.superuser.url.set(database="loader"))
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE sales (n integer, day date, at timestamptz, local timestamp, raw bytea, body jsonb, "
            "tags text[], good boolean)"
        )
        connection.exec_driver_sql(
            "INSERT INTO sales SELECT i, '2024-03-01', '2024-03-01 12:00+02', '2024-03-31 02:30', '\\x00ff', "
            "'{\"k\": 1}', '{a,b}', CASE WHEN i < 5 THEN true END FROM generate_series(1, 9) AS i"
        )
        connection.exec_driver_sql("GRANT SELECT ON sales TO ml_app")
    engine.dispose()
    yield postgres.url("ml_app", "loader")
    postgres.create_database("loader")


def test_types_of_postgresql(on_postgres: str) -> None:
    frame = LOADER.load(on_postgres, table="public.sales")
    with pytest.raises(DataProcessingError, match=r"must be unique. Got 'a' more than once"):
        LOADER.load(on_postgres, query="SELECT 1 AS a, 2 AS a")
    row = frame.iloc[0]
    assert row["at"] == pd.Timestamp("2024-03-01 10:00", tz="UTC")
    assert (row["day"], row["local"]) == (pd.Timestamp("2024-03-01"), pd.Timestamp("2024-03-31 02:30"))
    assert frame["local"].dt.tz is None
    assert (row["raw"], row["body"], list(row["tags"])) == (b"\x00\xff", '{"k": 1}', ["a", "b"])
    chunks = list(LOADER.load_chunks(on_postgres, rows=4, query="SELECT n, good FROM sales ORDER BY n"))
    assert [str(kind) for kind in chunks[0].dtypes] == ["Int64", "boolean"]
    assert len({tuple(map(str, chunk.dtypes)) for chunk in chunks}) == 1
    assert pd.concat(chunks)["n"].tolist() == list(range(1, 10))


def test_a_wrong_password_is_not_shown(on_postgres: str) -> None:
    with pytest.raises(StoreError) as caught:
        LOADER.load(on_postgres.replace("secret", "hunter2").replace("ml_app", "nobody_such"), table="sales")
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


# -- MongoDB ---------------------------------------------------------------------------------------------


@pytest.fixture
def news(mongodb: MongoServer) -> Iterator[str]:
    url = mongodb.url("foreign")
    with MongoClient[dict[str, Any]](url) as client:
        client.drop_database("foreign")
        client["foreign"]["news"].insert_many(
            {
                "_id": ObjectId(f"{i:024x}"),
                "author": ObjectId(f"{i % 3:024x}"),
                "title": f"t{i}",
                "likes": Int64(i + 2**53),
                "at": datetime(2024, 1, 1 + i, 12, tzinfo=UTC),
                "body": {"words": [i, {"deep": ObjectId(f"{i:024x}")}]},
                **({"late": i} if i == 9 else {}),
            }
            for i in range(10)
        )
    yield url


def test_a_foreign_collection(news: str) -> None:
    frame = LOADER.load(news, collection="news")
    assert frame["_id"].tolist() == [f"{i:024x}" for i in range(10)]
    assert frame["likes"].tolist() == [i + 2**53 for i in range(10)]
    assert str(frame["at"].dt.tz) == "UTC"
    assert frame["at"].iloc[3] == pd.Timestamp("2024-01-04 12:00", tz="UTC")
    assert frame["body"].iloc[3] == {"words": [3, {"deep": f"{3:024x}"}]}
    assert frame["late"].isna().sum() == 9
    chunks = list(LOADER.load_chunks(news, rows=4, collection="news"))
    assert [len(chunk) for chunk in chunks] == [4, 4, 2]
    pd.testing.assert_frame_equal(pd.concat(chunks), frame)
    table = LOADER.load(news, collection="news", output="arrow")
    assert table["body"].to_pylist()[0] == '{"words": [0, {"deep": "000000000000000000000000"}]}'
    assert pa.concat_tables(LOADER.load_chunks(news, 4, collection="news", output="arrow")).equals(table)


def test_documents_by_equality_fields_and_time(news: str) -> None:
    some = LOADER.load(news, collection="news", where={"author": f"{1:024x}"}, fields=["title", "absent"])
    assert some["title"].tolist() == ["t1", "t4", "t7"]
    assert list(some) == ["title", "absent"]
    one_of = LOADER.load(news, collection="news", where={"title": ["t2", "t5"], "late": None})
    assert one_of["title"].tolist() == ["t2", "t5"]
    span = {"start": "2024-01-03", "end": datetime(2024, 1, 5, 12, tzinfo=UTC)}
    timed = LOADER.load(news, collection="news", time_range=span, time_field="at")
    assert timed["title"].tolist() == ["t2", "t3"]
    raw = LOADER.load(news, collection="news", query={"likes": {"$gte": 2**53 + 8}}, fields=["title"])
    assert raw["title"].tolist() == ["t8", "t9"]
    nothing = LOADER.load(news, collection="news", where={"title": "none"}, fields=["title"])
    assert (list(nothing), len(nothing)) == (["title"], 0)


@pytest.mark.parametrize(
    "where",
    [
        {"title": {"$ne": None}},
        {"$where": "1"},
        {"body.words": 1},
        {"title": ["a", {"$gt": ""}]},
        {"title": [["a"]]},
        {"at": datetime(2024, 1, 1)},
        ["title"],
        {"a\x00b": 1},
    ],
)
def test_operators_do_not_pass_for_values(news: str, where: Any) -> None:
    with pytest.raises(ParameterError, match="'where' parameter of DataLoader"):
        LOADER.load(news, collection="news", where=where)


def test_mongodb_parameters_that_cannot_be(news: str) -> None:
    for options, words in (
        ({}, "'collection'"),
        ({"collection": "$cmd"}, "'collection'"),
        ({"collection": "a..b"}, "'collection'.*Got 'a..b'"),
        ({"collection": "news", "query": {}, "where": {}}, "'where'"),
        ({"collection": "news", "query": "title"}, "'query'"),
        ({"collection": "news", "fields": "title"}, "'fields'"),
        ({"collection": "news", "fields": ["$title"]}, "'fields'"),
        ({"collection": "news", "time_range": {"start": "2024-01-01"}}, "'time_field'"),
    ):
        with pytest.raises(ParameterError, match=words):
            LOADER.load(news, **options)
    with pytest.raises(DataProcessingError, match=r"must name a collection of the database. Got 'absent'"):
        LOADER.load(news, collection="absent")
    with pytest.raises(DataProcessingError, match="Got 'absent'"):
        list(LOADER.load_chunks(news, collection="absent"))


def test_kinds_of_mongodb(mongodb: MongoServer) -> None:
    with MongoClient[dict[str, Any]](mongodb.url("kinds")) as client:
        client.drop_database("kinds")
        client["kinds"]["all"].insert_many(
            [
                {"_id": 1, "price": Decimal128("1.10"), "raw": Binary(b"\x00"), "mixed": 1, "flag": True},
                {"_id": 2, "price": None, "raw": b"x", "mixed": "x"},
            ]
        )
        client["kinds"]["far"].insert_one({"_id": 1, "at": -(10**15)})
    frame = LOADER.load(mongodb.url("kinds"), collection="all")
    assert frame["price"].iloc[0] == Decimal("1.10")
    assert frame["raw"].tolist() == [b"\x00", b"x"]
    assert frame["mixed"].tolist() == [1, "x"]
    assert frame["flag"].tolist() == [True, None]
    table = LOADER.load(mongodb.url("kinds"), collection="all", output="arrow")
    assert table["price"].to_pylist() == ["1.10", None]
    assert table["mixed"].to_pylist() == ["1", "x"]


@pytest.mark.parametrize(
    ("options", "looks", "connects"),
    [
        ("", 5, 5),
        ("?serverSelectionTimeoutMS=70", 0.07, 5),
        ("?SERVERselectionTimeoutMS=70&connecttimeoutms=90", 0.07, 0.09),
    ],
)
def test_the_address_says_how_long_a_server_is_looked_for(
    options: str, looks: float, connects: float, mongodb: MongoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[MongoClient[dict[str, Any]]] = []

    def client(*args: Any, **kwargs: Any) -> MongoClient[dict[str, Any]]:
        made.append(MongoClient(*args, **kwargs))
        return made[0]

    monkeypatch.setattr("pymongo.MongoClient", client)
    with pytest.raises(DataProcessingError, match="Got 'absent'"):
        LOADER.load(mongodb.url("patience") + options, collection="absent")
    assert made[0].options.server_selection_timeout == looks
    assert made[0].options.pool_options.connect_timeout == connects


def test_a_server_that_is_not_there_or_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = "?serverSelectionTimeoutMS=300"
    with pytest.raises(StoreError) as absent:
        LOADER.load(f"mongodb://user:hunter2@127.0.0.1:1/db{quick}", collection="news")
    assert "hunter2" not in str(absent.value)
    assert "user" not in str(absent.value)
    for url in ("mongodb://127.0.0.1:1", "mongodb://user:hunter2@:x/db", "mongodb://user:hunter2@a@b/db"):
        with pytest.raises(ParameterError) as wrong:
            LOADER.load(url, collection="news")
        assert "hunter2" not in str(wrong.value)
    with MongoServer() as server:
        with MongoClient[dict[str, Any]](server.url("db")) as client:
            client["db"]["many"].insert_many({"_id": i, "text": "x" * 1000} for i in range(3000))
        real = mongodb_source._row

        def stop_then_go_on(document: Any) -> Any:
            server.stop(kill=True)
            return real(document)

        with monkeypatch.context() as patched:
            patched.setattr(mongodb_source, "_row", stop_then_go_on)
            with pytest.raises(StoreError, match="'many' cannot be read from MongoDB") as gone:
                LOADER.load(server.url("db") + quick, collection="many")
        assert "\n" not in str(gone.value)


@pytest.mark.parametrize("option", ["tlsCAFile", "tlsCertificateKeyFile"])
def test_a_file_that_the_address_names_and_is_not_there(tmp_path: Path, option: str) -> None:
    url = f"mongodb://me:hidden-word@127.0.0.1:1/x?tls=true&{option}={tmp_path}/absent.pem"
    with pytest.raises(ParameterError, match=r"'source'.*files that can be read") as refused:
        LOADER.load(url, collection="c")
    assert "hidden-word" not in str(refused.value)


def test_a_wrong_password_of_mongodb_is_one_sentence() -> None:
    with MongoServer(auth=True) as server, pytest.raises(StoreError) as caught:
        LOADER.load(server.url("db").replace("://", "://nobody:hunter2@"), collection="news")
    assert "hunter2" not in str(caught.value)
    assert "nobody" not in str(caught.value)
    assert "refuses this user or password" in str(caught.value)
