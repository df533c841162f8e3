from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.data.zones import partly_zoned, read_cells, without_zone

ZONES = st.none() | st.sampled_from(
    [UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=3))]
)
TIMES = st.builds(
    lambda time, zone: time.replace(tzinfo=zone),
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),
    ZONES,
)  # fmt: skip
CELLS = (
    st.none() | TIMES | TIMES.map(datetime.isoformat) | TIMES.map(lambda time: time.date()) | st.just("when?")
)


def _oracle(cell: Any) -> tuple[datetime | None, bool]:
    """The moment that a cell means, and whether it names no zone, in the words of the standard library."""
    if cell is None or cell == "when?":
        return None, False
    if isinstance(cell, str):
        cell = datetime.fromisoformat(cell)
    elif not isinstance(cell, datetime):
        cell = datetime(cell.year, cell.month, cell.day)
    return cell.astimezone(UTC) if cell.tzinfo else cell.replace(tzinfo=UTC), cell.tzinfo is None


@given(st.lists(CELLS, max_size=6))
def test_every_cell_means_what_it_says(cells: list[Any]) -> None:
    times, naive = read_cells(pd.Series(cells, dtype=object))
    expected = [_oracle(cell) for cell in cells]
    assert [None if pd.isna(time) else time.to_pydatetime() for time in times] == [one for one, _ in expected]
    assert naive.tolist() == [bare for _, bare in expected]


@given(st.lists(st.none() | TIMES | TIMES.map(datetime.isoformat), max_size=6))
def test_a_column_is_mixed_when_some_name_a_zone_and_some_do_not(cells: list[Any]) -> None:
    bare = np.array([_oracle(cell)[1] for cell in cells], dtype=bool)
    zoned = np.array([cell is not None for cell in cells], dtype=bool) & ~bare
    expected = bare if bare.any() and zoned.any() else np.zeros(len(cells), dtype=bool)
    np.testing.assert_array_equal(partly_zoned(pd.Series(cells, dtype=object)), expected)


def test_ways_to_write_a_zone() -> None:
    said = ["2024-01-01T10Z", "2024-01-01 10:00 +01:00", "20240101T1000-05", "2024-01-01t10:00:00.5z"]
    silent = ["2024-01-01", "2024-01", "20240101T1000", "2024-01-01 10:00:00.5", date(2024, 1, 1)]
    assert without_zone(pd.Series([*said, *silent], dtype=object)).tolist() == [False] * 4 + [True] * 5
