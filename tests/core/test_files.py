"""A file is there in full or not at all, whatever fails on the way (C2)."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ml_analytics.core import files
from ml_analytics.core.errors import StoreError
from ml_analytics.core.files import make_directory, replacing, write_atomically

OLD, NEW = b"old content", b"new content"


def everything_in(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def failing(code: int) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> Any:
        raise OSError(code, os.strerror(code))

    return fail


def test_what_is_written_is_there(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "file"
    write_atomically(path, NEW)
    assert everything_in(path.parent) == {"file": NEW}
    write_atomically(path, OLD)
    assert everything_in(path.parent) == {"file": OLD}


def test_others_may_read_but_not_write(tmp_path: Path) -> None:
    write_atomically(tmp_path / "file", NEW)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o644


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
@pytest.mark.parametrize(
    ("owner", "name"), [(Path, "write_bytes"), (os, "fsync"), (Path, "replace"), (Path, "chmod")]
)
def test_a_failure_leaves_the_old_file_and_nothing_else(
    code: int, owner: Any, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(OLD)
    with monkeypatch.context() as broken:
        broken.setattr(owner, name, failing(code))
        with pytest.raises(StoreError) as caught:
            write_atomically(path, NEW)
    assert str(caught.value) == f"Cannot write '{path}': {os.strerror(code)}."
    assert everything_in(tmp_path) == {"file": OLD}


def test_a_full_disk_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No space left"), replacing(tmp_path / "file") as temporary:
        temporary.write_bytes(b"half of it")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert everything_in(tmp_path) == {}


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit, ValueError])
def test_an_interruption_leaves_nothing_and_is_passed_on(
    interruption: type[BaseException], tmp_path: Path
) -> None:
    with pytest.raises(interruption), replacing(tmp_path / "file") as temporary:
        temporary.write_bytes(b"half of it")
        raise interruption
    assert everything_in(tmp_path) == {}


@pytest.mark.parametrize("where", ["write", "fsync", "replace"])
def test_killed_anywhere_the_old_file_stands_under_its_name(where: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(OLD)
    script = f"""
import os, signal, sys
from pathlib import Path
from ml_analytics.core import files
def die(*a, **k): os.kill(os.getpid(), signal.SIGKILL)
if {where!r} == "write": Path.write_bytes = die
elif {where!r} == "fsync": os.fsync = die
else: Path.replace = die
files.write_atomically(Path(sys.argv[1]), {NEW!r})
"""
    done = subprocess.run([sys.executable, "-c", script, str(path)], check=False, timeout=60)
    assert done.returncode != 0
    assert path.read_bytes() == OLD
    assert all(one.name == "file" or one.suffix == ".part" for one in tmp_path.iterdir())
    write_atomically(path, NEW)
    assert path.read_bytes() == NEW


def test_bytes_are_on_the_disk_before_the_name_and_the_name_before_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    sync, replace = os.fsync, Path.replace

    def note_sync(descriptor: int) -> None:
        order.append("sync directory" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "sync file")
        sync(descriptor)

    def note_replace(self: Path, target: Path) -> Path:
        order.append("rename")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "replace", note_replace)
    write_atomically(tmp_path / "file", NEW)
    assert order == ["sync file", "rename", "sync directory"]


def test_a_new_directory_is_durable_in_the_one_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(files, "sync_directory", synced.append)
    make_directory(tmp_path / "a" / "b")
    make_directory(tmp_path / "a" / "b")
    assert sorted(synced) == [tmp_path, tmp_path / "a"]


def test_a_directory_in_the_way_and_a_file_as_directory_are_said(tmp_path: Path) -> None:
    (tmp_path / "directory").mkdir()
    (tmp_path / "file").write_bytes(OLD)
    for path in (tmp_path / "directory", tmp_path / "file" / "below"):
        with pytest.raises(StoreError, match="Cannot write"):
            write_atomically(path, NEW)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["directory", "file"]
    assert (tmp_path / "file").read_bytes() == OLD


def test_no_permission_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "NamedTemporaryFile", failing(errno.EACCES))
    with pytest.raises(StoreError, match="Permission denied"):
        write_atomically(tmp_path / "file", NEW)
    assert everything_in(tmp_path) == {}
