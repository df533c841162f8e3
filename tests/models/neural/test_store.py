"""Stored networks: crafted files are refused before memory is taken, and nothing runs."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load, save

from ml_analytics import ModelLoadError, UnsafeArtifactError
from ml_analytics.core.canonical import sha256
from ml_analytics.models import dump_model, load_model
from ml_analytics.models.archive import pack, unpack
from ml_analytics.models.neural.store import declared_shapes, network_from_bytes, network_to_bytes
from ml_analytics.models.sequence import LSTMClassifier, LSTMForecaster, LSTMRegressor
from ml_analytics.models.vision import ImageClassifier

MANIFEST, WEIGHTS, STATE = "manifest.json", "network.safetensors", "state.json"
X = np.random.default_rng(0).normal(size=(40, 3))


@pytest.fixture(scope="module")
def stored() -> bytes:
    model = LSTMClassifier(hidden_size=8, num_layers=1, sequence_length=4, epochs=1)
    return dump_model(model.fit(X, np.arange(40) % 2))


def rewritten(data: bytes, changes: dict[str, Callable[[bytes], bytes]]) -> bytes:
    """Return a model file with files changed and digests that agree: what an attacker would write."""
    files = unpack(data, MANIFEST)
    manifest = json.loads(files.pop(MANIFEST))
    for name, change in changes.items():
        files[name] = change(files[name])
        manifest["files"][name] = {"sha256": sha256(files[name]), "size": len(files[name])}
    return pack({**files, MANIFEST: json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()})


def in_state(**changes: Any) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        state = json.loads(data)
        for name, value in changes.items():
            state[name] = {**state[name], **value} if isinstance(value, dict) else value
        return json.dumps(state).encode()

    return change


def header_of(**entries: Any) -> bytes:
    text = json.dumps(entries).encode()
    return len(text).to_bytes(8, "little") + text


def test_what_is_written_is_read_back(stored: bytes, audit: list[str]) -> None:
    audit.clear()
    assert dump_model(load_model(stored)) == stored
    assert audit == []


@pytest.mark.parametrize(
    "design",
    [
        {"hidden": 10**9},
        {"hidden": 1024},
        {"layers": 10**6},
        {"inputs": 10**6},
        {"length": 10**9},
        {"outputs": 3},
        {"hidden": True},
        {"hidden": 8.0},
        {"kind": "transformer"},
        {"kind": "os.system"},
        {"more": 1},
    ],
    ids=str,
)
def test_a_design_that_is_not_that_of_the_weights_is_refused_without_memory(
    design: dict[str, Any], stored: bytes
) -> None:
    crafted = rewritten(stored, {STATE: in_state(design_=design)})
    tracemalloc.start()
    try:
        with pytest.raises(ModelLoadError):
            load_model(crafted)
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()


def test_a_longer_window_in_the_design_alone_stays_within_its_limit(stored: bytes) -> None:
    model = load_model(rewritten(stored, {STATE: in_state(design_={"length": 2048})}))
    assert model.predict(X).shape == (40,)  # an LSTM has no weight that says its length


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 8,
        b"\xff" * 8,
        (10**12).to_bytes(8, "little") + b"{}",
        header_of(a={"dtype": "F32", "shape": [10**12], "data_offsets": [0, 4 * 10**12]}),
        header_of(a={"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}) + b"\x00" * 4,
        header_of(a={"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}) + b"\x00" * 4,
        header_of(a={"dtype": "F32", "shape": [True], "data_offsets": [0, 4]}) + b"\x00" * 4,
        header_of(a={"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}) + b"\x00" * 4,
        header_of(a={"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}) + b"\x00" * 8,
        header_of(a={"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}) + b"\x00" * 8,
        header_of(
            a={"dtype": "F32", "shape": [1], "data_offsets": [0, 4]},
            b={"dtype": "F32", "shape": [1], "data_offsets": [0, 4]},
        )
        + b"\x00" * 4,
        header_of(a=[]),
        (10).to_bytes(8, "little") + b"[" * 10,
        (200_000).to_bytes(8, "little") + b"[" * 200_000,
    ],
)
def test_crafted_safetensors_are_refused(data: bytes, stored: bytes) -> None:
    with pytest.raises(UnsafeArtifactError):
        declared_shapes(data)
    with pytest.raises(UnsafeArtifactError):
        load_model(rewritten(stored, {WEIGHTS: lambda _: data}))


def test_a_missing_an_added_and_a_reshaped_weight_are_refused(stored: bytes) -> None:
    def changed(change: Callable[[dict[str, torch.Tensor]], object]) -> Callable[[bytes], bytes]:
        def apply(data: bytes) -> bytes:
            weights = load(data)
            change(weights)
            return bytes(save(weights))

        return apply

    cases: list[Callable[[dict[str, torch.Tensor]], object]] = [
        lambda weights: weights.pop("head.bias"),
        lambda weights: weights.update(more=torch.zeros(1)),
        lambda weights: weights.update({"head.bias": torch.zeros(3)}),
        lambda weights: weights.update({"head.bias": torch.zeros(2, dtype=torch.float64)}),
    ]
    for case in cases:
        with pytest.raises(UnsafeArtifactError):
            load_model(rewritten(stored, {WEIGHTS: changed(case)}))


@pytest.mark.parametrize("name", ["mean_.npy", "scale_.npy"])
@pytest.mark.parametrize(
    "array", [np.zeros(2), np.zeros((3, 3)), np.full(3, np.nan), np.zeros(3, np.float32)]
)
def test_scaling_that_does_not_fit_is_refused(name: str, array: np.ndarray, stored: bytes) -> None:
    from ml_analytics.models.arrays import array_to_bytes

    with pytest.raises(UnsafeArtifactError):
        load_model(rewritten(stored, {name: lambda _: array_to_bytes(array)}))


def test_parts_of_a_family_that_do_not_fit_are_refused(stored: bytes) -> None:
    small: dict[str, Any] = {"hidden_size": 4, "num_layers": 1, "sequence_length": 2, "epochs": 1}
    regressor = dump_model(LSTMRegressor(**small).fit(X, X[:, 0]))
    forecaster = dump_model(LSTMForecaster(**small).fit(X))
    images = dump_model(ImageClassifier(hidden_size=2, epochs=1).fit(X.reshape(10, 3, 4), np.arange(10) % 2))
    for data, change in (
        (stored, {"window_": [1, 3]}),
        (stored, {"window_": "wide"}),
        (regressor, {"spread_": "wide"}),
        (forecaster, {"column_": 3}),
        (images, {"image_": [4, 3, 1]}),
        (images, {"design_": {"height": 4, "width": 3}}),
    ):
        with pytest.raises(UnsafeArtifactError):
            load_model(rewritten(data, {STATE: in_state(**change)}))


def test_loading_draws_no_random_numbers_and_gives_the_bytes_back() -> None:
    from ml_analytics.models.neural.networks import build

    design = {"kind": "transformer", "inputs": 2, "outputs": 3, "hidden": 8, "layers": 2, "length": 4}
    with torch.random.fork_rng():
        data = network_to_bytes(build(design))
        before = torch.random.get_rng_state()
        network = network_from_bytes(design, data)
        assert torch.equal(torch.random.get_rng_state(), before)
    assert network_to_bytes(network) == data
    assert not any(one.requires_grad for one in network.parameters())
