"""Categories as numbers: places for the missing, the unseen and the rare."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from ml_analytics.core.errors import ParameterError
from ml_analytics.features.encoding import CategoryCoder, check_encoding
from ml_analytics.features.target_encoding import Averaging, Outcome

words = st.lists(st.one_of(st.none(), st.sampled_from("abcdef")), min_size=1, max_size=40)


def column(cells: list[str | None]) -> pd.Series:
    return pd.Series(cells, dtype=object)


@settings(max_examples=60, deadline=None)
@given(words, words)
def test_one_hot_and_ordinal_equal_scikit_learn(training: list[str | None], new: list[str | None]) -> None:
    known = sorted({one for one in training if one is not None})
    if not known:
        return
    peers = {
        "one_hot": OneHotEncoder(categories=[known], handle_unknown="ignore", sparse_output=False),
        "ordinal": OrdinalEncoder(
            categories=[known], handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-1
        ),
    }
    cells = np.asarray([one if one is not None else "?" for one in new], dtype=object)[:, None]
    for how, peer in peers.items():
        coder = CategoryCoder.fit(column(training), how)
        peer.fit(np.asarray(known, dtype=object)[:, None])
        np.testing.assert_array_equal(coder.transform(column(new)), peer.transform(cells))
        assert len(coder.names("a")) == coder.transform(column(new)).shape[1]


def test_frequencies() -> None:
    coder = CategoryCoder.fit(column(["a", "a", "b", None]), "frequency")
    assert coder.names("c") == ["c_frequency"]
    assert coder.transform(column(["a", "b", None, "new"])).ravel().tolist() == [0.5, 0.25, 0.25, 0.0]


@pytest.mark.parametrize(("how", "unseen"), [("one_hot", [[0.0, 1.0]]), ("ordinal", [[1.0]])])
def test_rare_and_unseen_go_together(how: str, unseen: list[list[float]]) -> None:
    coder = CategoryCoder.fit(column(["a", "a", "b", "c"]), how, min_frequency=2)
    assert coder.names("x") == (["x_a", "x_rare"] if how == "one_hot" else ["x"])
    for one in ("b", "c", "new"):
        assert coder.transform(column([one])).tolist() == unseen
    assert coder.transform(column([None])).max() <= 0
    alone = CategoryCoder.fit(column(["a", "a"]), how, min_frequency=2)
    assert alone.transform(column(["new"])).max() <= 0


def test_target_means_of_new_rows() -> None:
    target = [1.0, 0.5, 4.0, 6.5]
    outcome = Outcome.of(target, pd.DataFrame(index=range(4)), "x")
    coder = CategoryCoder.fit(column(["a", "a", "b", None]), "target", outcome=outcome, smoothing=1.0)
    overall = np.mean(target)
    expected = [(1.5 + overall) / 3, (4 + overall) / 2, (6.5 + overall) / 2, overall]
    np.testing.assert_allclose(coder.transform(column(["a", "b", None, "new"])).ravel(), expected)
    assert coder.names("x") == ["x_target"]
    averaging = Averaging(1.0, np.arange(4), 0, 0)
    training = coder.transform_training(column(["a", "a", "b", None]), outcome, averaging)
    assert not np.allclose(training, coder.transform(column(["a", "a", "b", None])))
    other = CategoryCoder.fit(column(["a", "b"]), "one_hot")
    np.testing.assert_array_equal(other.transform_training(column(["b"]), outcome, averaging), [[0, 1]])


def test_classes_of_a_target_are_columns() -> None:
    outcome = Outcome.of(["low", "mid", "high"], pd.DataFrame(index=range(3)), "x")
    coder = CategoryCoder.fit(column(["a", "a", "b"]), "target", outcome=outcome, smoothing=0.0)
    assert coder.names("x") == ["x_target_high", "x_target_low", "x_target_mid"]
    assert coder.transform(column(["a", "b"])).tolist() == [[0.0, 0.5, 0.5], [1.0, 0.0, 0.0]]


@pytest.mark.parametrize("how", ["one_hot", "ordinal", "frequency", "target"])
def test_through_json(how: str) -> None:
    outcome = Outcome.of([1.5, 2, 3], pd.DataFrame(index=range(3)), "x")
    coder = CategoryCoder.fit(column(["a", "ü", None]), how, min_frequency=1, outcome=outcome, smoothing=2.0)
    assert CategoryCoder.from_state(json.loads(json.dumps(coder.to_state()))) == coder


def test_what_may_be_asked_for() -> None:
    assert check_encoding("target", "x") == {"": "target"}
    assert check_encoding({"team": "frequency"}, "x") == {"": "auto", "team": "frequency"}
    for bad in ("hash", None, {"team": "hash"}, ["target"]):
        with pytest.raises(ParameterError, match="'encoding'"):
            check_encoding(bad, "x")
