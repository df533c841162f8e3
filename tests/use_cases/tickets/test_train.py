from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml_analytics import MLSystem, telltales, train_table
from ml_analytics.core.errors import DataProcessingError, ParameterError


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
