"""What code and which libraries made a result."""

from __future__ import annotations

import platform
import re
from importlib.metadata import version
from pathlib import Path

import pytest

from ml_analytics.core import environment
from ml_analytics.core.environment import LIBRARIES, code_version, library_versions


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of two files in place of ours."""
    core = tmp_path / "core"
    core.mkdir()
    (core / "environment.py").write_text("A = 1\n")
    (tmp_path / "other.py").write_text("B = 1\n")
    monkeypatch.setattr(environment, "__file__", str(core / "environment.py"))
    return tmp_path


def fresh() -> str:
    return code_version.__wrapped__()


def test_the_code_version_has_number_and_hash_and_stays() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*\+[0-9a-f]{12}", code_version())
    assert code_version() == fresh()


def test_an_edit_a_new_file_and_a_new_name_give_another_version(package: Path) -> None:
    seen = [fresh()]
    (package / "other.py").write_text("B = 2\n")
    seen.append(fresh())
    (package / "more.py").write_text("")
    seen.append(fresh())
    (package / "more.py").rename(package / "less.py")
    seen.append(fresh())
    assert len(set(seen)) == len(seen)


def test_what_is_not_code_changes_nothing(package: Path) -> None:
    before = fresh()
    (package / "notes.txt").write_text("x")
    assert fresh() == before


def test_installed_libraries_are_named_and_absent_ones_left_out() -> None:
    found = library_versions(("numpy", "no-such-library"))
    assert found == {"python": platform.python_version(), "numpy": version("numpy")}
    assert set(library_versions()) == {"python", *LIBRARIES}
