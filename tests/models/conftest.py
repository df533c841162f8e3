from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest

from ml_analytics.models import BaseModel, ModelFactory

REAL_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def table() -> pd.DataFrame:
    """Make a numeric table of 80 rows and three columns."""
    return pd.DataFrame(np.random.default_rng(0).normal(size=(80, 3)), columns=["a", "b", "c"])


@pytest.fixture(scope="session")
def labels(table: pd.DataFrame) -> pd.Series:
    return pd.Series(np.where(table["a"] + table["b"] > 0, "up", "down"))


@pytest.fixture
def forest(table: pd.DataFrame, labels: pd.Series) -> BaseModel:
    model: BaseModel = ModelFactory.create("random_forest", n_estimators=3, max_depth=3).fit(table, labels)
    return model


@pytest.fixture
def logistic(table: pd.DataFrame, labels: pd.Series) -> BaseModel:
    """Give a model whose state is a skops file."""
    model: BaseModel = ModelFactory.create("logistic").fit(table, labels)
    return model


@pytest.fixture
def boosted(table: pd.DataFrame, labels: pd.Series) -> BaseModel:
    model: BaseModel = ModelFactory.create("xgboost", n_estimators=3, max_depth=3).fit(table, labels)
    return model


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], pd.DataFrame]:
    def read(name: str) -> pd.DataFrame:
        path = REAL_DATA / name
        if not path.exists():
            pytest.skip("the shared real data (../shared/data) is not on this machine")
        return pd.read_parquet(path)

    return read


class _Watch:
    """Interpreter events that a safe load never raises. One hook a process: they cannot be removed."""

    events: ClassVar[list[str]] = []
    on = False

    def __call__(self, event: str, args: Any) -> None:
        if self.on and event in ("pickle.find_class", "os.system", "subprocess.Popen", "exec"):
            # Imports execute the code of modules; only code from elsewhere counts.
            if event == "exec" and getattr(args[0], "co_filename", "").endswith(".py"):
                return
            self.events.append(event)


_WATCH = _Watch()


@pytest.fixture(scope="session")
def _hook() -> _Watch:
    import sys

    import skops.io  # noqa: F401 - libraries make code while they are imported; that is no load

    sys.addaudithook(_WATCH)
    return _WATCH


@pytest.fixture
def audit(_hook: _Watch) -> Iterator[list[str]]:
    """Give the list of forbidden events that happen during the test."""
    _hook.events.clear()
    _hook.on = True
    yield _hook.events
    _hook.on = False
