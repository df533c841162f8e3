"""Laws of trades, quotes and depth: exactly what was put in is found, and nothing in flawless ticks."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.data import DataValidator
from ml_analytics.data.validation import Severity, ValidationReport, tick_rules
from ml_analytics.data.validation.kinds import TableKind, table_kind
from ml_analytics.data.validation.tick_rules import TICK_RULES
from ml_analytics.data.validation.ticks import stamps

VALIDATE = DataValidator()
START = 1_723_161_254_000_000_000
N = 120


def _common(n: int = N) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    exchange = START + np.cumsum(rng.integers(1_000_000, 40_000_000, n))
    local = exchange + 5_000_000 + rng.integers(0, 900_000, n)
    return {"market": "spot", "local_ns": local, "exch_ms": exchange // 1_000_000}


def trades() -> Any:
    rng = np.random.default_rng(1)
    price = np.round(100 * np.exp(np.cumsum(rng.normal(0, 1e-4, N))), 2)
    sides = rng.choice(["buy", "sell"], N)
    return pd.DataFrame(
        {
            **_common(),
            "trade_id": np.arange(500, 500 + N),
            "price": price,
            "qty": rng.uniform(0.1, 1, N),
            "side": sides,
        }
    )


def quotes() -> Any:
    rng = np.random.default_rng(2)
    bid = np.round(100 * np.exp(np.cumsum(rng.normal(0, 1e-4, N))), 2)
    size = rng.uniform(0.1, 1, (2, N))
    return pd.DataFrame({**_common(), "bid": bid, "bid_qty": size[0], "ask": bid + 0.01, "ask_qty": size[1]})


def depth() -> Any:
    rng = np.random.default_rng(3)
    side = rng.choice([1, -1], N)
    update = np.repeat(np.arange(N // 4), 4)
    snapshot = np.arange(N) < 20
    first = np.where(snapshot, 900, 901 + 10 * update)
    last = np.where(snapshot, 900, 910 + 10 * update)
    qty = np.where(np.arange(N) % 3 == 0, 0.0, 1.0)
    return pd.DataFrame(
        {
            **_common(),
            "is_snapshot": snapshot,
            "first_id": first,
            "last_id": last,
            "side": side,
            "price": 100.0 - side * rng.uniform(0.1, 2, N),
            "qty": qty,
        }
    )


MAKERS: dict[str, Callable[[], Any]] = {"trades": trades, "quotes": quotes, "depth": depth}


def check(kind: str, frame: Any) -> ValidationReport:
    report: ValidationReport = getattr(VALIDATE, f"validate_{kind}")(frame)
    return report


def rules(report: ValidationReport) -> dict[str, list[int]]:
    return {one.rule: one.rows.tolist() for one in report.findings}


def plant(kind: str, column: str, value: Any, rows: list[int]) -> Any:
    frame = MAKERS[kind]()
    if isinstance(value, str):
        frame[column] = frame[column].astype(object)
    frame.loc[rows, column] = value
    return frame


def test_every_file_is_in_the_list() -> None:
    files = {path.stem for path in Path(str(tick_rules.__file__)).parent.glob("*.py")} - {"__init__"}
    assert files == {type(rule).__module__.rpartition(".")[2] for rule in TICK_RULES}
    names = [rule.name for rule in TICK_RULES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("kind", MAKERS)
def test_times_with_and_without_a_zone_in_one_column(kind: str) -> None:
    frame = MAKERS[kind]()
    part = next(name for name in frame.columns if name.startswith("local"))
    times = pd.Series(pd.to_datetime(frame[part], utc=True).dt.strftime("%Y-%m-%dT%H:%M:%S.%f"))
    frame[part] = times.where(frame.index.isin([4, 9]), times + "Z")
    found = check(kind, frame).finding("mixed_zones")
    assert found is not None and found.rows.tolist() == [4, 9]
    frame[part] = times
    assert check(kind, frame).finding("mixed_zones") is None


@pytest.mark.parametrize("kind", MAKERS)
def test_flawless_ticks_raise_nothing_and_are_recognised(kind: str) -> None:
    frame = MAKERS[kind]()
    assert check(kind, frame).findings == ()
    assert table_kind(frame) is TableKind(kind)
    report = VALIDATE.validate(frame)
    assert report.findings == () and report.subject == kind
    assert report.start is not None and report.end is not None and report.start < report.end


@pytest.mark.parametrize(
    ("kind", "column", "value", "rows", "rule", "rejects"),
    [
        ("trades", "price", np.nan, [3], "non_finite", True),
        ("trades", "price", np.inf, [3], "non_finite", True),
        ("trades", "price", -1.0, [3, 9], "non_positive_price", True),
        ("trades", "qty", 0.0, [5], "bad_quantity", True),
        ("trades", "qty", -2.0, [5], "bad_quantity", True),
        ("trades", "side", "hold", [0, 8], "bad_side", True),
        ("trades", "trade_id", 505, [6], "duplicate_trades", True),
        ("trades", "price", 150.0, [40], "outlying_prices", False),
        ("quotes", "bid", 200.0, [7], "crossed_quotes", True),
        ("quotes", "ask_qty", -1.0, [7], "bad_quantity", True),
        ("quotes", "ask", 0.0, [11], "non_positive_price", True),
        ("depth", "side", 0, [30, 31], "bad_side", True),
        ("depth", "qty", -1.0, [50], "bad_quantity", True),
        ("depth", "price", 0.0, [50], "non_positive_price", True),
    ],
)
def test_planted_defects_are_found_in_their_rows(
    kind: str, column: str, value: Any, rows: list[int], rule: str, rejects: bool
) -> None:
    report = check(kind, plant(kind, column, value, rows))
    assert rules(report)[rule] == rows
    assert all((rule in report.rejected.get(row, "")) is rejects for row in rows)


def test_a_deleted_level_is_no_defect_and_a_trade_of_nothing_is() -> None:
    frame = depth()
    assert (frame["qty"] == 0).any() and check("depth", frame).ok
    assert not check("trades", plant("trades", "qty", 0.0, [1])).ok


@settings(max_examples=60, deadline=None)
@given(offset_ms=st.integers(100, 5_000), noise=st.integers(0, 1), kind=st.sampled_from(sorted(MAKERS)))
def test_the_offset_of_the_clock_is_estimated_robustly(offset_ms: int, noise: int, kind: str) -> None:
    frame = MAKERS[kind]()
    frame["local_ns"] -= offset_ms * 1_000_000
    if noise:
        frame.loc[60, "exch_ms"] += 3_600_000  # one absurd stamp
    report = check(kind, frame)
    found = report.finding("negative_latency")
    assert found is not None and found.severity is Severity.ERROR and report.rejected == {}
    early = frame["exch_ms"].to_numpy() * 1_000_000 > frame["local_ns"].to_numpy()
    assert found.rows.tolist() == np.flatnonzero(early).tolist()
    latency = frame["local_ns"].to_numpy() - frame["exch_ms"].to_numpy() * 1_000_000
    assert found.details["clock_offset_s"] == pytest.approx(-np.quantile(latency, 0.01) / 1e9, abs=1e-6)
    assert offset_ms / 1000 - 0.007 <= found.details["clock_offset_s"] <= offset_ms / 1000 - 0.003


def test_one_absurd_stamp_moves_no_offset() -> None:
    frame = pd.concat([trades().assign(trade_id=lambda t, k=k: t["trade_id"] + k * N) for k in range(3)])
    frame["market"] = np.repeat(["a", "b", "c"], N)
    frame = frame.reset_index(drop=True)
    frame.loc[100, "exch_ms"] += 3_600_000
    found = check("trades", frame).finding("negative_latency")
    assert found is not None and found.rows.tolist() == [100]
    assert found.details["clock_offset_s"] == 0.0 and "their stamps are wrong" in found.sentence


def test_markets_are_judged_one_by_one() -> None:
    both = pd.concat([trades(), trades().assign(market="perpetual")], ignore_index=True)
    assert check("trades", both).findings == (), "times begin anew and ids are equal, each in its own market"
    assert {"unsorted", "duplicate_trades"} <= set(rules(check("trades", both.drop(columns="market"))))


def test_disorder() -> None:
    frame = trades().iloc[[0, 1, 5, 2, 3, 4, *range(6, N)]].reset_index(drop=True)
    assert rules(check("trades", frame)) == {"unsorted": [3, 4, 5]}
    frame = trades()
    frame.loc[10, "exch_ms"] = frame.loc[7, "exch_ms"] - 1
    assert rules(check("trades", frame)) == {"exchange_disorder": [10]}
    found = check("trades", frame).finding("exchange_disorder")
    assert found is not None and found.severity is Severity.WARNING


def test_what_is_lost() -> None:
    frame = trades().drop(index=[50, 51, 90]).reset_index(drop=True)
    report = check("trades", frame)
    assert rules(report) == {"lost_trades": [50, 88]}
    found = report.finding("lost_trades")
    assert found is not None and found.details["lost"] == 3 and "3 trades not recorded" in found.sentence
    scattered = trades().assign(trade_id=lambda t: t["trade_id"] * 7)
    assert check("trades", scattered).findings == (), "ids that are not counted one by one"


def test_the_book_needs_every_update() -> None:
    frame = depth()
    rows = frame.index[frame["first_id"] == 901 + 10 * 15]
    report = check("depth", frame.drop(index=rows).reset_index(drop=True))
    assert rules(report) == {"lost_updates": [rows[0]]}
    frame["prev_id"] = frame["last_id"].where(frame["is_snapshot"], frame["last_id"] - 10)
    assert check("depth", frame).findings == ()
    frame["first_id"] += np.where(frame["is_snapshot"], 0, 3)  # ids are not contiguous, prev_id decides
    assert check("depth", frame).findings == ()
    assert rules(check("depth", frame.drop(index=rows).reset_index(drop=True))) == {"lost_updates": [rows[0]]}


@settings(max_examples=30, deadline=None)
@given(early=st.integers(0, 40))
def test_a_late_snapshot(early: int) -> None:
    frame = depth()
    order = [*range(20, 20 + early), *range(20), *range(20 + early, N)]
    frame = frame.iloc[order].reset_index(drop=True)
    frame["local_ns"] = np.sort(frame["local_ns"])
    found = check("depth", frame).finding("late_snapshot")
    if early == 0:
        assert found is None
        return
    assert found is not None and found.rows.tolist() == list(range(early))
    (one,) = found.details["markets"]
    assert (one["snapshot_row"], one["updates_before"]) == (early, early)
    late = frame["local_ns"][early] - frame["local_ns"][0]
    assert one["seconds_late"] == pytest.approx(late / 1e9, abs=1e-6)


def test_sides_in_every_writing_and_the_wrong_way_round() -> None:
    frame = depth()
    for bid, ask in ((1, -1), (1, 2), ("bid", "ask"), ("BUY", "SELL"), ("B", "A"), ("b", "s")):
        written = frame.assign(side=[bid if side == 1 else ask for side in frame["side"]])
        assert check("depth", written).findings == (), (bid, ask)
    report = check("depth", frame.assign(side=-frame["side"]))
    assert rules(report) == {"swapped_sides": list(range(N))}


def test_locked_quotes_and_absent_exchange_times() -> None:
    frame = quotes()
    frame.loc[5, "ask"] = frame.loc[5, "bid"]
    frame["exch_ms"] = frame["exch_ms"].astype(float)
    frame.loc[[2, 3], "exch_ms"] = np.nan
    assert rules(check("quotes", frame)) == {"locked_quotes": [5], "missing_exchange_time": [2, 3]}


@settings(max_examples=40, deadline=None)
@given(
    kind=st.sampled_from(sorted(MAKERS)),
    bad=st.sets(st.integers(20, N - 1), min_size=1, max_size=5),
    seed=st.integers(0, 10_000),
)
def test_columns_order_and_library_do_not_matter(kind: str, bad: set[int], seed: int) -> None:
    frame = MAKERS[kind]()
    frame.loc[sorted(bad), "ask" if kind == "quotes" else "price"] = -5.0
    one = check(kind, frame)
    assert rules(one)["non_positive_price"] == sorted(bad)
    shuffled = frame.assign(note="x", other=1.5).sample(frac=1.0, axis=1, random_state=seed)
    upper = shuffled.rename(columns=str.upper)
    assert rules(check(kind, shuffled)) == rules(check(kind, upper)) == rules(one)
    assert check(kind, pl.from_pandas(frame)).to_json() == one.to_json()
    rows = np.random.default_rng(seed).permutation(N)
    mixed = check(kind, frame.iloc[rows].reset_index(drop=True)).finding("non_positive_price")
    assert mixed is not None and sorted(rows[mixed.rows]) == sorted(bad)


def test_times_in_every_unit_and_writing() -> None:
    nanoseconds = np.array([START, START + 10**9])
    for column in (
        pd.Series(nanoseconds),
        pd.Series(nanoseconds // 10**3),
        pd.Series(nanoseconds // 10**6),
        pd.Series(nanoseconds // 10**9),
        pd.Series(nanoseconds / 10**9),
        pd.Series(nanoseconds // 10**6).astype(float),
        pd.Series(pd.DatetimeIndex(nanoseconds.astype("datetime64[ns]"), tz="UTC")),
        pd.Series(
            pd.DatetimeIndex(nanoseconds.astype("datetime64[ns]"), tz="UTC").strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        ),
    ):
        assert np.abs(stamps(column) - nanoseconds).max() == 0, column.dtype
    assert (stamps(pd.Series([1.0, 2.0])) == np.iinfo(np.int64).min).all(), "numbers of no unit are no times"


def test_what_is_absent_is_named_and_names_can_be_given() -> None:
    frame = trades().rename(columns={"qty": "lots", "local_ns": "seen", "exch_ms": "said"})
    report = check("trades", frame)
    found = report.finding("missing_columns")
    assert found is not None and found.count == 2 and "qty" in found.sentence and "time" in found.sentence
    named = VALIDATE.validate_trades(frame, {"qty": "lots", "local_time": "seen", "exchange_time": "said"})
    assert named.findings == ()
    with pytest.raises(ParameterError, match="'columns'"):
        VALIDATE.validate_trades(frame, {"volume": "lots"})
    with pytest.raises(ParameterError, match="'columns'"):
        VALIDATE.validate_trades(frame, {"qty": "absent"})


def test_no_rows_no_table_and_rules_that_are_left_out() -> None:
    assert [one.rule for one in check("trades", trades().head(0)).errors] == ["empty_table"]
    with pytest.raises(ParameterError, match="'frame'"):
        VALIDATE.validate_depth(42)
    with pytest.raises(DataProcessingError, match="stands twice"):
        VALIDATE.validate_quotes(pd.DataFrame([[1, 2]], columns=["bid", "bid"]))
    some = [rule for rule in TICK_RULES if rule.name != "non_positive_price"]
    assert DataValidator(tick_rules=some).validate_trades(plant("trades", "price", -1.0, [3])).ok
    with pytest.raises(ParameterError, match="'tick_rules'"):
        DataValidator(tick_rules=["unsorted"])  # type: ignore[list-item]


_CELL = st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=3), st.booleans())


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(sorted(MAKERS)),
    cells=st.lists(st.lists(_CELL, min_size=12, max_size=12), min_size=1, max_size=5),
)
@example(kind="depth", cells=[[None, None, None, None, None, None, math.inf, None, None, None, None, None]])
def test_no_table_breaks_a_rule(kind: str, cells: list[list[Any]]) -> None:
    names = list(dict.fromkeys([*trades(), *quotes(), *depth()]))[:12]
    frame = pd.DataFrame(cells, columns=names).astype(object)
    report = check(kind, frame)
    report.render(width=80)
    report.to_html()
    report.to_json()
    VALIDATE.validate(frame)
