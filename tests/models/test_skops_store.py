from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.datasets import make_classification
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier

from ml_analytics import ModelSaveError, UnsafeArtifactError
from ml_analytics.models.archive import pack, unpack
from ml_analytics.models.arrays import array_from_bytes, array_to_bytes
from ml_analytics.models.skops_store import estimator_from_bytes, estimator_to_bytes

X, Y = make_classification(60, 4, random_state=0)

STORED = [
    make_pipeline(StandardScaler(), LogisticRegression()),
    RandomForestClassifier(3, random_state=0),
    ExtraTreesClassifier(3, random_state=0),
    GradientBoostingClassifier(n_estimators=3, random_state=0),
    DecisionTreeClassifier(random_state=0),
    BaggingClassifier(DecisionTreeClassifier(max_depth=2), 3, max_features=0.5, random_state=0),
    VotingClassifier([("a", LogisticRegression()), ("b", GaussianNB())]),
    StackingClassifier([("a", GaussianNB())], cv=2),
    MLPClassifier((3,), max_iter=5, early_stopping=False, solver="lbfgs", random_state=0),
    SGDClassifier(random_state=0),
    LinearSVC(),
    LinearDiscriminantAnalysis(),
]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("estimator", STORED, ids=lambda one: type(one).__name__)
def test_estimators_come_back_and_their_bytes_are_canonical(estimator: BaseEstimator) -> None:
    estimator.fit(X, Y)
    data = estimator_to_bytes(estimator)
    loaded = estimator_from_bytes(data)
    np.testing.assert_array_equal(loaded.predict(X), estimator.predict(X))
    assert estimator_to_bytes(loaded) == data


def test_labels_of_text_come_back() -> None:
    estimator = LogisticRegression().fit(X, np.array(["a", "b"], dtype=object)[Y])
    loaded = estimator_from_bytes(estimator_to_bytes(estimator))
    assert loaded.predict(X).tolist() == estimator.predict(X).tolist()


REFUSED = [
    make_pipeline(FunctionTransformer(np.log1p), LogisticRegression()),  # a function
    make_pipeline(SelectKBest(k=2), LogisticRegression()),  # a function as parameter
    SVC(),  # native memory behind unchecked arrays
    KNeighborsClassifier(),
    HistGradientBoostingClassifier(max_iter=2),
]


@pytest.mark.parametrize("estimator", REFUSED, ids=lambda one: type(one).__name__)
def test_what_could_not_be_loaded_safely_is_not_stored(estimator: BaseEstimator) -> None:
    with pytest.raises(ModelSaveError, match="cannot be stored"):
        estimator_to_bytes(estimator.fit(np.abs(X), Y))


def changed(data: bytes, change: Any) -> bytes:
    files = unpack(data, "schema.json")
    schema = json.loads(files["schema.json"])
    change(schema, files)
    return pack({**files, "schema.json": json.dumps(schema).encode()})


def nodes_file(schema: Any) -> str:
    tree = schema["content"]["content"]["tree_"]["content"]["content"]
    return str(tree["nodes"]["file"])


@pytest.mark.parametrize(
    ("column", "value"),
    [("left_child", 10**6), ("right_child", 10**6), ("left_child", 0), ("feature", 4), ("feature", -7)],
)
def test_a6_a_tree_that_points_outside_itself_is_refused(column: str, value: int) -> None:
    def point_away(schema: Any, files: dict[str, bytes]) -> None:
        nodes = array_from_bytes(files[nodes_file(schema)])
        nodes[column][0] = value
        files[nodes_file(schema)] = array_to_bytes(nodes)

    data = estimator_to_bytes(DecisionTreeClassifier(random_state=0).fit(X, Y))
    with pytest.raises(UnsafeArtifactError, match="point inside"):
        estimator_from_bytes(changed(data, point_away))


def test_a6_a_tree_that_counts_more_nodes_than_it_has_is_refused() -> None:
    def count_more(schema: Any, files: dict[str, bytes]) -> None:
        schema["content"]["content"]["tree_"]["content"]["content"]["node_count"]["content"] = "100000"

    data = estimator_to_bytes(DecisionTreeClassifier(random_state=0).fit(X, Y))
    with pytest.raises(UnsafeArtifactError, match="point inside"):
        estimator_from_bytes(changed(data, count_more))


def test_a6_a_tree_wider_than_its_model_is_refused() -> None:
    def narrow(schema: Any, files: dict[str, bytes]) -> None:
        schema["content"]["content"]["n_features_in_"]["content"] = "2"

    data = estimator_to_bytes(DecisionTreeClassifier(random_state=0).fit(X, Y))
    with pytest.raises(UnsafeArtifactError, match="more features"):
        estimator_from_bytes(changed(data, narrow))


@pytest.mark.parametrize(
    ("loader", "module", "name"),
    [
        ("ObjectNode", "os", "system"),
        ("ObjectNode", "subprocess", "Popen"),
        ("ObjectNode", "sklearn.utils._bunchy", "X"),
        ("FunctionNode", "builtins", "eval"),
        ("TypeNode", "builtins", "eval"),
        ("MethodNode", "builtins", "str"),
        ("OperatorFuncNode", "operator", "methodcaller"),
        ("PartialNode", "functools", "partial"),
        ("DictNode", "collections", "OrderedDict"),
        ("NdArrayNode", "os", "system"),
        ("SparseMatrixNode", "scipy.sparse", "csr_matrix"),
    ],
)
def test_a3_foreign_nodes_are_refused(loader: str, module: str, name: str, audit: list[str]) -> None:
    def swap(schema: Any, files: dict[str, bytes]) -> None:
        schema["content"]["content"]["C"] |= {"__loader__": loader, "__module__": module, "__class__": name}

    data = estimator_to_bytes(LogisticRegression().fit(X, Y))
    with pytest.raises(UnsafeArtifactError):
        estimator_from_bytes(changed(data, swap))
    assert audit == []


def test_a_schema_that_is_not_one_is_refused() -> None:
    for schema in (b"", b"[]", b"{}", b"[" * 100_000, b'{"__loader__": "ListNode"}'):
        with pytest.raises(UnsafeArtifactError):
            estimator_from_bytes(pack({"schema.json": schema}))


def test_storing_and_reading_a_linear_model_does_not_import_torch() -> None:
    """skops looks through all of scikit-learn, which has a bridge to torch: seconds for every process."""
    code = """
import sys
from sklearn.linear_model import LinearRegression
from ml_analytics.models.skops_store import estimator_from_bytes, estimator_to_bytes
model = LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
assert estimator_from_bytes(estimator_to_bytes(model)).coef_ == model.coef_
assert "torch" not in sys.modules
assert "sklearn.externals.array_api_compat.torch" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
