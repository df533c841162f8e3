"""The last years, kept back for one final judgement."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ml_analytics.core.clock import parse_time
from ml_analytics.core.errors import ParameterError
from ml_analytics.core.row_times import row_times

from ._bars import bar_of_rows, whole

_OWNER = "final_holdout"


class Holdout(NamedTuple):
    """Row positions of the part to develop on and of the part to judge on, once."""

    train: np.ndarray
    test: np.ndarray


def final_holdout(
    index: Any, years: float = 2, start: datetime | str | None = None, *, horizon: int = 0
) -> Holdout:
    """Split off the end of the data: the last ``years``, or everything from ``start`` on.

    Training rows whose label span ``[t, t + horizon]`` (in bars) reaches the test part are in neither part.

    Args:
        index: a DatetimeIndex, or a table that has one or a column of times, in time order.
        years: length of the test part, back from the last time; not used when ``start`` is given.
        start: first time of the test part (inclusive); without a zone it is UTC.
        horizon: the label's horizon in bars.

    Raises:
        ParameterError: no times, or a part would be empty.
        LeakageError: the rows are not in time order.

    >>> days = pd.date_range("2016-01-01", "2018-12-31", freq="D", tz="UTC")
    >>> train, test = final_holdout(days, years=2, horizon=1)
    >>> days[train[-1]].date().isoformat(), days[test[0]].date().isoformat()
    ('2016-12-30', '2017-01-01')
    """
    times = row_times(index, _OWNER)
    if times is None:
        raise ParameterError.of(
            "index", _OWNER, "a DatetimeIndex or a table that has times", type(index).__name__
        )
    whole(horizon, "horizon", _OWNER)
    bars = bar_of_rows(times, _OWNER)
    if not len(times):
        raise ParameterError.of("index", _OWNER, "at least two times long", 0)
    known = times.tz_localize("UTC") if times.tz is None else times.tz_convert("UTC")
    test = (
        known >= pd.Timestamp(parse_time(start, "start", _OWNER))
        if start is not None
        else (known > _years_before(known[-1], years))
    )
    first = bars[test][0] if test.any() else len(bars)
    train = bars + horizon < first
    if not test.any() or not train.any():
        given = ("start", start) if start is not None else ("years", years)
        raise ParameterError.of(
            given[0], _OWNER, f"such that both parts have rows ({known[0]} to {known[-1]})", given[1]
        )
    return Holdout(np.flatnonzero(train), np.flatnonzero(test))


def _years_before(last: pd.Timestamp, years: float) -> pd.Timestamp:
    if isinstance(years, bool) or not isinstance(years, (int, float)) or not 0 < years < 200:
        raise ParameterError.of("years", _OWNER, "a number of years above 0", years)
    moment: pd.Timestamp = last - pd.DateOffset(months=round(years * 12))
    return moment
