"""Columns by the part that they play."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.core.errors import DataProcessingError
from ml_analytics.features.microstructure.parts import PARTS, Columns

NAMES = [(part, name) for part, names in PARTS.items() for name in names]


def test_no_name_plays_two_parts() -> None:
    assert len({name for _, name in NAMES}) == len(NAMES)


@given(st.sampled_from(NAMES), st.sampled_from([str.lower, str.upper, str.title]))
def test_every_name_is_found_in_any_case(named: tuple[str, str], spelt: Callable[[str], str]) -> None:
    part, name = named
    column = spelt(name)
    assert Columns(pd.DataFrame({column: [1]}), "trades", "test", None, []).names == {part: column}


def test_the_likelier_name_goes_first() -> None:
    frame = pd.DataFrame({"size": [1.0], "qty": [2.0]})
    assert Columns(frame, "trades", "test", None, []).numbers("qty", 0, 9, "x").tolist() == [2.0]


def test_flags_and_ids() -> None:
    frame = pd.DataFrame({"is_snapshot": [1, 0], "first_id": [1, 2], "last_id": [1.5, 2]})
    found = Columns(frame, "depth", "test", None, [])
    flags, first = found.flags("is_snapshot"), found.ids("first_id")
    assert flags is not None and flags.tolist() == [True, False]
    assert first is not None and first.tolist() == [1, 2]
    assert (
        found.ids("last_id") is None
        and found.ids("previous_id") is None
        and found.flags("buyer_is_maker") is None
    )
    with pytest.raises(DataProcessingError, match=r"must hold true or false. Got None at row 1"):
        Columns(pd.DataFrame({"snapshot": [True, None]}), "depth", "test", None, []).flags("is_snapshot")
