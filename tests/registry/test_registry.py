from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from ml_analytics.core.errors import (
    ConflictError,
    IntegrityError,
    ModelNotFoundError,
    ParameterError,
    PromotionRefused,
    UnsafeArtifactError,
)
from ml_analytics.core.versions import Version
from ml_analytics.models import BaseModel, ModelFactory
from ml_analytics.registry import ModelRegistry
from ml_analytics.stores import Stores, open_stores


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    return open_stores(tmp_path / "home")


@pytest.fixture
def registry(stores: Stores) -> ModelRegistry:
    return ModelRegistry(stores)


def data(seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(120, 3)), columns=["a", "b", "c"])
    return X, (X["a"] + 0.1 * rng.normal(size=120) > 0).astype(int).to_numpy()


def fitted(seed: int = 0, C: float = 1.0) -> BaseModel:
    X, y = data(seed)
    model: BaseModel = ModelFactory.create("logistic", C=C)
    return model.fit(X, y)


def test_seed_quick_start(registry: ModelRegistry) -> None:
    X, y = data()
    model = LogisticRegression().fit(X, y)
    registry.register_model("market_predictor", model, version="1.0")
    loaded = registry.get_model("market_predictor", version="1.0")
    assert loaded.predict(X).tolist() == model.predict(X).tolist()


def test_versions_are_numbered_and_immutable(registry: ModelRegistry) -> None:
    first = registry.register_model("m", fitted())
    second = registry.register_model("m", fitted(C=0.1))
    assert [first.version, second.version] == ["1.0.0", "1.1.0"]
    assert registry.register_model("m", fitted(), version="1.0.0") == first
    with pytest.raises(ConflictError, match="immutable"):
        registry.register_model("m", fitted(C=7.0), version="1.0.0")
    assert [one.version for one in registry.list_versions("m")] == ["1.0.0", "1.1.0"]


def test_latest_is_by_number_not_by_text(registry: ModelRegistry) -> None:
    for version in ("1.9.0", "1.10.0", "1.2.0"):
        registry.register_model("m", fitted(), version=version, metadata={"version": version})
    assert registry.get_model_version("m").version == "1.10.0"
    assert Version.parse("1.10.0") > Version.parse("1.9.0")


def test_once_registers_once_and_refuses_another_body(registry: ModelRegistry) -> None:
    versions = {registry.register_model("m", fitted(), once="key").version for _ in range(5)}
    assert versions == {"1.0.0"}
    assert len(registry.list_versions("m")) == 1
    with pytest.raises(ConflictError, match="another model"):
        registry.register_model("m", fitted(C=3.0), once="key")


def test_64_concurrent_registers_give_64_versions(registry: ModelRegistry) -> None:
    models = [fitted(C=1.0 + i) for i in range(64)]
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda model: registry.register_model("m", model).version, models))
    assert len(set(found)) == 64
    assert len(registry.list_versions("m")) == 64
    assert len(registry.audit()) == 64


def test_compare_versions(registry: ModelRegistry) -> None:
    registry.register_model("m", fitted(C=1.0), metrics={"validation": {"accuracy": 0.8}})
    registry.register_model("m", fitted(C=0.5), metrics={"validation": {"accuracy": 0.9}})
    found = registry.compare_versions("m", "1.0.0", "1.1.0")
    assert found["metrics"]["accuracy"]["difference"] == pytest.approx(0.1)
    assert found["hyperparameters"]["C"] == {"version1": 1.0, "version2": 0.5}


def test_another_tenant_sees_nothing_and_the_words_are_the_same(stores: Stores) -> None:
    mine, theirs = ModelRegistry(stores, "a"), ModelRegistry(stores, "b")
    version = mine.register_model("secret", fitted())
    calls: list[Callable[[ModelRegistry], object]] = [
        lambda r: r.get_model("secret", "1.0.0"),
        lambda r: r.list_versions("secret"),
        lambda r: r.promote_version("secret", "1.0.0"),
        lambda r: r.archive("secret", "1.0.0"),
        lambda r: r.delete("secret", "1.0.0"),
        lambda r: r.update_metadata("secret", {}),
        lambda r: r.artifact(version),
    ]
    for call in calls:
        with pytest.raises(LookupError) as foreign:
            call(theirs)
        with pytest.raises(LookupError) as absent:
            call(ModelRegistry(stores, "c"))
        assert str(foreign.value) == str(absent.value)
    assert theirs.list_models() == []
    assert theirs.audit() == []


