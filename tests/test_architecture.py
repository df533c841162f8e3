"""The house stands as drawn: every room in the contract, imports go down only, no drawer called utils."""

from __future__ import annotations

import ast
import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from importlinter.application import use_cases
from importlinter.configuration import configure

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "ml_analytics"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LAYERS: list[str] = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
FILES = sorted(PACKAGE.rglob("*.py"))
MAX_LINES = 600
TYPICAL_LINES = 400


def names_in(layers: list[str]) -> list[str]:
    return [name.strip() for layer in layers for name in re.split(r"[|:]", layer)]


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_every_room_stands_in_the_layer_contract_once() -> None:
    assert sorted(names_in(LAYERS)) == ROOMS


def test_a_room_left_out_would_be_noticed() -> None:
    assert sorted(names_in(LAYERS[1:])) != ROOMS


def test_the_layers_are_the_ones_of_the_design() -> None:
    position = {name: depth for depth, layer in enumerate(LAYERS) for name in names_in([layer])}
    way = ("server", "use_cases", "pipelines", "serving", "registry", "data", "stores", "core")
    assert all(position[above] < position[below] for above, below in pairwise(way))
    for together in (
        ("serving", "monitoring"),
        ("training", "registry"),
        ("data", "features", "models", "evaluation", "analytics"),
    ):
        assert len({position[name] for name in together}) == 1


def test_the_pure_middle_is_kept_from_the_stores() -> None:
    forbidden = [one for one in PROJECT["tool"]["importlinter"]["contracts"] if one["type"] == "forbidden"]
    kept_out = {name.rpartition(".")[2] for one in forbidden for name in one["source_modules"]}
    assert kept_out == {"features", "models", "evaluation", "analytics"}
    assert all("ml_analytics.stores" in one["forbidden_modules"] for one in forbidden)


def test_import_linter_is_content(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(str(ROOT / "src"))
    configure()
    passed = use_cases.lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None)
    assert passed, capsys.readouterr().out


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_lives_there_and_what_it_may_import(room: str) -> None:
    said = ast.get_docstring(ast.parse((PACKAGE / room / "__init__.py").read_text(encoding="utf-8")))
    assert said
    words = " ".join(said.split())
    allowed = re.search(r"[Mm]ay import ([^.]*)\.|Imports nothing else of ours", words)
    assert allowed, f"{room}/__init__.py must say what it may import"
    named = set(re.findall(r"``(\w+)``", allowed.group(1) or ""))
    assert named <= set(ROOMS), f"{room} names rooms that do not exist: {sorted(named - set(ROOMS))}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_file_is_short_and_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_LINES
    assert ast.get_docstring(ast.parse(text)), "every file begins with what it is for"
    assert path.stem not in {"utils", "util", "helpers", "misc", "common"}


def test_nearly_every_file_is_of_ordinary_length() -> None:
    lengths = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in FILES)
    assert lengths[int(len(lengths) * 0.95)] <= TYPICAL_LINES


def imports_at_the_top(path: Path) -> set[str]:
    """Return the modules of ours that a file imports when it is imported itself."""
    here = module_name(path).split(".")
    package = here if path.name == "__init__.py" else here[:-1]
    found: set[str] = set()
    for node in _statements(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            home = ".".join([*base, *([node.module] if node.module else [])])
            found |= {f"{home}.{one.name}" if f"{home}.{one.name}" in MODULES else home for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("ml_analytics"):
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names if one.name.startswith("ml_analytics")}
    return found & MODULES


def _statements(tree: ast.Module) -> list[ast.stmt]:
    kept = []
    for node in tree.body:
        type_checking = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        kept += [] if type_checking else [node]
    return kept


MODULES = {module_name(path) for path in FILES}


def test_there_is_no_import_cycle() -> None:
    graph = {module_name(path): imports_at_the_top(path) - {module_name(path)} for path in FILES}
    # A package is entered while its parts are imported; only the parts can make a cycle.
    graph = {name: {one for one in into if not name.startswith(one + ".")} for name, into in graph.items()}
    state: dict[str, int] = {}

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert state.get(name) != 1, " -> ".join((*way[way.index(name) :], name))
        if state.get(name) == 2:
            return
        state[name] = 1
        for following in sorted(graph[name]):
            visit(following, (*way, name))
        state[name] = 2

    for name in sorted(graph):
        visit(name, ())


def test_every_extra_is_annotated_with_a_file_that_exists() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    extras = text.partition("[project.optional-dependencies]")[2].partition("\n[")[0]
    for extra in set(PROJECT["project"]["optional-dependencies"]) - {"test", "dev", "bench"}:
        line = re.search(rf"^{extra} = \[.*\]\s*# ([\w/.]+)", extras, re.MULTILINE)
        assert line, f"the extra '{extra}' must name the file that needs it"
        assert (PACKAGE / line.group(1)).is_file(), f"{line.group(1)} of the extra '{extra}' does not exist"


def test_every_annotated_dependency_names_something_that_exists() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.partition("\ndependencies = [")[2].partition("\n]")[0]
    for named in re.findall(r"#\s*([\w/]+(?:/|\.py)|[\w]+/[\w/]+)", block):
        assert (PACKAGE / named).exists(), f"{named} does not exist"


def test_nothing_is_unpickled_but_what_a_caller_calls_trusted() -> None:
    asks_first = PACKAGE / "models" / "reading.py"  # read_model(..., trusted=True), in Python only
    for path in FILES:
        if path == asks_first:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names = {one.name for one in node.names} | {getattr(node, "module", None)}
                assert not names & {"pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal"}, path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert ast.unparse(node.func) != "joblib.load", path
