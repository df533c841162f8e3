from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics.core.errors import ModelLoadError, TrainingError
from ml_analytics.models import BaseModel, ModelFactory
from ml_analytics.training import Trainer


def table(n: int = 90) -> tuple[pd.DataFrame, pd.Series]:
    rng = np.random.default_rng(3)
    X = pd.DataFrame(rng.normal(size=(n, 2)), columns=["a", "b"])
    return X, (X["a"] > 0).astype(int)


def test_hooks_run_in_order(tmp_path: Path) -> None:
    seen: list[str] = []

    class Mine(Trainer):
        def prepare(self, X: Any, y: Any) -> tuple[Any, Any]:
            seen.append("prepare")
            return X, y

        def after_fit(self, model: BaseModel) -> None:
            seen.append("after_fit")

        def evaluate(self, model: BaseModel, X: Any, y: Any) -> dict[str, float]:
            seen.append("evaluate")
            return {"one": 1.0}

    result = Mine(tmp_path).train("m", "logistic", table(), table(30))
    assert seen == ["prepare", "after_fit", "evaluate", "evaluate"]
    assert result["metrics"] == {"train": {"one": 1.0}, "validation": {"one": 1.0}}


def test_lineage_is_complete_and_changes_with_data_and_parameters(tmp_path: Path) -> None:
    trainer = Trainer(tmp_path)
    first = trainer.train("m", "logistic", table()).lineage
    same = trainer.train("m", "logistic", table()).lineage
    other_data = trainer.train("m", "logistic", table(91)).lineage
    other_parameters = trainer.train("m", "logistic", table(), hyperparameters={"C": 0.5}).lineage
    assert first == same
    assert first.data_hash != other_data.data_hash
    assert first.parameters_hash != other_parameters.parameters_hash
    assert first.feature_names == ("a", "b")
    assert {"python", "numpy", "scikit-learn"} <= set(first.libraries)
    assert "+" in first.code_version


def test_same_training_same_artifact(tmp_path: Path) -> None:
    trainer = Trainer(tmp_path)
    a = trainer.train("m", "random_forest", table(), hyperparameters={"random_state": 1, "n_estimators": 10})
    b = trainer.train("m", "random_forest", table(), hyperparameters={"random_state": 1, "n_estimators": 10})
    assert (a.version, a.model_path) == (b.version, b.model_path)


@pytest.mark.parametrize("data", [None, (1,), [1, 2, 3], "x"])
def test_data_must_be_a_pair(tmp_path: Path, data: Any) -> None:
    with pytest.raises(TrainingError, match="pair"):
        Trainer(tmp_path).train("m", "logistic", data)


def test_damaged_newest_checkpoint_falls_back_to_the_one_before(tmp_path: Path) -> None:
    trainer = Trainer(tmp_path)
    model = trainer.train("m", "logistic", table()).model
    assert isinstance(model, BaseModel)
    trainer.save_checkpoint(model, "m", 1)
    newest = Path(trainer.save_checkpoint(model, "m", 2))
    newest.write_bytes(newest.read_bytes()[:-40])
    with pytest.raises(ModelLoadError):
        trainer.load_checkpoint(newest)
    found = trainer.latest_checkpoint("m")
    assert found is not None
    assert found[0] == 1


def test_checkpoints_of_another_tenant_are_out_of_reach(tmp_path: Path) -> None:
    mine, theirs = Trainer(tmp_path, "a"), Trainer(tmp_path, "b")
    model = mine.train("m", "logistic", table()).model
    assert isinstance(model, BaseModel)
    path = mine.save_checkpoint(model, "m", 1)
    with pytest.raises(ModelLoadError):
        theirs.load_checkpoint(path)
    with pytest.raises(ModelLoadError):
        mine.load_checkpoint(tmp_path / "a" / ".." / ".." / "etc" / "passwd")
    assert theirs.latest_checkpoint("m") is None


def test_a_target_may_be_a_table_of_one_column(tmp_path: Path) -> None:
    X, y = table()
    plain = Trainer(tmp_path).train("m", "logistic", (X, y), (X, y))
    framed = Trainer(tmp_path).train("m", "logistic", (X, y.to_frame("y")), (X, y.to_frame("y")))
    assert framed.metrics == plain.metrics
    assert framed.lineage.data_hash == plain.lineage.data_hash


@pytest.mark.parametrize("target", [None, np.arange(90) % 2])
def test_regimes_have_no_score_of_numbers(tmp_path: Path, target: Any) -> None:
    X, _ = table()
    assert Trainer(tmp_path).train("m", "hmm", (X, target)).metrics == {"train": {}}


@pytest.mark.parametrize("model_type", ["naive", "boosted_lags"])
def test_a_forecaster_is_held_against_the_next_row(tmp_path: Path, model_type: str) -> None:
    walk = pd.DataFrame({"close": 100 + np.random.default_rng(0).normal(size=400).cumsum()})
    result = Trainer(tmp_path).train("m", model_type, (walk[:300], None), (walk[300:], None))
    found = result["metrics"]["validation"]
    forecast = result.model.predict(walk[300:])[:-1]
    truth = walk["close"].to_numpy()[301:]
    assert found["mae"] == pytest.approx(np.abs(forecast - truth).mean())
    naive = np.diff(walk["close"].to_numpy()[300:])
    assert found["skill"] == pytest.approx(1 - ((forecast - truth) ** 2).mean() / (naive**2).mean())
    assert found["skill"] < 0.3  # nobody forecasts a random walk
    with pytest.raises(TrainingError, match="None: a forecaster learns from X alone"):
        Trainer(tmp_path).train("m", model_type, (walk, walk["close"]))


def test_weights_of_rows_reach_the_fit_and_the_lineage(tmp_path: Path) -> None:
    X, y = table()
    y = pd.Series(np.where(np.random.default_rng(0).random(len(y)) < 0.2, 1 - y, y))
    weights = pd.Series(np.linspace(0.0, 3.0, len(y)))
    trainer = Trainer(tmp_path)
    plain, weighted = (
        trainer.train("m", "logistic", (X, y)),
        trainer.train("m", "logistic", (X, y), sample_weight=weights),
    )
    assert isinstance(weighted.model, BaseModel)
    alone = ModelFactory.create("logistic").fit(X, y, sample_weight=weights)
    np.testing.assert_array_equal(weighted.model.predict_proba(X), alone.predict_proba(X))
    assert weighted.lineage.data_hash != plain.lineage.data_hash
    with pytest.raises(TrainingError, match=r"'sample_weight'.*does not learn from weights"):
        trainer.train("m", "k_neighbors", (X, y), sample_weight=weights)
    with pytest.raises(TrainingError, match=r"'sample_weight'.*90 finite numbers"):
        trainer.train("m", "logistic", (X, y), sample_weight=weights[:-1])


def test_a_trained_model_is_shown_in_a_line(tmp_path: Path) -> None:
    result = Trainer(tmp_path).train("m", "random_forest", table(), table(30))
    shown = repr(result)
    assert shown == str(result)
    assert len(shown) < 200
    assert shown.startswith(
        f"<TrainedModel m {result.version}, random_forest, train accuracy 1, validation accuracy"
    )
