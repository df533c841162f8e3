"""The front door on both databases: the same calls, the same answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml_analytics import MLSystem, ModelNotFoundError, PromotionRefused, load_sp500, open_stores
from ml_analytics.core.values import PREDICTIONS
from ml_analytics.data import MLDataManager
from ml_analytics.stores import Stores


@pytest.fixture(params=["sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    if request.param == "postgresql":
        yield request.getfixturevalue("postgres_stores")
    else:
        with open_stores(tmp_path / "home") as opened:
            yield opened


def table(rows: int = 160) -> tuple[pd.DataFrame, pd.Series]:
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(rows, 3)), columns=list("abc"))
    return X, (X["a"] + X["b"] > 0).astype(int)


def test_train_promote_predict_archive(stores: Stores) -> None:
    system = MLSystem(stores, tenant_id="tenant_123")
    X, y = table()
    first = system.train_model("m", "logistic", (X[:120], y[:120]), (X[120:], y[120:]))
    second = system.train_model("m", "dummy", (X[:120], y[:120]), (X[120:], y[120:]))
    system.promote_model("m", first.version)
    with pytest.raises(PromotionRefused, match="accuracy"):
        system.promote_model("m", second.version)
    assert system.predict("m", X.iloc[0]) in (0, 1)
    assert system.predict_batch("m", X.head(40)) == system.predict("m", X.head(40)).tolist()
    assert system.predict_proba("m", X.head(5)).shape == (5, 2)
    assert stores.documents.collection(system.tenant, PREDICTIONS).count() == 86
    system.archive_model("m", second.version)
    with pytest.raises(ModelNotFoundError):
        system.predict("m", X.iloc[0], version=second.version)
    system.delete_model("m", second.version)
    assert [one.action for one in system.registry.audit()][-2:] == ["archive", "delete"]
    with pytest.raises(ModelNotFoundError):
        MLSystem(stores, tenant_id="another").predict("m", X.iloc[0])


def test_bars_go_from_documents_to_the_table_once(stores: Stores) -> None:
    bars = load_sp500().head(300)
    manager = MLDataManager(stores, "tenant_123")
    for added in (300, 0):
        assert manager.ingest(bars, source="sp500", symbol="SP500").added == added
        assert manager.promote(symbol="SP500").promoted == added
    kept = manager.bars("SP500")
    pd.testing.assert_frame_equal(kept, bars[list(kept.columns)].astype("float64"), check_freq=False)
    assert manager.sources("SP500") == ("sp500",)


def test_polars_in_and_the_same_answers_out(tmp_path: Path) -> None:
    system = MLSystem(tmp_path)
    X, y = table()
    system.train_model("m", "logistic", (pl.from_pandas(X), y.to_numpy()))
    assert system.predict("m", pl.from_pandas(X)).tolist() == system.predict("m", X).tolist()


@pytest.mark.parametrize("labels", [["no", "yes"], [False, True], [3, 7]])
def test_labels_come_back_as_they_went_in(tmp_path: Path, labels: list[object]) -> None:
    system = MLSystem(tmp_path)
    X, y = table()
    system.train_model("m", "random_forest", (X, [labels[i] for i in y]), hyperparameters={"n_estimators": 5})
    for cached in (True, True, False):
        answer = system.predict("m", X.iloc[3], use_cache=cached)
        assert answer in labels
        assert type(answer) is type(labels[0])
