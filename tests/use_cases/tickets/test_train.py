from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml_analytics import MLSystem, predict_table, telltales, train_table
from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.training import trainer as trainer_module
from ml_analytics.use_cases.tickets import train as train_module


def table(rows: int = 240) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    kind = rng.integers(0, 2, rows)
    return pd.DataFrame(
        {
            "hours": rng.normal(size=rows) + 1.5 * kind,
            "site": rng.choice(["a", "b"], rows),
            "code": np.where(kind == 1, "x1", "x0"),
            "target": np.where(kind == 1, "yes", "no"),
        }
    )


def test_a_column_that_gives_the_target_away_is_named(tmp_path: Path) -> None:
    result = train_table(MLSystem(tmp_path), table(), "target", "m")
    assert result.telltales == {"code": 1.0}
    honest = train_table(MLSystem(tmp_path), table(), "target", "honest", drop=("code",))
    assert honest.telltales == {}
    assert honest.accuracy.value < result.accuracy.value


def test_noise_is_refused_and_says_why(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    noise = pd.DataFrame({"a": rng.normal(size=200), "target": rng.integers(0, 2, 200)})
    system = MLSystem(tmp_path)
    result = train_table(system, noise, "target", "m")
    assert not result.promoted
    assert any("most frequent class" in reason for reason in result.reasons)
    assert system.list_models()[0]["stages"] == {}


def test_the_same_table_gives_the_same_version(tmp_path: Path) -> None:
    system = MLSystem(tmp_path)
    assert {train_table(system, table(), "target", "m").version for _ in range(2)} == {"1.0.0"}
    assert train_table(system, table(241), "target", "m").version == "1.1.0"


def test_the_split_column_is_obeyed_and_not_learned_from(tmp_path: Path) -> None:
    marked = table().assign(split=lambda frame: np.where(np.arange(len(frame)) % 4 == 0, "test", "train"))
    result = train_table(MLSystem(tmp_path), marked, "target", "m", split_column="split")
    assert result.rows == {"train": 180, "test": 60}
    assert "split" not in result.kinds
    with pytest.raises(DataProcessingError, match="train and test"):
        train_table(MLSystem(tmp_path), marked.assign(split="train"), "target", "m", split_column="split")


@pytest.mark.parametrize("target", ["absent", ""])
def test_unknown_targets(tmp_path: Path, target: str) -> None:
    with pytest.raises(ParameterError, match="target"):
        train_table(MLSystem(tmp_path), table(), target, "m")


def test_telltales_ignore_identifiers_and_text() -> None:
    frame = table()
    frame["id"] = np.arange(len(frame))
    frame["body"] = ["some longer words stand here " + str(i) for i in range(len(frame))]
    assert set(telltales(frame.drop(columns="target"), frame["target"])) == {"code"}


def test_times_as_index_are_not_learned_from_and_the_last_rows_are_the_test(tmp_path: Path) -> None:
    hours = pd.date_range("2024-01-01", periods=240, freq="h", tz="UTC").floor("3h")  # times repeat
    timed = table().set_index(hours).sample(frac=1.0, random_state=0)
    timed["late"] = np.where(timed.index >= hours[192], "late", "early")
    timed.loc[timed["late"] == "late", "target"] = "late"
    system = MLSystem(tmp_path)
    result = train_table(system, timed, "target", "m", drop=("late",))
    assert result.rows == {"train": 192, "test": 48}
    assert result.accuracy.value == 0.0  # a class that only the last rows have
    assert set(result.kinds) == {"hours", "site", "code"}
    named = table().set_index(hours.rename("hours"))
    assert train_table(system, named, "target", "n").rows == {"train": 192, "test": 48}
    assert len(predict_table(system, "m", timed)) == 240


def test_rows_with_another_mark_are_counted(tmp_path: Path) -> None:
    marks = np.array(["test", "valid", "train", "train"])[np.arange(240) % 4]
    marked = table().assign(split=marks)
    result = train_table(MLSystem(tmp_path), marked, "target", "m", split_column="split")
    assert result.rows == {"train": 120, "test": 60}
    assert result.dropped == {"another mark than train or test in 'split'": 60}


def test_columns_may_be_numbered(tmp_path: Path) -> None:
    numbered = table().set_axis([0, 1, 2, 3], axis=1)
    system = MLSystem(tmp_path)
    result = train_table(system, numbered, "3", "m")
    assert set(result.kinds) == {"0", "1", "2"}
    assert len(predict_table(system, "m", numbered)) == 240


def test_trained_again_after_archive_delete_or_an_upgrade_it_is_a_new_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = MLSystem(tmp_path)
    noise = table().assign(target=np.random.default_rng(9).integers(0, 2, 240))  # refused, so not live
    assert train_table(system, noise, "target", "m").version == "1.0.0"
    system.archive_model("m", "1.0.0")
    assert train_table(system, noise, "target", "m").version == "1.1.0"
    system.delete_model("m", "1.1.0")
    assert train_table(system, noise, "target", "m").version == "1.2.0"
    for module in (train_module, trainer_module):
        monkeypatch.setattr(module, "library_versions", lambda: {"numpy": "99"})
    assert train_table(system, noise, "target", "m").version == "1.3.0"


@pytest.mark.parametrize("model_type", ["table_regressor", "hmm", "linear"])
def test_only_classifiers_are_taken(tmp_path: Path, model_type: str) -> None:
    with pytest.raises(ParameterError, match="'model_type'"):
        train_table(MLSystem(tmp_path), table(), "target", "m", model_type=model_type)


def test_a_classifier_without_a_seed_is_trained(tmp_path: Path) -> None:
    result = train_table(
        MLSystem(tmp_path), table(), "target", "m", model_type="dummy", drop=("site", "code")
    )
    assert not result.promoted
