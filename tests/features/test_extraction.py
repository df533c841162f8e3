"""Numbers from text and times against the plain language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.features.extraction import datetime_features, text_features


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.one_of(st.none(), st.text(st.characters(max_codepoint=127))), min_size=1, max_size=10)
)
def test_text_features(texts: list[str | None]) -> None:
    made = text_features(pd.Series(texts, dtype=object))
    for row, text in enumerate(text or "" for text in texts):
        size = max(len(text), 1)
        assert made["characters"][row] == len(text)
        assert made["questions"][row] == text.count("?")
        assert made["exclamations"][row] == text.count("!")
        assert made["digits"][row] == sum(one.isdigit() for one in text) / size
        assert made["uppercase"][row] == sum(one.isupper() for one in text) / size


def test_words_are_split_at_white_space() -> None:
    assert text_features(pd.Series([" two  words\n", ""]))["words"].tolist() == [2.0, 0.0]


def test_words_lines_and_links() -> None:
    made = text_features(pd.Series(["See https://example.org and see\nwww.example.org", "ÄÖ ä", ""]))
    assert made["word_length"].tolist() == [(3 + 19 + 3 + 3 + 15) / 5, 1.5, 0.0]
    assert made["unique_words"].tolist() == [4 / 5, 1.0, 0.0]
    assert made["lines"].tolist() == [2.0, 1.0, 0.0]
    assert made["links"].tolist() == [2.0, 0.0, 0.0]
    assert made["uppercase"][1] == 0.5


@settings(max_examples=60, deadline=None)
@given(
    when=st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1)),
    hours=st.integers(-12, 12),
)
def test_datetime_features_are_in_utc(when: datetime, hours: int) -> None:
    local = when.replace(tzinfo=timezone(timedelta(hours=hours)))
    made = datetime_features(pd.Series(pd.DatetimeIndex([local])))
    utc = local.astimezone(UTC)
    expected = [utc.hour, utc.weekday(), utc.day, utc.month, float(utc.weekday() >= 5)]
    assert [values[0] for values in made.values()] == expected
