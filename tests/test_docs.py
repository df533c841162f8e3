"""The documentation says what is there: examples run, commands parse, lists are complete, links lead somewhere."""

from __future__ import annotations

import importlib.util
import inspect
import re
import shlex
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest
from pydantic import BaseModel

import ml_analytics
from ml_analytics import MarketConfig, Settings, create_app
from ml_analytics._exports import EXPORTS
from ml_analytics.cli import cli
from ml_analytics.core import errors
from ml_analytics.core.yaml import parse_yaml
from ml_analytics.models import ModelFactory
from ml_analytics.server.access import GuardedRoute
from ml_analytics.server.errors import STATUS
from ml_analytics.server.roles import Access

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
NO_RUN = re.compile(r"<!-- no-run: (?P<reason>[^>]+?) -->\s*\n```python\n.*?^```", re.MULTILINE | re.DOTALL)


def load_check() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_check", DOCS / "check.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


check = load_check()
PAGES: list[Path] = check.pages(ROOT)


def label(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def python_examples(path: Path) -> str:
    """Return the Python of a page as one program, each line where it stands in the page."""
    text = path.read_text(encoding="utf-8")
    for found in reversed(list(NO_RUN.finditer(text))):
        assert len(found["reason"]) > 10, "say why the example is not run"
        text = text[: found.start()] + "\n" * found.group().count("\n") + text[found.end() :]
    lines = [""] * (text.count("\n") + 1)
    for number, code in check.blocks(text, "python"):
        for offset, line in enumerate(code.splitlines()):
            lines[number + offset] = line
    return "\n".join(lines)


WITH_PYTHON = [path for path in PAGES if python_examples(path).strip()]


def test_nothing_is_wrong_with_the_pages() -> None:
    assert check.faults(ROOT) == []


@pytest.mark.parametrize("path", WITH_PYTHON, ids=label)
def test_the_python_examples_of_a_page_run(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ML_ANALYTICS_HOME", str(tmp_path / "home"))
    for known in ("_builders", "_made_by"):  # what a page registers ends with it
        monkeypatch.setattr(ModelFactory, known, dict(getattr(ModelFactory, known)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(compile(python_examples(path), label(path), "exec"), {"__name__": "__main__"})


# -- commands --------------------------------------------------------------------------------------------


def commands(path: Path) -> Iterator[str]:
    """Yield every ``ml-analytics …`` that a page shows, in blocks and in running text."""
    text = path.read_text(encoding="utf-8")
    for _, code in check.blocks(text, "console", "bash", "sh"):
        for line in code.replace("\\\n", " ").splitlines():
            found = re.match(r"(?:\$ )?(?:[A-Z_]+=\S+ )*(ml-analytics .*)", line.strip())
            if found:
                yield found.group(1)
    prose = check.FENCE.sub("", text)
    yield from re.findall(r"`(ml-analytics [^`\n]+)`", prose)


def parse_command(command: str) -> None:
    """Let click read a command line as it would, without running it."""
    words = [word for word in shlex.split(command, comments=True)[1:] if word not in ("&", "…", "COMMAND")]
    current: click.Command = cli
    context = cli.make_context("ml-analytics", list(words))
    while isinstance(current, click.Group):
        rest = [*context._protected_args, *context.args]
        if not rest:
            return
        name, found, arguments = current.resolve_command(context, rest)
        assert found is not None
        current = found
        # A command named alone stands for itself, without the arguments it would need.
        context = current.make_context(name, arguments, parent=context, resilient_parsing=not arguments)


SHOWN = sorted({(label(path), command) for path in PAGES for command in commands(path)})


@pytest.mark.parametrize(("page", "command"), SHOWN)
def test_a_shown_command_exists_with_its_options(page: str, command: str) -> None:
    try:
        parse_command(command)
    except click.exceptions.Exit as exit_of_help:
        assert exit_of_help.exit_code == 0
    except click.UsageError as error:
        pytest.fail(f"{page} shows '{command}', but: {error.format_message()}")


@pytest.mark.parametrize(
    "command",
    [
        "ml-analytics tarin x.csv",
        "ml-analytics train x.csv --tarrget y",
        "ml-analytics models lst",
        "ml-analytics --hme x",
    ],
)
def test_a_wrong_command_would_be_found(command: str) -> None:
    with pytest.raises(click.UsageError):
        parse_command(command)


def test_the_command_line_is_shown_at_all() -> None:
    shown = {command.split()[1] for _, command in SHOWN}
    assert {"demo", "run", "train", "predict", "serve", "models"} <= shown


# -- complete lists --------------------------------------------------------------------------------------


def table_rows(name: str) -> list[list[str]]:
    """Return the cells of the tables of a page, code marks removed, headings left out."""
    rows = [
        [cell.strip().replace("`", "") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in text_of(name).splitlines()
        if line.startswith("|")
    ]
    headings = {i - 1 for i, row in enumerate(rows) if set("".join(row)) <= set("-: ")}
    return [row for i, row in enumerate(rows) if i not in headings and i - 1 not in headings]


def fields_of(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield dotted keys and defaults of a settings model, sections taken apart."""
    for name, info in model.model_fields.items():
        if inspect.isclass(info.annotation) and issubclass(info.annotation, BaseModel):
            yield from fields_of(info.annotation, f"{prefix}{name}.")
        else:
            yield prefix + name, info.get_default(call_default_factory=True)


def shown_default(value: Any) -> str:
    if value is None or value in ({}, ()):
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return f"[{', '.join(value)}]" if isinstance(value, tuple) else str(value)


def test_the_settings_page_lists_every_setting_with_its_default() -> None:
    documented = {
        row[0]: row[1].partition(":")[0] if row[1].startswith("none") else row[1]
        for row in table_rows("docs/settings.md")
    }
    assert documented == {key: shown_default(value) for key, value in fields_of(Settings)}


def test_the_market_page_lists_every_key_with_its_default() -> None:
    documented = {row[0]: row[1] for row in table_rows("docs/market-run.md")}
    expected = {
        key: "[]" if value == () else shown_default(value).replace("none", "{}")
        for key, value in fields_of(MarketConfig)
    }
    assert documented == expected


def test_the_market_page_shows_a_file_that_is_accepted() -> None:
    (_, text), *_ = check.blocks(text_of("docs/market-run.md"), "yaml")
    assert MarketConfig(**parse_yaml(text)).name == "my_direction"


def test_the_errors_page_lists_every_error_with_parent_and_status() -> None:
    public = [*(getattr(ml_analytics, name) for name in EXPORTS), *vars(errors).values()]
    kinds = {one for one in public if inspect.isclass(one) and issubclass(one, errors.MLFrameworkError)}
    documented = {row[0]: (row[1], int(row[3])) for row in table_rows("docs/errors.md")}
    assert sorted(documented) == sorted(kind.__name__ for kind in kinds)
    for kind in kinds:
        parent, status = documented[kind.__name__]
        also = [base.__name__ for base in kind.__bases__ if base not in (errors.MLFrameworkError, Exception)]
        assert parent == ", ".join(also), kind
        assert status == next(code for one, code, _ in STATUS if issubclass(kind, one)), kind


def test_the_serving_page_lists_every_route_with_what_it_asks(tmp_path: Path) -> None:
    app = create_app(tmp_path)
    words = {
        Access.PUBLIC: "nothing",
        Access.VIEW: "viewer",
        Access.PREDICT: "predictor",
        Access.MANAGE: "admin",
    }
    routes = {
        f"{method} {route.path}": words[route.access]
        for route in app.routes
        if isinstance(route, GuardedRoute)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert {row[0]: row[1] for row in table_rows("docs/serving.md")} == routes
    app.state.stores.close()


def test_every_page_is_reached_from_the_map() -> None:
    map_of_all = text_of("docs/index.md")
    for path in DOCS.glob("*.md"):
        assert path.name == "index.md" or f"]({path.name})" in map_of_all, path
    decisions = text_of("docs/adr/README.md")
    for path in (DOCS / "adr").glob("0*.md"):
        assert f"]({path.name})" in decisions, path


@pytest.mark.parametrize("path", sorted((DOCS / "adr").glob("0*.md")), ids=label)
def test_a_decision_has_the_usual_form(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings == ["Status", "Context", "Decision", "Consequences"]
    assert len(text.splitlines()) <= 60, "one page"


def test_the_paths_that_contributing_names_exist() -> None:
    text = check.FENCE.sub("", text_of("CONTRIBUTING.md"))
    bases = (ROOT, ROOT / "src" / "ml_analytics")
    for named in re.findall(r"`(\w[\w./-]+(?:\.py|/))`", text):
        assert any((base / named).exists() for base in bases), f"CONTRIBUTING names {named}"


# -- the checker itself ----------------------------------------------------------------------------------


@pytest.fixture
def house(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "Makefile").write_text("test: setup\n\ttrue\nsetup:\n\ttrue\n")
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## [Unreleased]\n")
    (tmp_path / "README.md").write_text(
        "# Title\n\n[ok](docs/page.md#a-heading), `make test`, https://example.org\n"
    )
    (tmp_path / "docs" / "page.md").write_text("## A heading\n\n[up](../README.md) [here](#a-heading)\n")
    return tmp_path


def test_a_good_house_has_no_faults(house: Path) -> None:
    assert check.faults(house) == []


@pytest.mark.parametrize(
    ("page", "text", "said"),
    [
        ("README.md", "[x](docs/absent.md)", "the link to docs/absent.md leads nowhere"),
        ("README.md", '<img src="docs/absent.svg">', "docs/absent.svg leads nowhere"),
        ("docs/page.md", "[x](../README.md#absent)", "names a heading that does not exist"),
        ("README.md", "```python\nx = = 1\n```", "does not compile"),
        ("README.md", "`make coffee`", "'make coffee' is not in the Makefile"),
        ("README.md", "```console\nmake coffee\n```", "'make coffee' is not in the Makefile"),
        ("CHANGELOG.md", "# Changelog\n", "no '## [Unreleased]' section"),
    ],
)
def test_each_fault_is_found(house: Path, page: str, text: str, said: str) -> None:
    (house / page).write_text(text + "\n")
    assert any(said in one for one in check.faults(house)), check.faults(house)


def test_make_it_in_prose_is_no_target(house: Path) -> None:
    (house / "README.md").write_text("We make coffee.\n")
    assert check.faults(house) == []
