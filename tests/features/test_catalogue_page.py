"""The page of all features says what the catalogue holds, and so does its table.

Run as a script this file writes ``docs/feature-catalogue.md`` anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from ml_analytics.core.errors import ParameterError
from ml_analytics.features import Indicator, catalogue, catalogue_table
from ml_analytics.features.indicators import GROUPS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "feature-catalogue.md"
MADE = (
    "<!-- Written by tests/features/test_catalogue_page.py from the catalogue; a test holds both equal. -->"
)
HEAD = "| feature | inputs | parameters | warm-up | unit | formula | source |\n|---|---|---|---|---|---|---|"
UNITS = """\
- **warm-up**: that many leading bars have no value (NaN); after them every value is finite.
- **unit**: `price` and `volume` are in the bars' own; `fraction`: 0.01 is one percent; `percent`: 0 to 100 or -100 to
  100; `signal`: 0 is none; `per_currency`: per unit of traded value; `degrees`: of an angle;
  `index`: begins at a number chosen once. `scale_free: true` leaves out what depends on the level of prices or
  volumes, and what is cumulative.
- **cumulative**: never forgets where the series begins; a series that begins on another day gives other values. All
  others agree with it to a millionth after 3,000 bars at the latest (GARCH, where it is fitted on the same days).
- **optional**: made only when a configuration names it or its family: slow, with a long warm-up, or close to others.
- **source**: `TA-Lib NAME` is that function and nothing else; else the paper, and what is our own. "Held in very long
  standstills": after thousands of bars without any movement the value stays as it is, where TA-Lib's is noise of
  numbers below 1e-308."""


def expected_page() -> str:
    """Return the text of the page: per group a table, a row per entry."""
    return "\n".join([*_beginning(), *(line for group in GROUPS for line in _section(group)), ""])


def _beginning() -> Iterator[str]:
    yield from (MADE, "", "# The catalogue of features", "")
    yield f"{_count(catalogue())} features in {len(GROUPS)} groups, each causal: a value at a bar rests on that bar and"
    yield "those before it. A configuration of `FeatureEngineeringPipeline` names a group, a family or a feature"
    yield "([how](features.md)); `ml-analytics features --list` and `catalogue_table()` show the same."
    yield from ("", "| group | features |", "|---|---|")
    yield from (f"| [{group}](#{group}) | {_count(entries)} |" for group, entries in GROUPS.items())
    yield from ("", UNITS)


def _section(group: str) -> Iterator[str]:
    yield from ("", f"## {group.capitalize()}", "", HEAD)
    for one in catalogue(group):
        names = "<br>".join(_code(name) + (" (optional)" if one.optional else "") for name in one.columns)
        parameters = ", ".join(f"{key} {value:g}" for key, value in one.parameters.items())
        unit = one.unit + (", cumulative" if one.cumulative else "")
        cells = (", ".join(one.inputs), parameters, str(one.warm_up), unit, _code(one.formula))
        yield f"| {names} | {' | '.join(cells)} | {_escaped(one.source)} |"


def _count(entries: tuple[Indicator, ...]) -> int:
    return sum(len(one.columns) for one in entries)


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")


def _escaped(text: str) -> str:
    return "".join(f"\\{letter}" if letter in "|*<[`" else letter for letter in text)


def test_the_page_says_what_the_catalogue_holds() -> None:
    assert PAGE.read_text(encoding="utf-8") == expected_page(), (
        "run: python tests/features/test_catalogue_page.py"
    )


def test_every_feature_stands_in_the_page_once() -> None:
    lines = expected_page().splitlines()
    for one in catalogue():
        for name in one.columns:
            assert sum(f"`{name}`" in line.split(" | ")[0] for line in lines) == 1, name


def test_every_row_of_the_page_has_as_many_cells_as_its_head() -> None:
    rows = [line.replace("\\|", "") for line in expected_page().splitlines() if line.startswith("| `")]
    assert len(rows) == len(catalogue())
    assert {row.count("|") for row in rows} == {HEAD.splitlines()[0].count("|")}


def test_every_unit_is_explained() -> None:
    assert not {one.unit for one in catalogue() if f"`{one.unit}`" not in UNITS}


def test_the_table_is_the_catalogue() -> None:
    table = catalogue_table()
    assert table.index.is_unique
    assert table.index.tolist() == [name for one in catalogue() for name in one.columns]
    for one in catalogue():
        for name in one.columns:
            row = table.loc[name]
            assert (row["group"], row["warm_up"], row["unit"]) == (one.group, one.warm_up, one.unit)
            told = row["scale_free"], row["cumulative"], row["optional"]
            assert told == (one.scale_free, one.cumulative, one.optional)
            assert row["inputs"].split(", ") == list(one.inputs)


@pytest.mark.parametrize("group", GROUPS)
def test_the_table_of_a_group_is_a_part_of_the_whole(group: str) -> None:
    whole = catalogue_table()
    pd.testing.assert_frame_equal(catalogue_table(group), whole[whole["group"] == group])


def test_the_table_of_an_unknown_group() -> None:
    with pytest.raises(ParameterError, match="'calendar'"):
        catalogue_table("calendar")


if __name__ == "__main__":
    PAGE.write_text(expected_page(), encoding="utf-8")
