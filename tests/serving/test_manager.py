from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from cachetools import LRUCache

from ml_analytics.core.errors import ModelLoadError, ModelNotFoundError, UnsafeArtifactError
from ml_analytics.models import BaseModel, FastestPredictor, ModelFactory
from ml_analytics.models.fastest import Speed
from ml_analytics.serving import ModelManager
from ml_analytics.stores import Stores


def test_life_cycle_of_the_seed(stores: Stores, model: BaseModel, tmp_path: Path) -> None:
    manager = ModelManager(stores, storage_path="./models", tenant_id="tenant_123")
    model.save(tmp_path / "v1.mla")
    name = manager.register_model(
        model_id="ticket_classifier",
        model_type="classification",
        model_path=tmp_path / "v1.mla",
        metadata={"description": "Ticket category classifier", "accuracy": 0.95},
        version="1.0.0",
    )
    assert name == "ticket_classifier"
    assert [one["model_id"] for one in manager.list_models()] == ["ticket_classifier"]
    assert len(manager.list_models(model_type="classification")) == 1
    assert manager.list_models(model_type="regression") == []
    assert manager.get_model("ticket_classifier", version="1.0.0")["metadata"]["accuracy"] == 0.95
    manager.update_model("ticket_classifier", metadata={"accuracy": 0.96})
    assert manager.list_models()[0]["metadata"]["accuracy"] == 0.96
    manager.archive_model("ticket_classifier", version="1.0.0")
    with pytest.raises(ModelNotFoundError):
        manager.load_model("ticket_classifier", "1.0.0")
    manager.delete_model("ticket_classifier", version="1.0.0")
    with pytest.raises(ModelNotFoundError):
        manager.get_model("ticket_classifier")


def test_a_joblib_file_and_a_wrong_type_are_refused(stores: Stores, model: BaseModel, tmp_path: Path) -> None:
    manager = ModelManager(stores)
    (tmp_path / "v1.joblib").write_bytes(b"\x80\x04.")
    with pytest.raises(UnsafeArtifactError):
        manager.register_model("m", "classification", tmp_path / "v1.joblib")
    model.save(tmp_path / "v1.mla")
    with pytest.raises(ModelLoadError, match="model_type"):
        manager.register_model("m", "regression", tmp_path / "v1.mla")
    assert manager.registry.list_models() == [] or not manager.registry.list_models()[0]["versions"]


