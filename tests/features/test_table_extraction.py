"""Text and times of whole tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.features import DataProcessor


@pytest.fixture
def tickets() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "body": ["my card was lost today", "the card is stolen now", "cash did not come out", None],
            "opened": ["2024-01-06T23:30:00Z", "2024-01-07", "", "2024-03-04 12:00"],
            "closed": pd.to_datetime(["2024-01-07T01:30Z", "2024-01-07T00:00Z", "2024-01-08T00:00Z", "NaT"]),
            "minutes": [1, 2, 3, 4],
        }
    )


def test_times_written_as_text_are_times(tickets: pd.DataFrame) -> None:
    made = DataProcessor().extract_features(tickets)
    np.testing.assert_array_equal(made["opened_hour"], [23, 0, np.nan, 12])
    assert made["minutes"].tolist() == [1, 2, 3, 4]
    assert not {"opened", "closed", "body"} & set(made.columns)


def test_hours_between_times(tickets: pd.DataFrame) -> None:
    made = DataProcessor().extract_features(tickets, {"time_differences": True})
    np.testing.assert_array_equal(made["closed_since_opened"], [2.0, 0.0, np.nan, np.nan])


def test_places_on_the_circle(tickets: pd.DataFrame) -> None:
    made = DataProcessor().extract_features(tickets, {"cyclical": True})
    parts = ("hour", "weekday", "day_of_year")
    for part in parts:
        size = made[f"opened_{part}_sin"] ** 2 + made[f"opened_{part}_cos"] ** 2
        np.testing.assert_allclose(size.dropna(), 1)
    late, midnight = made[["opened_hour_sin", "opened_hour_cos"]].to_numpy()[:2]
    assert np.linalg.norm(late - midnight) == pytest.approx(2 * np.sin(np.pi * 0.5 / 24))


def test_terms_are_learned_from_training_only(tickets: pd.DataFrame) -> None:
    processor = DataProcessor()
    config = {"text_terms": 3}
    with pytest.raises(DataProcessingError, match="is_training=True first"):
        processor.extract_features(tickets, config, is_training=False)
    train = processor.extract_features(tickets, config)
    assert train["body_term_card"].tolist()[2:] == [0.0, 0.0]
    assert (train["body_term_card"][:2] > 0).all()
    new = tickets.assign(body="completely different words words words")
    made = processor.extract_features(new, config)
    assert list(made.columns) == list(train.columns), "seen again, nothing is learned anew"
    again = processor.extract_features(new, config, is_training=True)
    assert "body_term_card" not in again.columns


def test_pandas_and_polars_give_the_same(tickets: pd.DataFrame) -> None:
    config = {"text_terms": 3, "cyclical": True, "time_differences": True}
    expected = DataProcessor().extract_features(tickets, config)
    made = DataProcessor().extract_features(pl.from_pandas(tickets), config)
    assert made.columns == list(expected.columns)
    np.testing.assert_array_equal(made.to_numpy(), expected.to_numpy())


def test_names_that_clash_and_bad_settings(tickets: pd.DataFrame) -> None:
    with pytest.raises(DataProcessingError, match=r"clash.*'body_words'"):
        DataProcessor().extract_features(tickets.assign(body_words=1))
    bad: list[tuple[str, Any]] = [
        ("cyclical", 1),
        ("text_terms", -1),
        ("text_terms", True),
        ("text_terms", "many"),
    ]
    for name, value in bad:
        with pytest.raises(ParameterError, match=f"'{name}'"):
            DataProcessor().extract_features(tickets, {name: value})


def test_a_time_that_is_none_any_more(tickets: pd.DataFrame) -> None:
    processor = DataProcessor()
    processor.extract_features(tickets)
    with pytest.raises(DataProcessingError, match=r"'opened'.*times.*'yesterday'"):
        processor.extract_features(tickets.assign(opened="yesterday"))