def test_promotion_history_and_production_at(registry: ModelRegistry) -> None:
    registry.register_model("m", fitted(C=1.0), metrics={"validation": {"accuracy": 0.8}})
    registry.register_model("m", fitted(C=2.0), metrics={"validation": {"accuracy": 0.9}})
    registry.promote_version("m", "1.0.0")
    registry.promote_version("m", "1.1.0")
    assert registry.get_model_version("m", "1.1.0").stages == ("production",)
    assert registry.served_version("m").version == "1.1.0"
    times = [one.at for one in registry.audit() if one.action == "promote"]
    assert registry.production_at("m", times[0]) == "1.0.0"
    assert registry.production_at("m", times[1]) == "1.1.0"
    assert [one.action for one in registry.audit()] == ["register", "register", "promote", "promote"]


def test_promoting_what_is_live_changes_nothing(registry: ModelRegistry) -> None:
    registry.register_model("m", fitted(), metrics={"validation": {"accuracy": 0.8}})
    registry.promote_version("m", "1.0.0")
    before = registry.audit()
    registry.promote_version("m", "1.0.0")
    assert registry.audit() == before


def test_a_worse_version_is_refused_and_the_old_one_serves_on(registry: ModelRegistry) -> None:
    registry.register_model("m", fitted(C=1.0), metrics={"validation": {"accuracy": 0.9}})
    registry.register_model("m", fitted(C=2.0), metrics={"validation": {"accuracy": 0.6}})
    registry.promote_version("m", "1.0.0")
    with pytest.raises(PromotionRefused, match=r"0\.6") as refusal:
        registry.promote_version("m", "1.1.0")
    assert refusal.value.reasons
    assert registry.served_version("m").version == "1.0.0"
    assert registry.audit()[-1].action == "refuse promotion"


