from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.analytics import metrics as m
from ml_analytics.analytics.metrics.figures import FIGURES, OF_RESULTS
from ml_analytics.core.errors import ParameterError

Alone = Callable[[pd.Series, float, float], float]

# What is no function of its own name, made of public functions.
COMPOSED: dict[str, Alone] = {
    "expected_month": lambda r, p, f: m.geometric_mean(m.compounded(r, "month")),
    "expected_year": lambda r, p, f: m.geometric_mean(m.compounded(r, "year")),
    "gain_to_pain_month": lambda r, p, f: m.gain_to_pain(m.compounded(r, "month")),
    "best_day": lambda r, p, f: m.best(m.compounded(r, "day")),
    "worst_day": lambda r, p, f: m.worst(m.compounded(r, "day")),
    "best_month": lambda r, p, f: m.best(m.compounded(r, "month")),
    "worst_month": lambda r, p, f: m.worst(m.compounded(r, "month")),
    "best_year": lambda r, p, f: m.best(m.compounded(r, "year")),
    "worst_year": lambda r, p, f: m.worst(m.compounded(r, "year")),
    "average_up_period": lambda r, p, f: m.average_win(r),
    "average_down_period": lambda r, p, f: m.average_loss(r),
    "average_up_month": lambda r, p, f: m.average_win(m.compounded(r, "month")),
    "average_down_month": lambda r, p, f: m.average_loss(m.compounded(r, "month")),
    "winning_days": lambda r, p, f: m.win_rate(m.compounded(r, "day")),
    "winning_weeks": lambda r, p, f: m.win_rate(m.compounded(r, "week")),
    "winning_months": lambda r, p, f: m.win_rate(m.compounded(r, "month")),
    "winning_quarters": lambda r, p, f: m.win_rate(m.compounded(r, "quarter")),
    "winning_years": lambda r, p, f: m.win_rate(m.compounded(r, "year")),
    "month_to_date": lambda r, p, f: m.to_date(r, "month"),
    "year_to_date": lambda r, p, f: m.to_date(r, "year"),
    "last_3_months": lambda r, p, f: m.trailing_return(r, 3),
    "last_6_months": lambda r, p, f: m.trailing_return(r, 6),
    "last_12_months": lambda r, p, f: m.trailing_return(r, 12),
    "last_3_years": lambda r, p, f: m.trailing_cagr(r, 3),
    "last_5_years": lambda r, p, f: m.trailing_cagr(r, 5),
    "last_10_years": lambda r, p, f: m.trailing_cagr(r, 10),
}
OVER_REQUIRED = {"sortino_ratio", "smart_sortino_ratio", "adjusted_sortino_ratio"}
NOT_OVER_FREE = {"downside_deviation"}


def alone(name: str) -> Alone:
    """Return the public function of that name, called with what it takes."""
    if name in COMPOSED:
        return COMPOSED[name]
    function = getattr(m, name)
    takes = inspect.signature(function).parameters

    def call(returns: pd.Series, p: float, free: float) -> float:
        given: dict[str, Any] = {}
        if "periods_per_year" in takes:
            given["periods_per_year"] = p
        if "risk_free_rate" in takes:
            given["risk_free_rate"] = free
        if name in OVER_REQUIRED:
            given["required_return"] = free
        return float(function(returns, **given))

    return call


cell = st.one_of(
    st.floats(-0.2, 0.3).map(lambda x: round(x, 4)), st.just(0.0), st.just(math.nan), st.just(-1.0)
)


@settings(max_examples=60, deadline=None)
@given(
    data=st.data(),
    columns=st.integers(1, 4),
    freq=st.sampled_from(["B", "D", "W", "ME", "7h", "YE", "17D"]),
    free=st.sampled_from([0.0, 0.03]),
    zone=st.sampled_from([None, "Europe/Berlin"]),
)
def test_every_cell_equals_the_function_alone(
    data: st.DataObject, columns: int, freq: str, free: float, zone: str | None
) -> None:
    rows = data.draw(st.integers(2, 40))
    cells = data.draw(st.lists(cell, min_size=rows * columns, max_size=rows * columns))
    index = pd.date_range("2019-11-03", periods=rows, freq=freq, tz=zone)
    frame = pd.DataFrame(np.array(cells).reshape(rows, columns), index=index)
    table = m.metrics_table(frame, risk_free_rate=free)
    p = m.periods_per_year(index)
    assert (table["periods_per_year"] == p).all()
    for name in [*FIGURES, *OF_RESULTS]:
        for number, column in enumerate(frame):
            expected = alone(name)(frame[column], p, free)
            assert table[name].iloc[number] == pytest.approx(expected, nan_ok=True, rel=1e-9, abs=1e-13), name


def test_an_array_has_the_figures_of_a_frame_without_its_calendar() -> None:
    values = np.random.default_rng(0).normal(0.0005, 0.01, (300, 3))
    frame = pd.DataFrame(values, index=pd.bdate_range("2020-01-01", periods=300))
    with_times, without = m.metrics_table(frame), m.metrics_table(values, 252)
    for name in with_times.columns:
        if name in COMPOSED or name.endswith("drawdown_days"):
            continue
        np.testing.assert_array_equal(with_times[name], without[name], err_msg=name)
    assert without["best_month"].isna().all()
    assert without["best_day"].tolist() == values.max(axis=0).tolist()


def test_a_polars_table_has_names(market: pd.Series) -> None:
    polars = pytest.importorskip("polars")
    table = m.metrics_table(polars.DataFrame({"a": [0.1, None, -0.1], "b": [0.0, 0.1, 0.2]}), 12)
    assert table.index.tolist() == ["a", "b"]
    assert table["periods"].tolist() == [2, 3]


def test_without_rows_every_figure_is_nan() -> None:
    table = m.metrics_table(np.empty((0, 2)), 252)
    assert table["periods"].tolist() == [0, 0]
    assert table.drop(columns=["periods", "periods_per_year"]).isna().all(axis=None)


def test_the_input_is_not_written_to() -> None:
    values = np.random.default_rng(0).normal(size=(20, 2))
    before = values.copy()
    m.metrics_table(values, 252)
    np.testing.assert_array_equal(values, before)


@pytest.mark.parametrize(
    ("returns", "sentence"),
    [
        (np.zeros((5, 2)), "'periods_per_year' parameter of metrics_table must be given"),
        (np.zeros(5), "'returns' parameter of metrics_table must be a table of numbers"),
        ([[0.1]], "'returns' .* Got 'list'"),
        (pd.DataFrame({"a": ["x"]}), "'returns' .* Got .column 'a' of (str|object)"),
        (pd.DataFrame({"a": [True]}), "'returns' .* Got .column 'a' of bool"),
        (pd.DataFrame(index=[1, 2]), "'returns' .* Got 'no columns'"),
        (np.array([[math.inf]]), "'returns' .* finite numbers. Got inf"),
        (pd.DataFrame({"a": [0.1, 0.2]}, index=pd.to_datetime(["2024-01-02", "2024-01-01"])), "time order"),
    ],
)
def test_bad_input_gets_one_sentence(returns: Any, sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        m.metrics_table(returns)