def test_50_concurrent_cold_loads_load_once(
    stores: Stores, model: BaseModel, rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = ModelManager(stores)
    manager.registry.register_model("m", model, sample=rows)
    loads: list[str] = []
    known = ModelManager._load

    def counted(self, found):  # type: ignore[no-untyped-def]
        loads.append(found.id)
        return known(self, found)

    monkeypatch.setattr(ModelManager, "_load", counted)
    with ThreadPoolExecutor(50) as pool:
        loaded = list(pool.map(lambda _: manager.load_model("m"), range(50)))
    assert loads == ["m:1.0.0"]
    assert all(one is loaded[0] for one in loaded)


def test_the_budget_holds_and_the_oldest_leaves(stores: Stores, rows: pd.DataFrame) -> None:
    manager = ModelManager(stores, max_memory_mb=1)
    y = (rows["a"] > 0).astype(int)
    for i in range(6):
        forest = ModelFactory.create("random_forest", n_estimators=300, random_state=i).fit(rows, y)
        manager.registry.register_model(f"m{i}", forest)
    first = manager.load_model("m0")
    for i in range(6):
        manager.load_model(f"m{i}")
    largest = max(one.size_bytes for one in (first, manager.load_model("m5")))
    assert manager.memory_bytes <= max(1 << 20, largest)
    assert first.answer(rows)[0].shape == (60,)
    assert manager.load_model("m0") is not first


def test_production_is_served_else_the_latest(stores: Stores, model: BaseModel, rows: pd.DataFrame) -> None:
    manager = ModelManager(stores)
    for accuracy in (0.8, 0.7):
        manager.registry.register_model("m", model, metrics={"validation": {"accuracy": accuracy}})
    assert manager.load_model("m").version == "1.1.0"
    manager.registry.promote_version("m", "1.0.0")
    assert manager.load_model("m").version == "1.0.0"
    assert manager.describe("m").versions == ("1.0.0", "1.1.0")


def test_compiled_and_native_answer_alike(stores: Stores, model: BaseModel, rows: pd.DataFrame) -> None:
    manager = ModelManager(stores)
    manager.registry.register_model("m", model)
    manager.registry.register_model("m", model, sample=rows, metadata={"compiled": True})
    native, compiled = manager.load_model("m", "1.0.0"), manager.load_model("m", "1.1.0")
    assert (native.platform, compiled.platform) == ("native", "onnx")
    labels, probabilities = compiled.answer(rows)
    assert labels.tolist() == native.answer(rows)[0].tolist() == model.predict(rows).tolist()
    assert probabilities is not None
    np.testing.assert_allclose(probabilities, native.predict_proba(rows), atol=1e-5)


def test_large_batches_are_answered_by_the_faster_engine(
    stores: Stores, model: BaseModel, rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    speed = Speed(((1, 1.0, 2.0), (51, 2.0, 1.0)))
    monkeypatch.setattr("ml_analytics.models.compile.measure_speed", lambda *_, **__: speed)
    manager = ModelManager(stores)
    first = manager.registry.register_model("m", model, version="1.0.0", sample=rows)
    assert manager.registry.register_model("m", model, version="1.0.0", sample=rows) == first
    loaded = manager.load_model("m")
    assert loaded.platform == "onnx"
    assert isinstance(loaded.engine, FastestPredictor)
    assert loaded.engine.native_from == speed.native_from
    assert loaded.size_bytes == sum(
        len(manager.registry.artifact(first, compiled=one)) for one in (True, False)
    )
    for part in (rows.head(1), rows):
        labels, probabilities = loaded.answer(part)
        assert labels.tolist() == model.predict(part).tolist()
        assert probabilities is not None
        np.testing.assert_allclose(probabilities, model.predict_proba(part), atol=1e-5)


def test_metadata_of_the_callers_own_named_speed_is_no_measurement(
    stores: Stores, model: BaseModel, rows: pd.DataFrame
) -> None:
    manager = ModelManager(stores)
    manager.registry.register_model("m", model, metadata={"speed": {"measured": "by hand"}})
    assert manager.load_model("m").answer(rows)[0].shape == (60,)


def test_a_new_measurement_does_not_make_another_version(
    stores: Stores, model: BaseModel, rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = ModelManager(stores)
    for seconds in (1.0, 2.0):
        speed = Speed(((1, seconds, 3.0),))
        monkeypatch.setattr("ml_analytics.models.compile.measure_speed", lambda *_, s=speed, **__: s)
        found = manager.registry.register_model("m", model, version="1.0.0", sample=rows)
    assert found.metadata["speed"]["measured"] == [[1, 1.0, 3.0]]


def test_a_wrong_type_leaves_what_is_registered_alone(
    stores: Stores, model: BaseModel, tmp_path: Path
) -> None:
    manager = ModelManager(stores)
    model.save(tmp_path / "v1.mla")
    for _ in range(2):
        manager.register_model("m", "classification", tmp_path / "v1.mla", version="1.0.0")
    with pytest.raises(ModelLoadError, match="model_type"):
        manager.register_model("m", "regression", tmp_path / "v1.mla", version="1.0.0")
    assert manager.load_model("m", "1.0.0").model_type == "logistic"
    with pytest.raises(ModelLoadError, match="model_type"):
        manager.register_model("never", "regression", tmp_path / "v1.mla")
    assert [one["model_id"] for one in manager.list_models()] == ["m"]


def test_models_are_listed_by_type_also_beside_one_without_versions(stores: Stores, model: BaseModel) -> None:
    manager = ModelManager(stores)
    for name in ("archived", "deleted", "kept"):
        manager.registry.register_model(name, model)
    manager.archive_model("archived", "1.0.0")
    manager.delete_model("deleted", "1.0.0")
    assert [one["model_id"] for one in manager.list_models("classification")] == ["archived", "kept"]
    assert len(manager.list_models("logistic")) == 3


def test_a_promotion_between_two_reads_is_followed(
    stores: Stores, model: BaseModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = ModelManager(stores)
    for accuracy in (0.7, 0.8):
        manager.registry.register_model("m", model, metrics={"validation": {"accuracy": accuracy}})
    manager.registry.promote_version("m", "1.0.0")
    known = type(manager.registry).live_version

    def promoted_and_archived_after_the_read(self, model_id):  # type: ignore[no-untyped-def]
        live = known(self, model_id)
        if live == "1.0.0":
            other = ModelManager(stores).registry
            other.promote_version("m", "1.1.0")
            other.archive("m", "1.0.0")
        return live

    monkeypatch.setattr(type(manager.registry), "live_version", promoted_and_archived_after_the_read)
    assert manager.load_model("m").version == "1.1.0"


def test_records_of_many_models_are_kept_under_the_lock(stores: Stores, model: BaseModel) -> None:
    manager = ModelManager(stores)
    inside: list[int] = []

    class Watched(LRUCache[Any, Any]):
        def __setitem__(self, key: Any, value: Any) -> None:
            inside.append(1)
            assert manager._guard.locked()
            super().__setitem__(key, value)

    manager._records = Watched(2)
    names = [f"m{i}" for i in range(4)]
    for name in names:
        manager.registry.register_model(name, model)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda i: manager.load_model(names[i % 4], "1.0.0").model_id, range(40)))
    assert found == [names[i % 4] for i in range(40)]
    assert inside
