from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics.analytics.risk.aligned import aligned
from ml_analytics.core.errors import ParameterError

DAYS = pd.date_range("2024-01-01", periods=4)
OWN = pd.Series([0.1, 0.2, 0.3, 0.4], index=DAYS)


def test_times_are_joined_in_any_unit() -> None:
    other = pd.Series([1.0, 2.0], index=DAYS[[1, 3]].as_unit("s"))
    assert aligned(OWN, other, "test").fillna(0).tolist() == [0.0, 1.0, 0.0, 2.0]


def test_zones_that_differ_meet_at_the_same_moment() -> None:
    own = OWN.tz_localize("UTC")
    other = own.tz_convert("Asia/Tokyo")
    assert aligned(own, other, "test").tolist() == OWN.tolist()


def test_arrays_are_taken_in_order() -> None:
    assert aligned(OWN, [1, 2, 3, 4], "test").tolist() == [1.0, 2.0, 3.0, 4.0]
    assert aligned(OWN.reset_index(drop=True), OWN, "test").tolist() == OWN.tolist()


@pytest.mark.parametrize(
    "other",
    [
        [1.0],
        OWN.tz_localize("UTC"),
        OWN.set_axis(DAYS + pd.Timedelta(days=90)),
        OWN[::-1],
        pd.Series([0.1, 0.2], index=DAYS[[0, 0]]),
        pd.Series(dtype=np.float64, index=pd.DatetimeIndex([])),
        ["a", "b", "c", "d"],
    ],
    ids=["short", "aware", "elsewhere", "unsorted", "repeated", "empty", "text"],
)
def test_what_does_not_fit_gets_one_sentence(other: Any) -> None:
    with pytest.raises(ParameterError, match="The 'benchmark' parameter of test must be"):
        aligned(OWN, other, "test")
