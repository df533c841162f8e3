from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml_analytics.core.clock import SystemClock
from ml_analytics.core.errors import ConflictError, ParameterError
from ml_analytics.core.tenant import Tenant
from ml_analytics.models import BaseModel, ModelFactory
from ml_analytics.registry import ModelRegistry
from ml_analytics.registry.registration import Candidate, register
from ml_analytics.registry.scope import Scope
from ml_analytics.stores import open_stores


@pytest.fixture
def model() -> BaseModel:
    fitted: BaseModel = ModelFactory.create("logistic")
    return fitted.fit(np.arange(20.0).reshape(10, 2), np.arange(10) % 2)


def test_content_follows_all_that_shapes_a_version(model: BaseModel) -> None:
    plain = Candidate("m", model).content("a" * 64, None)
    assert plain["hyperparameters"]["C"] == model.get_params()["C"]
    assert plain["lineage"]["parameters_hash"]
    assert Candidate("m", model, metadata={"x": 1}).content("a" * 64, None) != plain
    assert Candidate("m", model, once="k", actor="b").content("a" * 64, None) == plain


@pytest.mark.parametrize("version", ["", "v1", "1.0.0.0", "1.-1", "../1", "1.0.0\n", "٣.0.0"])
def test_version_numbers_are_checked_before_anything_is_written(
    tmp_path: Path, model: BaseModel, version: str
) -> None:
    registry = ModelRegistry(open_stores(tmp_path))
    with pytest.raises(ParameterError, match="version"):
        registry.register_model("m", model, version=version)
    assert registry.list_models() == []
    assert registry.audit() == []


def test_a_compiled_form_with_other_names_inside_is_the_same_registration(
    tmp_path: Path, model: BaseModel
) -> None:
    scope = Scope(open_stores(tmp_path), Tenant(), SystemClock())
    versions = {
        register(scope, Candidate("m", model, compiled=onnx, metadata={"parity": parity}, once="key")).version
        for onnx, parity in ((b"one", 1e-8), (b"two", 2e-8))
    }
    assert versions == {"1.0.0"}
    with pytest.raises(ConflictError):
        register(scope, Candidate("m", model, metadata={"x": 1}, once="key"))
