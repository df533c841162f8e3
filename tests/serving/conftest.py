from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml_analytics.models import BaseModel, ModelFactory
from ml_analytics.stores import Stores, open_stores


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    return open_stores(tmp_path / "home")


@pytest.fixture
def rows() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(rng.normal(size=(60, 3)), columns=["a", "b", "c"])


@pytest.fixture
def model(rows: pd.DataFrame) -> BaseModel:
    model: BaseModel = ModelFactory.create("logistic")
    return model.fit(rows, np.where(rows["a"] > 0, "up", "down"))
