"""Bars with injected defects: exactly those are found, whatever the order, the columns beside or the library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.data import DataValidator
from ml_analytics.data.validation.rules.outlying_returns import OutlyingReturns

VALIDATE = DataValidator()
N = 200


def flawless(seed: int) -> Any:
    rng = np.random.default_rng(seed)
    close = np.round(100 * np.exp(np.cumsum(rng.normal(0, 0.01, N))), 4)
    opens = close * (1 + rng.normal(0, 0.001, N))
    return pd.DataFrame(
        {
            "timestamp": pd.date_range("2024-01-01", periods=N, freq="B", tz="UTC"),
            "open": opens,
            "high": np.maximum(opens, close) * 1.01,
            "low": np.minimum(opens, close) * 0.99,
            "close": close,
            "volume": rng.integers(1000, 2000, N).astype(float),
        }
    )


def _set(column: str, value: Any) -> Callable[[Any, int], None]:
    def put(frame: Any, row: int) -> None:
        frame.loc[row, column] = value

    return put


def _lower_high(frame: Any, row: int) -> None:
    frame.loc[row, "high"] = min(frame.loc[row, ["open", "close"]]) * 0.999


def _higher_low(frame: Any, row: int) -> None:
    frame.loc[row, "low"] = max(frame.loc[row, ["open", "close"]]) * 1.001


def _flatten(frame: Any, row: int) -> None:
    frame.loc[row, ["open", "high", "low"]] = frame.loc[row, "close"]
    frame.loc[row, "volume"] = 0.0


DEFECTS: dict[str, Callable[[Any, int], None]] = {
    "high_below": _lower_high,
    "low_above": _higher_low,
    "negative_volume": _set("volume", -1.0),
    "non_finite": _set("volume", np.nan),
    "flat_bars": _flatten,
    "missing_time": _set("timestamp", pd.NaT),
}
plans = st.dictionaries(st.integers(1, N - 2), st.sampled_from(sorted(DEFECTS)), max_size=8)


def inject(frame: Any, plan: dict[int, str]) -> dict[str, list[int]]:
    for row, defect in plan.items():
        DEFECTS[defect](frame, row)
    made: dict[str, list[int]] = {}
    for row, defect in sorted(plan.items()):
        made.setdefault(defect, []).append(row)
    return made


def found(frame: Any) -> dict[str, list[int]]:
    return {one.rule: one.rows.tolist() for one in VALIDATE.validate_ohlcv(frame).findings}


@settings(max_examples=80, deadline=None)
@given(plan=plans, seed=st.integers(0, 30))
def test_exactly_the_injected_rows_are_found(plan: dict[int, str], seed: int) -> None:
    frame = flawless(seed)
    assert found(frame) == {}
    expected = inject(frame, plan)
    made = found(frame)
    # A bar without a time lies at the end for the rules that look at neighbours.
    if "missing_time" in expected:
        made.pop("gaps", None)
        made.pop("outlying_returns", None)
    assert made == expected


@settings(max_examples=40, deadline=None)
@given(plan=plans, seed=st.integers(0, 1000))
def test_order_columns_and_library_do_not_matter(plan: dict[int, str], seed: int) -> None:
    frame = flawless(3)
    expected = inject(frame, plan)
    report = VALIDATE.validate_ohlcv(frame)
    assert VALIDATE.validate_ohlcv(pl.from_pandas(frame)).to_json() == report.to_json()
    beside = frame.assign(note="x", other=1.5).sample(frac=1.0, axis=1, random_state=seed)
    assert found(beside) == found(frame)
    order = np.random.default_rng(seed).permutation(N)
    shuffled = found(frame.iloc[order].reset_index(drop=True))
    for rule, rows in expected.items():
        assert sorted(order[shuffled[rule]]) == rows


@settings(max_examples=40, deadline=None)
@given(row=st.integers(60, N - 60), factor=st.sampled_from([0.1, 0.5, 2.0, 10.0]), back=st.booleans())
def test_bad_ticks_and_splits_warn_while_shocks_inform(row: int, factor: float, back: bool) -> None:
    frame = flawless(5)
    rows = [row] if back else list(range(row, N))
    frame.loc[rows, ["open", "high", "low", "close"]] *= factor
    one = VALIDATE.validate_ohlcv(frame).finding("outlying_returns")
    assert one is not None and one.severity.value == "warning"
    assert one.rows.tolist() == ([row, row + 1] if back else [row])
    shock = flawless(5)
    shock.loc[row:, ["open", "high", "low", "close"]] *= 0.8
    one = VALIDATE.validate_ohlcv(shock).finding("outlying_returns")
    assert one is not None and one.severity.value == "info" and one.rows.tolist() == [row]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1000), missing=st.floats(0, 0.3))
def test_local_deviations_equal_those_of_whole_rolling_windows(seed: int, missing: float) -> None:
    """The shortcut (windows around far returns only) gives what the plain definition gives."""
    rng = np.random.default_rng(seed)
    frame = flawless(seed)
    close = frame["close"].to_numpy() * np.where(rng.random(N) < 0.03, 1.3, 1.0)
    frame["close"] = np.where(rng.random(N) < missing, np.nan, close)
    returns = np.log(frame["close"]).diff()
    floor = 0.25 * np.nanmedian(returns.abs()) if returns.notna().any() else np.nan
    around = returns.rolling(101, center=True, min_periods=5)
    distance = (returns - around.median()).abs()
    local = distance.rolling(101, center=True, min_periods=5).median().clip(lower=floor)
    expected = np.flatnonzero(distance > 10 * 1.4826 * local)
    one = VALIDATE.validate_ohlcv(frame).finding("outlying_returns")
    assert ([] if one is None else one.rows.tolist()) == expected.tolist()


def test_two_shocks_that_do_not_cancel_are_shocks() -> None:
    frame = flawless(5)
    frame.loc[100:, ["open", "high", "low", "close"]] *= 0.75
    frame.loc[101:, ["open", "high", "low", "close"]] *= 1.12
    one = VALIDATE.validate_ohlcv(frame).finding("outlying_returns")
    assert one is not None and one.rows.tolist() == [100, 101] and one.severity.value == "info"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.just(float("nan")), st.floats(0, 10)), min_size=1, max_size=40))
def test_the_local_median_is_numpys(distance: list[float]) -> None:
    rule, values = OutlyingReturns(window=11), np.array(distance)
    made = rule._local(values, np.arange(len(values)))
    for place in range(len(values)):
        known = values[max(0, place - 5) : place + 6]
        known = known[np.isfinite(known)]
        expected = np.median(known) if len(known) >= 5 else np.nan
        np.testing.assert_allclose(made[place], expected)
