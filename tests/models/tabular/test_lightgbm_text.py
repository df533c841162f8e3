from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics import UnsafeArtifactError
from ml_analytics.models import BaseModel, ModelFactory
from ml_analytics.models.tabular.lightgbm_text import MODEL, read_trees, rounded_down


def _model() -> BaseModel:
    values = np.random.default_rng(0).normal(size=(200, 3))
    X = pd.DataFrame(values, columns=["a", "b", "c"])
    params = {"n_estimators": 3, "num_leaves": 4}
    model: BaseModel = ModelFactory.create("lightgbm", **params).fit(
        X, np.digitize(values[:, 0], [-0.5, 0.5])
    )
    return model


SOUND = _model()._state()[MODEL]


def with_line(data: bytes, name: str, new: str) -> bytes:
    """Replace the first line of a name, and keep the sizes of the trees true."""
    old = re.search(rf"^{name}=(.*)$", data.decode(), re.MULTILINE)
    assert old is not None, name
    changed = data.decode().replace(old.group(0), f"{name}={new}", 1)
    if data.decode().index(old.group(0)) > data.decode().index("Tree=0"):
        sizes = re.search(r"^tree_sizes=(.*)$", changed, re.MULTILINE)
        assert sizes is not None
        first, rest = sizes.group(1).split(" ", 1)
        grown = int(first) + len(new) - len(old.group(1))
        changed = changed.replace(sizes.group(0), f"tree_sizes={grown} {rest}", 1)
    return changed.encode()


def test_what_was_written_is_read() -> None:
    trees = read_trees(SOUND, 3, 3)
    assert len(trees) == 9
    assert all(int(tree["num_leaves"][0]) == len(tree["leaf_value"]) for tree in trees)
    same = with_line(SOUND, "left_child", " ".join(map(str, trees[0]["left_child"])))
    assert same == SOUND


@pytest.mark.parametrize(
    ("name", "new"),
    [
        ("left_child", "1000000 -1 -2"),
        ("left_child", "0 -1 -2"),  # a tree that turns in a circle
        ("left_child", "-9 -1 -2"),
        ("left_child", "1 -1"),
        ("left_child", "1 -1 -2 -2"),
        ("left_child", "1 1 1"),
        ("split_feature", "3 1 0"),
        ("split_feature", "-1 1 0"),
        ("split_feature", "99999999999999999999999 1 0"),
        ("num_leaves", "1000000"),
        ("num_leaves", "0"),
        ("num_leaves", "-4"),
        ("num_cat", "1"),
        ("decision_type", "1 2 2"),
        ("is_linear", "1"),
        ("threshold", "nan 1 2"),
        ("leaf_value", "1 2 3 inf"),
        ("leaf_value", "1 2 3"),
        ("internal_value", "1 2 3 4"),
        ("shrinkage", ""),
        ("Tree", "7"),
        ("num_class", "4"),
        ("num_tree_per_iteration", "1"),
        ("num_tree_per_iteration", "1000000"),
        ("max_feature_idx", "1000000"),
        ("objective", "lambdarank"),
        ("objective", "custom"),
        ("feature_infos", "[0:1] [0:1]"),
        ("feature_names", "a b"),
        ("label_index", "9"),
        ("tree_sizes", "10 20 30"),
        ("tree_sizes", "-559 99999"),
        ("tree_sizes", "18446744073709551615"),
        ("tree_sizes", ""),
    ],
)
def test_a_crafted_text_is_refused_before_lightgbm_sees_it(name: str, new: str) -> None:
    with pytest.raises(UnsafeArtifactError):
        read_trees(with_line(SOUND, name, new), 3, 3)


@pytest.mark.parametrize(
    "data", [b"", b"tree\n", b"\xff\xfe", b"\x80\x04\x95pickle", SOUND[:-1], SOUND + b"\n"]
)
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(UnsafeArtifactError):
        read_trees(data, 3, 3)


@pytest.mark.parametrize(("features", "classes"), [(2, 3), (4, 3), (3, 2), (3, 0), (3, 4)])
def test_a_model_of_another_shape_is_refused(features: int, classes: int) -> None:
    with pytest.raises(UnsafeArtifactError):
        read_trees(SOUND, features, classes)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(SOUND) - 1), st.binary(min_size=1, max_size=3))
def test_what_passes_the_check_is_safe_to_load(at: int, new: bytes) -> None:
    changed = SOUND[:at] + new + SOUND[at + 1 :]
    try:
        read_trees(changed, 3, 3)
    except UnsafeArtifactError:
        return
    model = _restored(changed)
    assert model.predict_proba(np.zeros((2, 3))).shape == (2, 3)


def _restored(data: bytes) -> BaseModel:
    model = _model()
    model._restore({MODEL: data})
    return model


@given(st.floats(-3e38, 3e38))
def test_rounding_down_is_the_nearest_32_bit_float_below(value: float) -> None:
    found = float(rounded_down(np.array([value]))[0])
    assert found == np.float32(found)
    assert found <= value < float(np.nextafter(np.float32(found), np.float32(np.inf)))
