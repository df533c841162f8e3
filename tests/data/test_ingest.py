from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml_analytics.core.errors import DataProcessingError
from ml_analytics.data import load_sp500
from ml_analytics.data.ingest import content_frame, documents_of, storable, unread_reason

NOW = datetime(2024, 5, 1, tzinfo=UTC)


def _documents(table: Any, symbol: str | None = "X", source: str = "s") -> list[dict[str, Any]]:
    return [document for _, document in documents_of(table, source, "raw_market", symbol, NOW)]


def test_raw_rows_come_back_unchanged() -> None:
    bars = load_sp500().head(30)
    pd.testing.assert_frame_equal(content_frame(_documents(bars)), bars, check_freq=False)


def test_odd_cells_are_kept() -> None:
    frame = pd.DataFrame(
        {
            "timestamp": pd.date_range("2024-01-01", periods=4, tz="UTC"),
            "close": [1.5, np.nan, np.inf, -np.inf],
            "note": ["=1+2", None, "n/a", ["list"]],
            "n": [1, 2**70, True, {"a": 1}],
        }
    )
    first, second, third, fourth = (one["raw_content"] for one in _documents(frame))
    assert first == {"close": 1.5, "note": "=1+2", "n": 1}
    assert second == {"n": 2**70}
    assert third == {"close": "Infinity", "note": "n/a", "n": True}
    assert fourth == {"close": "-Infinity", "note": ["list"], "n": {"a": 1}}
    assert content_frame(_documents(frame))["close"].tolist()[2:] == [np.inf, -np.inf]


def test_identity_is_source_symbol_time_and_content() -> None:
    bars = load_sp500().head(5)
    ids = [one["_id"] for one in _documents(bars)]
    assert len(set(ids)) == 5 and all(len(one) == 64 for one in ids)
    assert [one["_id"] for one in _documents(bars.iloc[::-1])][::-1] == ids
    assert [one["_id"] for one in _documents(bars.reset_index())] == ids
    assert [one["_id"] for one in _documents(pl.from_pandas(bars.reset_index()))] == ids
    assert [one["_id"] for one in _documents(bars.tz_convert("Asia/Tokyo"))] == ids
    for other in (_documents(bars, symbol="Y"), _documents(bars, source="z"), _documents(bars * 2)):
        assert not {one["_id"] for one in other} & set(ids)


def test_a_time_that_cannot_be_read_is_kept_and_told_apart() -> None:
    frame = pd.DataFrame({"date": ["31/12/2018", "30/12/2018", None], "close": 1.0})
    made = [document for _, document in documents_of(frame, "s", "text", None, NOW)]
    assert [one["metadata"].get("time_as_given") for one in made] == ["'31/12/2018'", "'30/12/2018'", None]
    assert len({one["_id"] for one in made}) == 3
    reason = unread_reason(made[0])
    assert "ISO 8601" in reason and "31/12/2018" in reason
    assert unread_reason(made[2]) == "missing_time"


def test_times() -> None:
    naive = pd.DataFrame({"date": ["2024-01-01", "nonsense", None], "close": [1, 2, 3]})
    with pytest.warns(UserWarning, match="taken as UTC"):
        times = [time for time, _ in documents_of(naive, "s", "text", None, NOW)]
    assert times == [datetime(2024, 1, 1, tzinfo=UTC), None, None]
    with pytest.raises(DataProcessingError, match=r"timestamp, time, date or datetime .* columns close"):
        _documents(pd.DataFrame({"close": [1.0]}))
    with pytest.raises(DataProcessingError, match="at least one row"):
        _documents(pd.DataFrame({"timestamp": []}))


def test_only_what_no_database_can_hold_is_written_out() -> None:
    frame = pd.DataFrame(
        {"timestamp": ["2024-01-01T00:00Z"] * 3, "a": ["😀 \\u0000", "x\x00y", "\udc80"]}, dtype=object
    )
    fine, nul, lone = _documents(frame)
    assert storable(fine) is None
    for document, written in ((nul, "x\\u0000y"), (lone, "\\udc80")):
        found = storable(document)
        assert found is not None
        assert found["raw_content"] == {"a": written}
        assert {**found, "raw_content": 0} == {**document, "raw_content": 0}
    named = pd.DataFrame({"timestamp": ["2024-01-01T00:00Z"], "a\x00": [1]})
    assert (storable(_documents(named)[0]) or {})["raw_content"] == {"a\\u0000": 1}
