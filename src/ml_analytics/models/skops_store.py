"""Fitted scikit-learn estimators as bytes, through skops, with an allow-list of our own.

A skops file is a zip of a JSON tree that names classes, and of arrays. Before skops sees a foreign one, the
tree is walked here: only the loaders and classes below pass, arrays must be what they declare, and the
nodes of decision trees must point inside their tree (scikit-learn follows them without looking, so a
crafted tree would crash the process). The allow-list is fixed here and never taken from the file.

skops names nodes by memory address; they are renumbered, so that equal estimators give equal bytes.
"""

from __future__ import annotations

import importlib
import io
import json
import sys
import zipfile
from collections import Counter
from types import ModuleType
from typing import Any

import numpy as np

from ..core.errors import MLFrameworkError, ModelLoadError, ModelSaveError, UnsafeArtifactError
from .archive import pack, unpack
from .arrays import array_from_bytes, array_to_bytes, without_padding

_SCHEMA = "schema.json"
_TREE = "sklearn.tree._tree.Tree"

_BUNCH = "sklearn.utils._bunch.Bunch"

_CONTAINERS = {
    "DictNode": {"builtins.dict", _BUNCH},
    "ListNode": {"builtins.list"},
    "TupleNode": {"builtins.tuple"},
}
_TYPES = {
    *(f"builtins.{name}" for name in ("str", "int", "float", "bool", "dict", "list", "tuple")),
    *(f"numpy.{name}" for name in ("float32", "float64", "int32", "int64", "bool", "bool_", "str_")),
}
_LOSSES = {"sklearn._loss._loss", "sklearn.linear_model._sgd_fast"}
_LISTED = (
    "sklearn._loss.link.",
    "sklearn._loss.loss.",
    "sklearn.calibration.",
    "sklearn.compose.",
    "sklearn.cross_decomposition.",
    "sklearn.decomposition.",
    "sklearn.discriminant_analysis.",
    "sklearn.dummy.",
    "sklearn.ensemble._bagging.",
    "sklearn.ensemble._forest.",
    "sklearn.ensemble._gb.",
    "sklearn.ensemble._stacking.",
    "sklearn.ensemble._voting.",
    "sklearn.ensemble._weight_boosting.",
    "sklearn.feature_extraction.text.",
    "sklearn.feature_selection.",
    "sklearn.impute._base.",
    "sklearn.linear_model.",
    "sklearn.multiclass.",
    "sklearn.multioutput.",
    "sklearn.naive_bayes.",
    "sklearn.neural_network._multilayer_perceptron.",
    "sklearn.pipeline.",
    "sklearn.preprocessing.",
    "sklearn.svm._classes.LinearSV",
    "sklearn.tree._classes.",
)
"""Where estimators that may be stored are defined: plain arrays inside, no functions, no unchecked native memory."""

_HOLDS_TREES = ("sklearn.tree._classes.", "sklearn.ensemble._forest.", "sklearn.ensemble._gb.")
_REFUSED = {"sklearn.preprocessing._function_transformer.FunctionTransformer"}


_BRIDGE = "sklearn.externals.array_api_compat.torch"


def _skops() -> Any:
    """Return ``skops.io``, without torch.

    On its way in, skops looks for estimators in every package of scikit-learn. One of these is a bridge that
    imports torch, seconds for every process that reads a linear model; an empty module stands in its place.
    """
    if "skops.io" in sys.modules or _BRIDGE in sys.modules:
        return importlib.import_module("skops.io")
    sys.modules[_BRIDGE] = ModuleType(_BRIDGE)
    try:
        return importlib.import_module("skops.io")
    finally:
        del sys.modules[_BRIDGE]


def estimator_to_bytes(estimator: Any) -> bytes:
    """Return a fitted scikit-learn estimator as bytes; equal estimators give equal bytes.

    Raises:
        ModelSaveError: it holds something that could not be loaded again safely.
    """
    try:
        raw = _skops().dumps(estimator)
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            files = {name: archive.read(name) for name in set(archive.namelist())}
        canonical = _canonical(json.loads(files.pop(_SCHEMA)), files)
        _Walk(canonical).check()
    except MLFrameworkError as error:
        raise ModelSaveError(f"{type(estimator).__name__} cannot be stored safely: {error}") from error
    except Exception as error:
        raise ModelSaveError(f"{type(estimator).__name__} cannot be stored by skops: {error}") from error
    return pack(canonical)


def estimator_from_bytes(data: bytes) -> Any:
    """Read what :func:`estimator_to_bytes` wrote. No class outside the allow-list is touched.

    Raises:
        UnsafeArtifactError: a foreign class, a function, a tree that points outside itself.
        IntegrityError: damaged bytes.
    """
    _Walk(unpack(data, _SCHEMA)).check()
    try:
        return _skops().loads(data, trusted=[_TREE, _BUNCH])
    except Exception as error:
        raise ModelLoadError(f"The stored estimator cannot be read: {type(error).__name__}.") from error


