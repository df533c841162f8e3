from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml_analytics import MLSystem

X = pd.DataFrame(np.random.default_rng(0).normal(size=(120, 2)), columns=["a", "b"])
y = (X["a"] > 0).astype(int)


@pytest.mark.parametrize(
    "data",
    [
        (X, y),
        [X, y],
        {"X": X, "y": y},
        (X.to_numpy(), y.to_numpy()),
        (pl.from_pandas(X), pl.Series(y.tolist())),
    ],
    ids=["pair", "list", "mapping", "arrays", "polars"],
)
def test_training_data_of_every_shape_is_trained_registered_and_compiled(tmp_path: Path, data: Any) -> None:
    with MLSystem(tmp_path) as system:
        trained = system.train_model("m", "logistic", data, data)
        assert trained["metrics"]["validation"]["accuracy"] > 0.9
        assert system.get_model("m").platform == "onnx"


def test_closing_gives_back_what_it_opened_and_nothing_else(tmp_path: Path) -> None:
    with MLSystem(tmp_path) as own:
        own.train_model("m", "logistic", (X, y))
    assert own.stores.records.engine.pool.checkedin() == 0  # type: ignore[attr-defined]
    shared = MLSystem(tmp_path)
    with MLSystem(shared.stores) as guest:
        assert guest.list_models()
    assert shared.stores.records.engine.pool.checkedin() > 0  # type: ignore[attr-defined]
    shared.close()