def test_a_broken_artifact_is_refused(registry: ModelRegistry, tmp_path: Path) -> None:
    found = registry.register_model("m", fitted(), metrics={"validation": {"accuracy": 0.9}})
    path = Path(registry.stores.artifacts.locate(registry.tenant, found.digest))
    path.chmod(0o600)
    blob = bytearray(path.read_bytes())
    blob[len(blob) // 2] ^= 1
    path.write_bytes(bytes(blob))
    with pytest.raises(PromotionRefused):
        registry.promote_version("m", "1.0.0")
    with pytest.raises(IntegrityError):
        registry.get_model("m", "1.0.0")


def test_live_versions_cannot_be_archived_or_deleted(registry: ModelRegistry) -> None:
    registry.register_model("m", fitted(), metrics={"validation": {"accuracy": 0.9}})
    registry.promote_version("m", "1.0.0", "staging")
    for act in (registry.archive, registry.delete):
        with pytest.raises(ConflictError, match="live in staging"):
            act("m", "1.0.0")


def test_delete_keeps_an_artifact_that_another_version_uses(registry: ModelRegistry) -> None:
    first = registry.register_model("m", fitted(), version="1.0.0")
    registry.register_model("m", fitted(), version="2.0.0", metadata={"again": True})
    registry.delete("m", "1.0.0")
    assert registry.stores.artifacts.exists(registry.tenant, first.digest)
    registry.delete("m", "2.0.0")
    assert not registry.stores.artifacts.exists(registry.tenant, first.digest)
    with pytest.raises(ModelNotFoundError):
        registry.get_model("m")


def test_archived_versions_are_not_the_latest(registry: ModelRegistry) -> None:
    registry.register_model("m", fitted(C=1.0))
    registry.register_model("m", fitted(C=2.0))
    registry.archive("m", "1.1.0")
    assert registry.get_model_version("m").version == "1.0.0"
    with pytest.raises(ParameterError, match="not archived"):
        registry.promote_version("m", "1.1.0")


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\\b", "nul\0", "x" * 10_000, "", ".hidden", "a/b"])
def test_names_are_allow_listed(registry: ModelRegistry, name: str) -> None:
    with pytest.raises(ParameterError, match="model_id"):
        registry.get_model_version(name)
    with pytest.raises(ParameterError, match="model_id"):
        registry.register_model(name, fitted())


def test_register_version_from_a_file(registry: ModelRegistry, tmp_path: Path) -> None:
    fitted().save(tmp_path / "model.mla")
    found = registry.register_version(
        "ticket_classifier",
        "1.0.0",
        tmp_path / "model.mla",
        metrics={"accuracy": 0.95},
        hyperparameters={"n_estimators": 100},
    )
    assert found.metrics == {"accuracy": 0.95}
    assert found.hyperparameters == {"n_estimators": 100}


def test_pickles_and_urls_are_refused(registry: ModelRegistry, tmp_path: Path) -> None:
    joblib.dump(LogisticRegression(), tmp_path / "model.joblib")
    with pytest.raises(UnsafeArtifactError):
        registry.register_version("m", "1.0.0", tmp_path / "model.joblib")
    with pytest.raises(ParameterError, match="model_path"):
        registry.register_version("m", "1.0.0", "file:///etc/passwd")
    assert registry.list_models() == []


def test_bytes_that_were_registered_before_need_no_process_of_their_own(
    registry: ModelRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []

    def looked_at(task: str, data: bytes, *_: object) -> bytes:
        started.append(task)
        return b""

    monkeypatch.setattr("ml_analytics.models.foreign.bring.run_limited", looked_at)
    path = fitted().save(tmp_path / "model.mla")
    registry.register_version("m", None, path)
    assert len(started) == 1
    registry.register_version("other", None, path)
    assert len(started) == 1


def test_a_file_of_another_tool_is_registered(registry: ModelRegistry, tmp_path: Path) -> None:
    import xgboost

    X = np.random.default_rng(0).normal(size=(40, 2))
    booster = xgboost.train({"objective": "binary:logistic"}, xgboost.DMatrix(X, X[:, 0] > 0), 3)
    booster.save_model(tmp_path / "model.ubj")
    found = registry.register_version("m", "1.0.0", tmp_path / "model.ubj", model_type="classification")
    assert found.model_type == "xgboost"
    answer = registry.get_model("m").predict_proba(X)[:, 1]
    np.testing.assert_allclose(answer, booster.inplace_predict(X), atol=1e-6)


def test_a_key_whose_version_is_gone_registers_anew(registry: ModelRegistry) -> None:
    registry.register_model("m", fitted(), once="key")
    registry.delete("m", "1.0.0")
    again = registry.register_model("m", fitted(), once="key")
    assert registry.register_model("m", fitted(), once="key") == again
    registry.archive("m", again.version)
    assert registry.register_model("m", fitted(), once="key").version == "1.2.0"


def test_the_number_of_a_deleted_version_is_not_given_to_another_model(registry: ModelRegistry) -> None:
    registry.register_model("m", fitted(C=1.0))
    registry.register_model("m", fitted(C=2.0))
    registry.delete("m", "1.1.0")
    assert registry.register_model("m", fitted(C=3.0)).version == "1.2.0"
    with pytest.raises(ConflictError, match="immutable"):
        registry.register_model("m", fitted(C=3.0), version="1.1.0")
    assert registry.register_model("m", fitted(C=2.0), version="1.1.0").version == "1.1.0"


def test_an_artifact_deleted_while_it_is_registered_again_is_there(
    registry: ModelRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.register_model("m", fitted())
    artifacts = registry.stores.artifacts
    known, waiting = type(artifacts).put, [True]

    def put_then_deleted_by_another(self, tenant, data):  # type: ignore[no-untyped-def]
        digest = known(self, tenant, data)
        if waiting:
            waiting.clear()
            registry.delete("m", "1.0.0")
        return digest

    monkeypatch.setattr(type(artifacts), "put", put_then_deleted_by_another)
    found = registry.register_model("other", fitted())
    assert artifacts.exists(registry.tenant, found.digest)


def test_an_artifact_registered_again_while_it_is_deleted_stays(
    registry: ModelRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = registry.register_model("m", fitted())
    store, known = registry.stores.records, type(registry.stores.records).begin
    begun = []

    @contextmanager
    def registered_between(self, tenant):  # type: ignore[no-untyped-def]
        begun.append(tenant)
        if len(begun) == 2:  # the rows are gone, the files not yet
            registry.register_model("other", fitted())
        with known(self, tenant) as records:
            yield records

    monkeypatch.setattr(type(store), "begin", registered_between)
    registry.delete("m", "1.0.0")
    assert len(begun) > 2
    assert registry.get_model("other").is_fitted
    assert registry.get_model_version("other").digest == found.digest
