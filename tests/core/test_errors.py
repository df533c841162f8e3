"""The error family: one root, one sentence, typed facts."""

from __future__ import annotations

import inspect
import pickle

import numpy as np
import pandas as pd
import pytest

from ml_analytics.core import errors
from ml_analytics.core.errors import (
    ConflictError,
    DataProcessingError,
    IntegrityError,
    LeakageError,
    MissingExtraError,
    MLFrameworkError,
    ModelLoadError,
    ModelNotFoundError,
    NotFoundError,
    ParameterError,
    PredictionError,
    PromotionRefused,
    SettingsError,
    TrainingError,
    UnsafeArtifactError,
)

FAMILY = [one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, Exception)]


@pytest.mark.parametrize("kind", FAMILY)
def test_every_error_belongs_to_the_family_and_says_its_sentence(kind: type[MLFrameworkError]) -> None:
    error = kind("Something is wrong.")
    assert isinstance(error, MLFrameworkError)
    assert error.message in str(error)
    assert kind.__doc__


def test_the_family_tree_that_callers_branch_on() -> None:
    assert issubclass(ParameterError, ValueError)
    assert issubclass(SettingsError, ValueError)
    assert issubclass(MissingExtraError, ImportError)
    assert issubclass(NotFoundError, LookupError)
    assert issubclass(ModelNotFoundError, NotFoundError)
    assert issubclass(LeakageError, DataProcessingError)
    for one in (IntegrityError, UnsafeArtifactError):
        assert issubclass(one, ModelLoadError)
    assert not issubclass(ConflictError, NotFoundError)


def test_the_parameter_sentence_names_parameter_demand_and_value() -> None:
    error = ParameterError.of("n_splits", "WalkForwardSplit", "at least 2", 1)
    assert str(error) == "The 'n_splits' parameter of WalkForwardSplit must be at least 2. Got 1 instead."


@pytest.mark.parametrize("got", ["x" * 10_000, np.zeros((50, 50)), pd.DataFrame({"a": range(100)}), "a\nb"])
def test_the_parameter_sentence_stays_one_short_line(got: object) -> None:
    sentence = str(ParameterError.of("x", "Y", "small", got))
    assert "\n" not in sentence
    assert len(sentence) < 200


def test_a_missing_model_is_named_with_its_version() -> None:
    error = ModelNotFoundError("churn", "1.2.0")
    assert (error.model_id, error.version) == ("churn", "1.2.0")
    assert str(error) == "Model 'churn' version '1.2.0' was not found."
    assert str(ModelNotFoundError("churn")) == "Model 'churn' was not found."


def test_typed_facts_travel_with_the_error() -> None:
    training = TrainingError("The fit failed.", model_id="m", stage="fit")
    assert (training.model_id, training.stage) == ("m", "fit")
    assert PredictionError("No.", "m").model_id == "m"
    assert PromotionRefused("No.", ["a", "b"]).reasons == ("a", "b")


@pytest.mark.parametrize(
    "error",
    [
        ModelNotFoundError("m", "1.0.0"),
        TrainingError("The fit failed.", "m", "fit"),
        PromotionRefused("No.", ["a"]),
        ParameterError.of("x", "Y", "z", 1),
        MissingExtraError("Install it."),
    ],
)
def test_errors_survive_the_way_back_from_a_worker_process(error: MLFrameworkError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error)
    assert str(back) == str(error)
    assert vars(back) == vars(error)
