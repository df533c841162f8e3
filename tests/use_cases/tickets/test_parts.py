from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml_analytics import MLSystem, train_table
from ml_analytics.core.errors import DataProcessingError
from ml_analytics.use_cases.tickets.parts import parts, require_classes, row_groups


def repeated(rows: int = 200, times: int = 4, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    once = pd.DataFrame(
        {"a": rng.normal(size=rows), "b": rng.normal(size=rows), "target": rng.integers(0, 2, rows)}
    )
    return pd.concat([once] * times, ignore_index=True)


def test_noise_that_is_repeated_is_refused(tmp_path: Path) -> None:
    result = train_table(MLSystem(tmp_path), repeated(), "target", "m")
    assert not result.promoted
    assert result.accuracy.value < 0.7 and result.duplicates == 0
    assert sum(result.rows.values()) == 800 and 152 <= result.rows["test"] <= 168  # whole groups of 4
    assert "block 4" in result.accuracy.method


@pytest.mark.parametrize("seed", range(5))
def test_equal_rows_stand_on_one_side_whatever_their_target(seed: int) -> None:
    table = repeated(seed=seed).sample(frac=0.7, random_state=seed, ignore_index=True)
    rng = np.random.default_rng(seed)
    y = pd.Series(rng.choice(["x", "y", "z"], len(table), p=[0.6, 0.3, 0.1]))
    X = table[["a", "b"]]
    found = parts(X, X, y, None, 0.2, seed)
    keys = list(X.itertuples(index=False, name=None))
    assert not {keys[i] for i in found.train} & {keys[i] for i in found.test}
    assert sorted([*found.train, *found.test]) == list(range(len(table)))
    assert abs(len(found.test) / len(table) - 0.2) < 0.03


def test_classes_keep_their_shares() -> None:
    X = pd.concat([pd.DataFrame({"a": np.arange(500.0)})] * 2, ignore_index=True)
    y = pd.Series(np.where(X["a"] < 50, "rare", "common"))
    found = parts(X, X, y, None, 0.2, 0)
    assert (y.iloc[found.test] == "rare").sum() == 20 and len(found.test) == 200


def test_marked_rows_that_equal_a_training_row_are_not_scored(tmp_path: Path) -> None:
    once = repeated(times=1)
    table = pd.concat([once.assign(split="train"), once.iloc[:30].assign(split="test")], ignore_index=True)
    new = repeated(rows=20, times=1, seed=9).assign(split="test")
    table = pd.concat([table, new], ignore_index=True)
    result = train_table(MLSystem(tmp_path), table, "target", "m", split_column="split")
    assert (result.duplicates, result.rows, result.dropped) == (30, {"train": 200, "test": 20}, {})
    with pytest.raises(DataProcessingError, match=r"differs from every training row\. Got 30"):
        train_table(MLSystem(tmp_path), table.iloc[:230], "target", "m", split_column="split")


def test_in_time_order_equal_rows_are_not_scored(tmp_path: Path) -> None:
    table = repeated(times=1)
    table.iloc[190:, :2] = table.iloc[:10, :2].to_numpy()
    timed = table.set_index(pd.date_range("2024-01-01", periods=200, freq="h", tz="UTC"))
    result = train_table(MLSystem(tmp_path), timed, "target", "m")
    assert (result.duplicates, result.rows) == (10, {"train": 160, "test": 30})


def test_groups_know_missing_values_and_kinds() -> None:
    X = pd.DataFrame(
        {"a": [1.0, np.nan, np.nan, 1.0], "b": ["x", None, None, "y"], "c": pd.Categorical(list("uvvu"))}
    )
    assert row_groups(X).tolist() == [0, 1, 1, 2]


def test_without_two_different_rows_of_a_class_nothing_can_be_tested(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": [1.0, 2.0] * 20, "target": ["x", "y"] * 20})
    with pytest.raises(DataProcessingError, match="Got 2 different rows among 40"):
        train_table(MLSystem(tmp_path), table, "target", "m")


def test_too_many_classes_are_refused_with_the_numbers(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": np.arange(10_753.0), "Decisions": np.arange(10_753) % 6562})
    with pytest.raises(
        DataProcessingError, match=r"at most 1,000 classes with at least 2 rows .*Got 6,562 cl"
    ):
        train_table(MLSystem(tmp_path), table.astype({"Decisions": str}), "Decisions", "m")
    with pytest.raises(DataProcessingError, match="Got 30 classes in 59 rows"):
        require_classes(pd.Series(np.arange(59) % 30, name="t"))
    require_classes(pd.Series(np.arange(2000) % 1000, name="t"))


def test_fractions_are_no_classes(tmp_path: Path) -> None:
    table = repeated(times=1).assign(price=np.linspace(1.25, 9, 200))
    with pytest.raises(DataProcessingError, match=r'train_model\(\.\.\., "regression"\).* such as 1.25'):
        train_table(MLSystem(tmp_path), table, "price", "m")
    require_classes(pd.Series([1.0, 2.0, 1.0, 2.0], name="codes"))
