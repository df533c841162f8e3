"""``doctor`` over real servers: each on its own row, and what is wrong with one hides no other."""

from __future__ import annotations

import gc
import json
from pathlib import Path
from typing import Any

import pytest
import redis
import yaml

from ml_analytics.cli import main
from ml_analytics.stores.testing.servers import MongoServer, PostgresServer, RedisServer, S3Server

WORD = "hidden-word"
Rows = dict[str, dict[str, Any]]


class Doctor:
    """Asks the doctor about settings."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self.file = home / "settings.yaml"
        self._capsys = capsys

    def rows(self, *, code: int, **settings: Any) -> Rows:
        self.file.write_text(yaml.safe_dump(settings))
        assert main([*self._options(), "doctor", "--json"]) == code
        told = self._capsys.readouterr()
        assert WORD not in told.out + told.err and "Traceback" not in told.err
        found = {one["name"]: one for one in json.loads(told.out)}
        assert list(found) == ["records", "documents", "artifacts", "cache", "online"]
        for one in found.values():
            assert one["ok"] == (one["mend"] == "") and one["where"] and "@" not in one["where"]
            assert one["ok"] or (one["mend"].endswith(".") and "\n" not in one["mend"])
        return found

    def table(self) -> str:
        main([*self._options(), "doctor"])
        return self._capsys.readouterr().out

    def _options(self) -> list[str]:
        return ["--config", str(self.file), "--home", str(self.home)]


@pytest.fixture
def doctor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Doctor:
    return Doctor(tmp_path, capsys)


@pytest.fixture(scope="module")
def records(postgres: PostgresServer) -> dict[str, str]:
    postgres.create_database("doctor")
    roles = {"database_url": "ml_app", "database_owner_url": "ml_owner"}
    return {setting: postgres.url(role, "doctor") for setting, role in roles.items()}


def failing(rows: Rows) -> list[str]:
    return [name for name, one in rows.items() if not one["ok"]]


def test_every_server_is_well(
    doctor: Doctor,
    records: dict[str, str],
    mongodb: MongoServer,
    redis_server: RedisServer,
    s3_server: S3Server,
) -> None:
    bucket = s3_server.make_bucket("doctor-well")
    rows = doctor.rows(
        code=0,
        **records,
        documents_url=mongodb.url("doctor"),
        cache_url=redis_server.url(3),
        artifacts_url=f"{bucket}/artifacts",
        artifacts_options=s3_server.options,
    )
    assert rows["records"]["version"].startswith("PostgreSQL 18")
    assert rows["documents"]["version"].startswith("MongoDB ")
    assert "wire protocol" in rows["documents"]["version"]
    assert rows["artifacts"]["version"].startswith("s3 by s3fs ")
    assert rows["cache"]["version"] == rows["online"]["version"] != ""
    assert rows["cache"]["version"].startswith("Redis ")
    assert rows["artifacts"]["where"] == "s3://doctor-well/artifacts"
    assert rows["documents"]["where"] == mongodb.url("doctor")
    assert all(0 < one["latency_ms"] < 60_000 for one in rows.values())
    with redis.Redis.from_url(redis_server.url(3)) as client:
        assert not client.keys("ml_analytics/online/*"), "the doctor leaves no rows"


def test_online_features_beside_the_documents(doctor: Doctor, mongodb: MongoServer) -> None:
    rows = doctor.rows(code=0, documents_url=mongodb.url("doctor"))
    assert rows["online"]["version"] == rows["documents"]["version"]
    assert rows["online"]["where"] == rows["documents"]["where"] == mongodb.url("doctor")


def test_wrong_passwords(doctor: Doctor, postgres: PostgresServer, records: dict[str, str]) -> None:
    with RedisServer(password="right-word") as server:
        rows = doctor.rows(
            code=2,
            database_url=postgres.url("ml_guarded", "doctor", WORD),
            cache_url=server.url().replace("right-word", WORD),
        )
    assert failing(rows) == ["records", "documents", "cache", "online"]
    assert "password" in rows["records"]["mend"] and "ml_guarded" not in json.dumps(rows)
    assert "refuses the user or the password: check the setting 'cache_url'" in rows["cache"]["mend"]
    assert "mend those" in rows["documents"]["mend"]


# pymongo's client warns when it is collected without having been closed.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_servers_that_are_not_there(doctor: Doctor) -> None:
    rows = doctor.rows(
        code=2,
        documents_url=f"mongodb://me:{WORD}@127.0.0.1:1/ml?serverSelectionTimeoutMS=200",
        cache_url=f"redis://me:{WORD}@127.0.0.1:1/0",
        artifacts_url="s3://bucket/prefix",
        artifacts_options={"endpoint_url": "http://127.0.0.1:1", "key": "someone", "secret": WORD},
    )
    assert failing(rows) == ["documents", "artifacts", "cache", "online"]
    assert rows["documents"]["where"] == "mongodb://127.0.0.1:1/ml"
    assert rows["cache"]["where"] == rows["online"]["where"] == "redis://127.0.0.1:1/0"
    assert "check that it runs" in rows["documents"]["mend"] and "check that it runs" in rows["cache"]["mend"]
    assert "cannot be reached" in rows["artifacts"]["mend"]
    gc.collect()


def test_a_missing_bucket(doctor: Doctor, s3_server: S3Server) -> None:
    rows = doctor.rows(code=2, artifacts_url="s3://no-such-bucket", artifacts_options=s3_server.options)
    assert failing(rows) == ["artifacts"]
    assert rows["artifacts"]["mend"].startswith("The bucket 'no-such-bucket' does not exist: create it")


def test_addresses_of_another_kind(doctor: Doctor) -> None:
    rows = doctor.rows(
        code=2,
        documents_url=f"postgresql://me:{WORD}@host/x",
        cache_url=WORD,
        artifacts_url=f"s3://me:{WORD}@bucket",
    )
    assert failing(rows) == ["documents", "artifacts", "cache", "online"]
    assert rows["cache"]["where"] == "an address that cannot be read"


def test_a_redis_that_may_push_features_out(doctor: Doctor) -> None:
    with RedisServer() as server:
        with redis.Redis.from_url(server.url()) as admin:
            admin.config_set("maxmemory", "100mb")
            admin.config_set("maxmemory-policy", "allkeys-lru")
            rows = doctor.rows(code=2, cache_url=server.url())
            assert failing(rows) == ["cache", "online"]
            assert "volatile-lru" in rows["online"]["mend"]
            admin.config_set("maxmemory-policy", "volatile-lru")
        assert failing(doctor.rows(code=0, cache_url=server.url())) == []


def test_the_table_says_each_sentence_once(doctor: Doctor) -> None:
    doctor.rows(code=2, cache_url=f"redis://me:{WORD}@127.0.0.1:1/0")
    shown = doctor.table()
    assert WORD not in shown
    assert shown.count("cannot be reached") == 1 and "cache, online: Redis at" in shown
