"""The quick starts of the documents the project began from, as a user would type them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import train_test_split

from ml_analytics import (
    DataProcessor,
    MLSystem,
    ModelFactory,
    ModelManager,
    ModelNotFoundError,
    ModelRegistry,
    ModelTrainer,
    PredictionError,
    Predictor,
    Trainer,
    TrainingError,
    create_data_processor,
    create_ml_system,
    create_model_manager,
    create_model_registry,
    create_predictor,
    create_trainer,
)
from ml_analytics.models.base import BaseModel
from ml_analytics.pipelines import TrainingResult


@pytest.fixture
def tickets() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    kind = rng.integers(0, 3, 240)
    words = np.array(
        [["printer", "paper", "toner"], ["password", "login", "locked"], ["network", "wifi", "slow"]]
    )
    text = [" ".join(rng.choice(words[k], 4)) + " please help me now" for k in kind]
    return pd.DataFrame(
        {
            "body": text,
            "team": np.array(["a", "b", "c"])[rng.integers(0, 3, 240)],
            "hours": rng.normal(size=240),
            "category": np.array(["hardware", "access", "network"])[kind],
        }
    )


def test_seed_000_model_training(tmp_path: Path) -> None:
    class MarketModel(BaseModel):
        def train(self, data: Any) -> Any:  # type: ignore[override]  # as the seed writes it
            self.seen_ = len(data)
            return self

    model = MarketModel()
    result = ModelTrainer().train_and_evaluate(model, [1, 2, 3])
    assert isinstance(result, TrainingResult)
    assert model.seen_ == 3


def test_model_trainer_scores_what_can_predict() -> None:
    X = np.arange(200.0).reshape(100, 2)
    y = (np.arange(100) >= 50).astype(int)
    data = {"X": X[::2], "y": y[::2], "X_test": X[1::2], "y_test": y[1::2]}
    result = ModelTrainer().train_and_evaluate(ModelFactory.create("random_forest", random_state=0), data)
    assert result.metrics["test"]["accuracy"] > 0.9


def test_seed_003_quick_start(tmp_path: Path, tickets: pd.DataFrame) -> None:
    db = tmp_path
    X_train, y_train = tickets.drop(columns="category"), tickets["category"]
    ml_system = MLSystem(db, tenant_id="tenant_123")
    result = ml_system.train_model(
        model_id="ticket_classifier", model_type="classification", training_data=(X_train, y_train)
    )
    predictions = ml_system.predict("ticket_classifier", X_train)
    assert result["metrics"]["train"]["accuracy"] > 0.9
    assert set(predictions) <= {"hardware", "access", "network"}


def test_seed_004_ml_system(tmp_path: Path, tickets: pd.DataFrame) -> None:
    tickets.to_csv(tmp_path / "tickets.csv", index=False)
    df = pd.read_csv(tmp_path / "tickets.csv")
    X = df.drop("category", axis=1)
    y = df["category"]
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)
    ml_system = MLSystem(db=tmp_path / "home", cache=None, max_memory_mb=2048, tenant_id="tenant_123")
    result = ml_system.train_model(
        model_id="ticket_classifier",
        model_type="classification",
        training_data=(X_train, y_train),
        validation_data=(X_test, y_test),
        hyperparameters={"n_estimators": 100, "max_depth": 10, "random_state": 42},
    )
    assert result["metrics"]["validation"]["accuracy"] > 0.8
    assert result["version"] == "1.0.0"
    assert Path(result["model_path"]).exists()
    row = X_test.iloc[0]
    prediction = ml_system.predict(model_id="ticket_classifier", input_data=row, use_cache=True)
    assert prediction in set(y)
    rows = [X_test.iloc[0], X_test.iloc[1]]
    batch = ml_system.predict_batch(model_id="ticket_classifier", input_batch=rows, batch_size=32)
    assert batch[0] == prediction
    assert asyncio.run(ml_system.predict_async(model_id="ticket_classifier", input_data=row)) == prediction
    assert ml_system.list_models("classification")[0]["model_id"] == "ticket_classifier"
    with pytest.raises(ModelNotFoundError) as absent:
        ml_system.predict("nothing", row)
    assert absent.value.model_id == "nothing"
    with pytest.raises(PredictionError, match="body"):
        ml_system.predict("ticket_classifier", X_test.drop(columns="body"))


def test_seed_004_trainer(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(150, 3)), columns=list("abc"))
    y = (X["a"] > 0).astype(int)
    trainer = Trainer(tmp_path, tenant_id="tenant_123")
    result = trainer.train(
        model_id="ticket_classifier",
        model_type="classification",
        training_data=(X[:100], y[:100]),
        validation_data=(X[100:], y[100:]),
        hyperparameters={"n_estimators": 200, "max_depth": 15, "min_samples_split": 5},
    )
    assert result["metrics"]["train"]["accuracy"] >= result["metrics"]["validation"]["accuracy"] > 0.8
    assert isinstance(result.model, BaseModel)
    path = trainer.save_checkpoint(model=result.model, model_id="ticket_classifier", epoch=10)
    model = trainer.load_checkpoint(path)
    assert model.predict(X).tolist() == result.model.predict(X).tolist()


def test_seed_004_errors(tmp_path: Path) -> None:
    system = MLSystem(tmp_path)
    with pytest.raises(TrainingError) as error:
        system.train_model("m", "classification", (np.zeros((4, 2)), np.zeros(3)))
    assert (error.value.model_id, error.value.stage) == ("m", "fit")
    with pytest.raises(TrainingError) as error:
        system.train_model("m", "no_such_type", (np.zeros((4, 2)), np.zeros(4)))
    assert error.value.stage == "prepare"
    assert system.list_models() == []


def test_seed_004_custom_model_type(tmp_path: Path) -> None:
    built: list[dict[str, Any]] = []

    def create_custom_model(**hyperparameters: Any) -> BaseModel:
        built.append(hyperparameters)
        model: BaseModel = ModelFactory.create("random_forest", **hyperparameters)
        return model

    ModelFactory.register("custom_forest", create_custom_model)
    X = np.arange(40.0).reshape(20, 2)
    result = MLSystem(tmp_path).train_model(
        "m", "custom_forest", (X, np.arange(20) % 2), hyperparameters={"n_estimators": 5}
    )
    assert built == [{"n_estimators": 5}]
    assert result["version"] == "1.0.0"


def test_seed_004_custom_processing() -> None:
    class CustomDataProcessor(DataProcessor):
        def preprocess(self, data: Any, model_type: str | None = None, is_training: bool = True) -> Any:
            return super().preprocess(data, model_type, is_training)

    frame = pd.DataFrame({"a": [1.0, 2.0, None, 4.0], "b": ["x", "y", "x", None]})
    assert len(CustomDataProcessor(tenant_id="tenant_123").preprocess(frame)) == 4


def test_factory_functions(tmp_path: Path) -> None:
    manager = create_model_manager(tmp_path, tenant_id="t")
    made = [
        create_ml_system(tmp_path, tenant_id="t"),
        manager,
        create_trainer(tmp_path, tenant_id="t"),
        create_predictor(manager),
        create_data_processor(tenant_id="t"),
        create_model_registry(tmp_path, tenant_id="t"),
    ]
    kinds = [MLSystem, ModelManager, Trainer, Predictor, DataProcessor, ModelRegistry]
    assert [type(one) for one in made] == kinds
