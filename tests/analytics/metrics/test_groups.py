from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml_analytics.analytics.metrics.groups import PERIODS, Groups, unit_of
from ml_analytics.core.errors import ParameterError


@pytest.mark.parametrize("unit", PERIODS)
@pytest.mark.parametrize("zone", [None, "Asia/Tokyo", "America/New_York"])
def test_groups_are_the_periods_of_pandas(unit: str, zone: str | None) -> None:
    times = pd.date_range("1968-12-25", periods=4000, freq="9h", tz=zone)
    expected = times.tz_localize(None).to_period(PERIODS[unit])
    groups = Groups(times)
    starts = np.flatnonzero(np.concatenate(([True], expected[1:] != expected[:-1])))
    np.testing.assert_array_equal(groups.first(unit), starts)  # type: ignore[arg-type]
    known = np.arange(4000) % 3 > 0
    some = expected[known]
    starts = np.flatnonzero(np.concatenate(([True], some[1:] != some[:-1])))
    np.testing.assert_array_equal(groups.first(unit, known), starts)  # type: ignore[arg-type]


def test_an_unknown_period_is_refused() -> None:
    with pytest.raises(ParameterError, match="'by' parameter of test must be one of 'day', 'week'"):
        unit_of("decade", "test")
