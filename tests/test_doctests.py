"""The examples in docstrings run, in every module, and importing a module warns about nothing."""

from __future__ import annotations

import doctest
import pkgutil
import subprocess
import sys
import warnings
from importlib import import_module
from pathlib import Path

import pytest

import ml_analytics

MODULES = [
    "ml_analytics",
    *sorted(
        one.name
        for one in pkgutil.walk_packages(ml_analytics.__path__, "ml_analytics.", onerror=lambda name: None)
        if not one.name.endswith((".__main__", ".migrations.env"))
    ),
]
"""Without the script's entry and Alembic's, which run when they are imported."""


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ML_ANALYTICS_HOME", str(tmp_path / "home"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        module = import_module(name)
        failed, _ = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert failed == 0


def test_importing_every_module_afresh_warns_about_nothing() -> None:
    script = f"from importlib import import_module\nfor name in {MODULES!r}: import_module(name)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_every_file_is_among_them() -> None:
    root = Path(str(ml_analytics.__file__)).parent
    files = {
        ".".join(["ml_analytics", *path.relative_to(root).with_suffix("").parts]).removesuffix(".__init__")
        for path in root.rglob("*.py")
    }
    left_out = {name for name in files if name.endswith((".__main__", ".migrations.env"))}
    assert set(MODULES) == files - left_out


def test_a_wrong_example_would_be_found() -> None:
    wrong = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, 0)
    assert doctest.DocTestRunner(verbose=False).run(wrong, out=lambda text: None).failed == 1