def canonical_files(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files of a skops archive in the form that is stored here.

    Raises:
        UnsafeArtifactError: not such files.
    """
    try:
        return _canonical(
            json.loads(files[_SCHEMA]), {name: files[name] for name in files if name != _SCHEMA}
        )
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise UnsafeArtifactError("A stored estimator must have well-formed nodes. Got others.") from error


def _canonical(schema: dict[str, Any], files: dict[str, bytes]) -> dict[str, bytes]:
    """Renumber nodes in order of appearance; keep an id only where one object stands in two places."""
    uses = Counter(node["__id__"] for node in _objects(schema))
    numbers: dict[int, int] = {}
    names: dict[bytes, str] = {}
    for node in _nodes(schema):
        identity = node.pop("__id__", None)
        if node.get("__loader__") == "ObjectNode" and uses[identity] > 1:
            node["__id__"] = numbers.setdefault(identity, len(numbers) + 1)
        if isinstance(node.get("file"), str):
            node["file"] = names.setdefault(_clean(files[node["file"]]), f"{len(names)}.npy")
    text = json.dumps(schema, sort_keys=False, separators=(",", ":")).encode()
    return {_SCHEMA: text, **{name: content for content, name in names.items()}}


def _clean(data: bytes) -> bytes:
    array = array_from_bytes(data)
    return data if array.dtype.names is None else array_to_bytes(without_padding(array))


def _nodes(value: Any) -> Any:
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            if "__loader__" in one:
                yield one
            stack.extend(reversed(list(one.values())))
        elif isinstance(one, list):
            stack.extend(reversed(one))


def _objects(schema: Any) -> Any:
    return (node for node in _nodes(schema) if node["__loader__"] == "ObjectNode")


class _Walk:
    """One look over every node of a stored estimator before any of it is built."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files
        try:
            self._schema = json.loads(files[_SCHEMA])
        except (KeyError, ValueError, RecursionError) as error:
            raise UnsafeArtifactError(
                "A stored estimator must have a readable schema.json. Got none."
            ) from error

    def check(self) -> None:
        try:
            if self._schema["__loader__"] != "ObjectNode" or type(self._schema["protocol"]) is not int:
                raise ValueError("not an estimator")
            for node in _nodes(self._schema):
                self._check_node(node)
            for node in _objects(self._schema):
                self._check_width(node)
        except (KeyError, TypeError, AttributeError, ValueError, IndexError, RecursionError) as error:
            raise UnsafeArtifactError(
                "A stored estimator must have well-formed nodes. Got others."
            ) from error

    def _check_node(self, node: dict[str, Any]) -> None:
        loader, name = node["__loader__"], f"{node['__module__']}.{node['__class__']}"
        if loader in _CONTAINERS:
            allowed = name in _CONTAINERS[loader]
        elif loader == "JsonNode":
            allowed = isinstance(json.loads(node["content"]), (str, int, float, bool, type(None), list, dict))
        elif loader == "TypeNode":
            allowed = name in _TYPES
        elif loader == "NdArrayNode":
            allowed = name == "numpy.ndarray" or name in _TYPES
            self._check_array(node)
        elif loader == "TreeNode":
            allowed = name == _TREE
            self._check_tree(node)
        elif loader == "LossNode":
            allowed = node["__module__"] in _LOSSES
        elif loader == "RandomStateNode":
            allowed = name == "numpy.random.mtrand.RandomState"
        else:
            allowed = loader == "ObjectNode" and _is_listed(name)
        if not allowed:
            raise UnsafeArtifactError(
                f"A stored estimator must hold only listed types. Got '{name}' ({loader})."
            )

    def _check_array(self, node: dict[str, Any]) -> None:
        if node["type"] == "numpy":
            array_from_bytes(self._files[node["file"]])

    def _check_tree(self, node: dict[str, Any]) -> None:
        content = node["content"]["content"]
        count = json.loads(content["node_count"]["content"])
        nodes = array_from_bytes(self._files[content["nodes"]["file"]])
        values = array_from_bytes(self._files[content["values"]["file"]])
        features = self._tree_features(node)
        inside = nodes["left_child"] != -1
        order = np.arange(len(nodes))
        sound = (
            0 < count == len(nodes) == len(values)
            and all(
                ((nodes[side][inside] > order[inside]) & (nodes[side][inside] < count)).all()
                for side in ("left_child", "right_child")
            )
            and bool(((nodes["feature"][inside] >= 0) & (nodes["feature"][inside] < features)).all())
        )
        if not sound:
            raise UnsafeArtifactError(
                "The nodes of a stored tree must point inside it. Got some that do not."
            )

    def _tree_features(self, node: dict[str, Any]) -> int:
        return int(json.loads(node["__reduce__"]["args"]["content"][0]["content"]))

    def _check_width(self, node: dict[str, Any]) -> None:
        """Hold every tree to the input width that its estimator checks."""
        name = f"{node['__module__']}.{node['__class__']}"
        if not name.startswith(_HOLDS_TREES):
            return
        widths = [
            self._tree_features(one) for one in _nodes(node["content"]) if one["__loader__"] == "TreeNode"
        ]
        if not widths:
            return  # the unfitted tree that a forest was made from
        if max(widths) > json.loads(node["content"]["content"]["n_features_in_"]["content"]):
            raise UnsafeArtifactError("A stored tree must not read more features than its model takes.")


def _is_listed(name: str) -> bool:
    return name not in _REFUSED and name.startswith(_LISTED)
