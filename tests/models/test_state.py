from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from ml_analytics import ModelSaveError, UnsafeArtifactError
from ml_analytics.models.state import fitted_names, json_exactly, read_json, state_from_files, state_to_files


class Thing:
    pass


def thing(**attributes: object) -> Thing:
    made = Thing()
    vars(made).update(attributes)
    return made


def test_fitted_attributes_go_there_and_back() -> None:
    model = thing(
        a_=np.arange(3.0),
        b_={"k": [1, 2.5, None, "x"]},
        c_=LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0]),
        d=1,
        _e_=2,
    )
    assert fitted_names(model) == ["a_", "b_", "c_"]
    back = Thing()
    state_from_files(back, state_to_files(model))
    assert fitted_names(back) == ["a_", "b_", "c_"]
    np.testing.assert_array_equal(vars(back)["a_"], [0.0, 1.0, 2.0])
    assert vars(back)["b_"] == {"k": [1, 2.5, None, "x"]}
    np.testing.assert_allclose(vars(back)["c_"].predict([[2.0]]), [2.0])


@pytest.mark.parametrize(
    "value", [(1, 2), {1: 2}, float("nan"), object(), np.array([{}], dtype=object), {"a"}]
)
def test_what_json_would_change_is_refused_by_name(value: object) -> None:
    with pytest.raises(ModelSaveError, match="'bad_'"):
        state_to_files(thing(bad_=value))


def test_unknown_kinds_of_files_are_refused() -> None:
    with pytest.raises(UnsafeArtifactError, match="known kinds"):
        state_from_files(Thing(), {"a_.pkl": b""})


@pytest.mark.parametrize("data", [b"", b"{", b"[1]", b"[" * 100_000, b"\xff"])
def test_unreadable_json_is_refused(data: bytes) -> None:
    with pytest.raises(UnsafeArtifactError):
        read_json(data)


def test_json_is_canonical() -> None:
    assert json_exactly({"b": 1, "a": 2}, "x") == b'{"a":2,"b":1}'
