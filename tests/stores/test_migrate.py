from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, inspect

from ml_analytics.core.errors import StoreError
from ml_analytics.core.settings import Settings
from ml_analytics.stores import open_stores
from ml_analytics.stores.engine import make_engine
from ml_analytics.stores.migrate import HEAD, alembic_config, current_revision, upgrade
from ml_analytics.stores.tables import METADATA


@pytest.fixture
def engine(tmp_path: Path) -> Any:
    made = make_engine(f"sqlite:///{tmp_path / 'a.db'}")
    yield made
    made.dispose()


def differences(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, METADATA))


def test_head_is_the_newest_revision() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD]


def test_migrations_and_metadata_agree_on_sqlite(engine: Engine) -> None:
    upgrade(engine)
    assert differences(engine) == []


def test_migrations_and_metadata_agree_on_postgresql(postgres: Any, tmp_path: Path) -> None:
    postgres.create_database("migrated")
    owner = postgres.url("ml_owner", "migrated")
    settings = Settings(
        home=tmp_path, database_url=postgres.url("ml_app", "migrated"), database_owner_url=owner
    )
    open_stores(settings).close()
    engine = make_engine(owner)
    assert differences(engine) == []
    engine.dispose()


def test_a_second_time_is_one_select_and_no_alembic(tmp_path: Path) -> None:
    open_stores(tmp_path).close()
    code = (
        "import sys; from ml_analytics.stores import open_stores; open_stores(sys.argv[1]).close();"
        "print([name for name in sys.modules if name.startswith('alembic')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
    engine = make_engine(f"sqlite:///{tmp_path / 'ml_analytics.db'}")
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    upgrade(engine)
    engine.dispose()
    assert [one for one in asked if not one.startswith("BEGIN")] == [
        "SELECT version_num FROM alembic_version"
    ]


def test_a_newer_database_is_refused(engine: Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=f"at schema 9999.*up to {HEAD}.*install a newer"):
        upgrade(engine)


def test_a_failed_upgrade_changes_nothing(engine: Engine) -> None:
    # The last table of the revision is in the way: the first ones must not stay behind.
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE documents (x INTEGER)")
    with pytest.raises(StoreError, match="already exists"):
        upgrade(engine)
    assert inspect(engine).get_table_names() == ["documents"]
    assert current_revision(engine) is None


def test_downgrade_leaves_nothing(engine: Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    upgrade(engine)
    assert current_revision(engine) == HEAD


def test_processes_that_open_a_new_home_at_once(tmp_path: Path) -> None:
    code = (
        "import sys; from ml_analytics.stores import open_stores; sys.stdin.read();"
        "open_stores(sys.argv[1]).close(); print('opened')"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "home")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for child in children:
        assert child.stdin is not None
        child.stdin.close()
        child.stdin = None
    assert [child.communicate() for child in children] == [("opened\n", "")] * 3


def test_threads_that_open_new_homes_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        for number, opened in enumerate(pool.map(lambda one: open_stores(tmp_path / str(one)), range(4))):
            assert opened.location == str(tmp_path / str(number) / "ml_analytics.db")
            opened.close()


def test_roles_on_postgresql_may_race_too(postgres: Any, tmp_path: Path) -> None:
    postgres.create_database("raced")
    settings = Settings(
        home=tmp_path,
        database_url=postgres.url("ml_app", "raced"),
        database_owner_url=postgres.url("ml_owner", "raced"),
    )
    with ThreadPoolExecutor(4) as pool:
        for opened in pool.map(lambda _: open_stores(settings), range(4)):
            opened.close()
    engine = create_engine(postgres.superuser.url.set(database="raced"))
    assert inspect(engine).has_table("documents")
    engine.dispose()
