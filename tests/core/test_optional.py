"""Optional packages: the error names the extra."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest

from ml_analytics.core.errors import MissingExtraError
from ml_analytics.core.optional import available, require


def test_an_installed_package_is_imported() -> None:
    assert require("math", "any", "Sums") is math
    assert available("math")


@pytest.mark.parametrize("name", ["no_such_package", "no_such_package.part"])
def test_an_absent_package_names_its_extra(name: str) -> None:
    with pytest.raises(MissingExtraError, match=r"PostgreSQL needs .*pip install 'ml-analytics\[postgres\]'"):
        require(name, "postgres", "PostgreSQL")
    assert not available(name)


def test_a_package_that_fails_inside_is_not_called_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "half_installed.py").write_text("import what_it_needs_itself\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModuleNotFoundError, match="what_it_needs_itself") as caught:
        require("half_installed", "extra", "Something")
    assert not isinstance(caught.value, MissingExtraError)


def test_asking_imports_nothing() -> None:
    name = "this"  # prints a poem when imported, so nothing else has imported it
    assert name not in sys.modules
    assert available(name)
    assert name not in sys.modules
