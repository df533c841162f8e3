from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from ml_analytics import PredictionError
from ml_analytics.core.columns import column_kinds
from ml_analytics.models.tabular.encoding import (
    CategoryEncoder,
    EncodingOptions,
    NumberEncoder,
    TableEncoder,
    TextEncoder,
)

MIXED = pd.DataFrame(
    {
        "text": ["the card was lost today", None, "cash did not come out", "the card came back now"],
        "priority": ["low", "high", None, "low"],
        "age": [1.0, np.nan, 3.0, 8.0],
        "urgent": [True, False, True, True],
        "opened": pd.to_datetime(
            pd.Series(["2024-01-31 23:00", None, "2024-02-29 01:00", "2023-12-25 12:00"])
        ),
    }
)


def fitted(frame: pd.DataFrame = MIXED, **options: object) -> TableEncoder:
    return TableEncoder.fit(frame, column_kinds(frame), EncodingOptions(**options))  # type: ignore[arg-type]


def test_numbers_equal_scikit_learn() -> None:
    column = pd.Series([1.0, np.nan, 3.0, 8.0])
    mine = NumberEncoder.fit(column, time=False, clip=None).transform(column)
    filled = SimpleImputer(strategy="median").fit_transform(column.to_frame())
    np.testing.assert_allclose(mine[:, :1], StandardScaler().fit_transform(filled), rtol=1e-6)
    assert mine[:, 1].tolist() == [0.0, 1.0, 0.0, 0.0]


def test_categories_equal_scikit_learn_and_new_ones_are_zeros() -> None:
    column = pd.Series(["b", "a", "b"])
    encoder = CategoryEncoder.fit(column, 1)
    expected = OneHotEncoder(handle_unknown="ignore").fit(column.to_frame("k"))
    given = pd.Series(["a", "zebra", "b"])
    np.testing.assert_array_equal(
        encoder.transform(given).toarray(), expected.transform(given.to_frame("k")).toarray()
    )
    assert CategoryEncoder.fit(column, 2).categories == ["b"]


def test_text_equals_scikit_learn() -> None:
    texts = MIXED["text"]
    encoder = TextEncoder.fit(texts, EncodingOptions(char=False))
    oracle = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True).fit_transform(texts.fillna(""))
    np.testing.assert_allclose(encoder.transform(texts).toarray(), oracle.toarray(), atol=1e-6)


def test_pieces_of_words_are_added_where_texts_are_short() -> None:
    short = TextEncoder.fit(MIXED["text"], EncodingOptions())
    long = TextEncoder.fit(MIXED["text"].map(lambda text: str(text) * 50), EncodingOptions())
    assert set(short.terms) == {"word", "char"}
    assert set(long.terms) == {"word"}


def test_times_become_calendar_parts_in_utc() -> None:
    encoder = NumberEncoder.fit(MIXED["opened"], time=True, clip=None)
    assert encoder.width == 6
    moved = MIXED["opened"].dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo")
    np.testing.assert_allclose(encoder.transform(moved), encoder.transform(MIXED["opened"]))
    text = MIXED["opened"].astype(str).where(MIXED["opened"].notna())
    np.testing.assert_allclose(encoder.transform(text), encoder.transform(MIXED["opened"]))
    with pytest.raises(PredictionError, match="must hold times"):
        encoder.transform(pd.Series(["yesterday"], name="opened"))


def test_a_table_goes_through_json_and_arrays_unchanged() -> None:
    encoder = fitted()
    encoded = encoder.transform(MIXED)
    described, files = encoder.to_state()
    again = TableEncoder.from_state(json.loads(json.dumps(described, sort_keys=True)), files)
    assert (encoded != again.transform(MIXED)).nnz == 0
    assert sparse.issparse(encoded) and encoded.dtype == np.float32
    assert len(encoder.columns) == encoded.shape[1]
    assert set(encoder.columns) == {0, 1, 2, 3, 4}


def test_without_text_it_is_dense() -> None:
    frame = MIXED.drop(columns="text")
    assert isinstance(fitted(frame).transform(frame), np.ndarray)


def test_clipping_bounds_what_a_linear_model_sees() -> None:
    column = pd.Series([0.0] * 200 + [1e9])
    assert NumberEncoder.fit(column, time=False, clip=5.0).transform(column).max() == 5.0


def test_columns_without_any_value_cost_nothing() -> None:
    frame = pd.DataFrame({"n": [np.nan, np.nan], "t": ["", ""]})
    encoder = TableEncoder(
        {
            "n": NumberEncoder.fit(frame["n"], time=False, clip=None),
            "t": TextEncoder.fit(frame["t"], EncodingOptions()),
        }
    )
    assert encoder.transform(frame).shape == (2, 2)


def test_text_among_numbers_is_refused() -> None:
    encoder = NumberEncoder.fit(pd.Series([1.0, 2.0]), time=False, clip=None)
    with pytest.raises(PredictionError, match="numbers or booleans"):
        encoder.transform(pd.Series(["x"], name="age"))
