"""Every public name exists, is typed, is loaded only when used, and says the truth about its defaults.

Run as a script this file writes the stub ``src/ml_analytics/__init__.pyi`` anew.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import ml_analytics
from ml_analytics._exports import EXPORTS

STUB = Path(__file__).resolve().parent.parent / "src" / "ml_analytics" / "__init__.pyi"
HEAVY = ("mlflow", "torch", "sklearn", "pandas", "sqlalchemy", "fastapi", "ray")
ALIASES = {
    "BaseModelTrainer": "Trainer",
    "DataManager": "MLDataManager",
    "ModelVersioning": "ModelRegistry",
    "PerformanceMonitor": "ModelMonitoring",
    "RealtimePredictor": "Predictor",
}


def expected_stub() -> str:
    """Return the text of the stub: one explicit re-export per public name, for type checkers and editors."""
    homes: dict[str, list[str]] = {}
    for name, home in EXPORTS.items():
        homes.setdefault(home, []).append(name)
    lines = ["# Written by tests/test_public_names.py from _exports.py; a test holds both equal."]
    for home in sorted(homes):
        lines += [f"from {home} import {name} as {name}" for name in sorted(homes[home], key=_import_order)]
    return "\n".join([*lines, "", "__version__: str", "__all__: list[str]", ""])


def _import_order(name: str) -> tuple[bool, bool, str]:
    return (not name.isupper(), not name[0].isupper(), name.lower())


@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_every_public_name_exists_where_it_is_said_to_live(name: str) -> None:
    value = getattr(ml_analytics, name)
    assert value is getattr(import_module(EXPORTS[name], "ml_analytics"), name)
    assert not name.startswith("_")


def test_every_public_name_is_listed() -> None:
    assert sorted(ml_analytics.__all__) == sorted(EXPORTS)
    assert set(EXPORTS) <= set(dir(ml_analytics))
    assert len(ml_analytics.__all__) == len(set(ml_analytics.__all__))


def test_a_star_import_brings_every_public_name() -> None:
    namespace: dict[str, Any] = {}
    exec("from ml_analytics import *", namespace)
    assert set(EXPORTS) <= set(namespace)


@pytest.mark.parametrize("name", ["NoSuchName", "_BY_HOME", "modelregistry"])
def test_another_name_is_an_ordinary_error(name: str) -> None:
    with pytest.raises(AttributeError, match=name):
        getattr(ml_analytics, name)


def test_the_stub_says_what_the_package_exports() -> None:
    assert STUB.read_text(encoding="utf-8") == expected_stub(), "run: python tests/test_public_names.py"


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_a_second_name_is_the_same_thing(alias: str, name: str) -> None:
    assert getattr(ml_analytics, alias) is getattr(ml_analytics, name)


def test_no_other_class_has_two_names() -> None:
    first: dict[int, str] = {}
    for name in sorted(EXPORTS):
        other = first.setdefault(id(getattr(ml_analytics, name)), name)
        assert other == name or other in ALIASES or name in ALIASES, (other, name)


def test_importing_the_package_loads_no_framework() -> None:
    script = "import json, sys; import ml_analytics; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120
    )
    loaded = set(json.loads(done.stdout))
    assert not loaded & set(HEAVY)
    ours = {name for name in loaded if name.startswith("ml_analytics")}
    assert ours == {"ml_analytics", "ml_analytics._exports"}


def test_the_version_is_that_of_the_distribution() -> None:
    text = (STUB.parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert f'\nversion = "{ml_analytics.__version__}"\n' in text


# -- documented defaults ---------------------------------------------------------------------------------


def callables(name: str) -> list[tuple[str, Any]]:
    """Return a public name and, for a class, its public methods, by dotted name."""
    value = getattr(ml_analytics, name)
    members = inspect.getmembers(value, inspect.isroutine) if inspect.isclass(value) else []
    return [(name, value), *((f"{name}.{one}", member) for one, member in members if not one.startswith("_"))]


def wrong_defaults(value: Any) -> list[str]:
    """Return the documented defaults of ``value`` that its signature contradicts.

    ``(default X)`` in a docstring belongs to the parameter that was named last before it.
    """
    said = inspect.getdoc(value) or ""
    if not callable(value) or "(default " not in said:
        return []
    parameters = inspect.signature(value).parameters
    wrong = []
    for found in re.finditer(r"\(default ([^)]+)\)", said):
        named = [word for word in re.findall(r"\w+", said[: found.start()]) if word in parameters]
        documented = _literal(found.group(1).strip("`"))
        if named and documented != parameters[named[-1]].default:
            wrong.append(f"{named[-1]}: documented {documented!r}, is {parameters[named[-1]].default!r}")
    return wrong


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_a_public_thing_is_explained_and_its_documented_defaults_are_true(name: str) -> None:
    for full, value in callables(name):
        ours = (getattr(value, "__module__", "") or "").startswith("ml_analytics")
        assert not ours or inspect.getdoc(value), f"{full} has no docstring"
        assert not wrong_defaults(value), full


def test_a_wrong_documented_default_would_be_found() -> None:
    def example(horizon: int = 5) -> None:
        """Look ``horizon`` bars ahead (default 4); ``horizon`` again (default ``5``)."""

    assert wrong_defaults(example) == ["horizon: documented 4, is 5"]


if __name__ == "__main__":
    STUB.write_text(expected_stub(), encoding="utf-8")
