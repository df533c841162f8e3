from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.core.errors import ParameterError
from ml_analytics.evaluation import always_up, baseline_table, majority, same_as_yesterday

LABELS = st.lists(st.integers(0, 1), min_size=1, max_size=40)


def test_always_up() -> None:
    assert always_up(4).tolist() == [1, 1, 1, 1]
    with pytest.raises(ParameterError, match="'n' parameter of always_up"):
        always_up(0)


def test_yesterday_by_hand() -> None:
    assert same_as_yesterday([0, 1, 0, 0]).tolist() == [1, 0, 1, 0]
    assert same_as_yesterday([0, 0, 0, 1], horizon=3).tolist() == [1, 1, 1, 0]
    assert same_as_yesterday([0, 0], horizon=9).tolist() == [1, 1]
    assert same_as_yesterday(["down", "up", "down"]).tolist() == ["up", "down", "up"]


@given(LABELS, st.integers(1, 10), st.data())
def test_yesterday_does_not_look_ahead(labels: list[int], horizon: int, data: st.DataObject) -> None:
    """The label of bar s is known at s + horizon: changing labels after t - horizon changes nothing at t."""
    t = data.draw(st.integers(0, len(labels) - 1))
    changed = [1 - one if s > t - horizon else one for s, one in enumerate(labels)]
    before, after = same_as_yesterday(labels, horizon), same_as_yesterday(changed, horizon)
    assert before[: t + 1].tolist() == after[: t + 1].tolist()


@given(LABELS, st.integers(1, 5))
def test_majority_is_most_frequent(labels: list[int], n: int) -> None:
    found = majority(labels, n)
    assert found.size == n
    assert labels.count(int(found[0])) == max(labels.count(0), labels.count(1))


def test_a_tie_goes_to_the_last_in_order() -> None:
    assert majority([0, 1], 1).tolist() == [1]
    assert majority(["a", "b"], 1).tolist() == ["b"]


def test_table_by_hand() -> None:
    truth = np.array([1, 1, 0, 1, 1, 0])
    table = baseline_table(truth, y_pred=truth, y_train=[0, 0, 1])
    assert table.index.tolist() == ["always up", "same as yesterday", "majority", "model"]
    assert table["accuracy"].tolist() == pytest.approx([4 / 6, 3 / 6, 2 / 6, 1.0])
    assert table["advantage"].iloc[0] == pytest.approx(2 / 6)
    assert table["advantage"].isna().tolist() == [False, False, False, True]
    assert (table["low"] <= table["accuracy"]).all()
    assert (table["accuracy"] <= table["high"]).all()


def test_text_has_no_up() -> None:
    assert baseline_table(["a", "b", "b"]).index.tolist() == ["same as yesterday"]
