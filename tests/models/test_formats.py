"""The one writer and loader: round trips, and the attacks a model file must stand (A1, A3 to A6, A10)."""

from __future__ import annotations

import gzip
import io
import json
import os
import pickle
import zipfile
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
import skops.io
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import FunctionTransformer

from ml_analytics import IntegrityError, ModelLoadError, ModelSaveError, UnsafeArtifactError
from ml_analytics.core.canonical import canonical_json, sha256
from ml_analytics.models import BaseModel, ModelFactory, dump_model, load_model
from ml_analytics.models.archive import pack, unpack
from ml_analytics.models.formats import read_manifest


class Bomb:
    """Runs a command when it is unpickled."""

    def __reduce__(self) -> Any:
        return os.system, ("echo unpickled > /dev/null",)


def pickles() -> dict[str, bytes]:
    joblib_plain, joblib_packed = io.BytesIO(), io.BytesIO()
    joblib.dump(Bomb(), joblib_plain)
    joblib.dump(Bomb(), joblib_packed, compress=("zlib", 3))
    raw = pickle.dumps(Bomb())
    inside = io.BytesIO()
    with zipfile.ZipFile(inside, "w") as archive:
        archive.writestr("data.pkl", raw)
    return {
        "pickle": raw,
        "protocol 0": pickle.dumps(Bomb(), protocol=0),
        "joblib": joblib_plain.getvalue(),
        "joblib zlib": joblib_packed.getvalue(),
        "joblib.gz": gzip.compress(joblib_plain.getvalue()),
        "inside a zip": inside.getvalue(),
        "inside our container": pack({"manifest.json": raw}),
        "empty": b"",
    }


def rebuilt(data: bytes, **changes: Any) -> bytes:
    """Return a model file with other files or manifest entries, its digests put right: an attacker's work."""
    files = unpack(data, "manifest.json")
    manifest = json.loads(files.pop("manifest.json"))
    files |= changes.pop("files", {})
    manifest["files"] = {name: {"sha256": sha256(one), "size": len(one)} for name, one in files.items()}
    manifest |= changes
    return pack({**files, "manifest.json": canonical_json(manifest).encode()})


@pytest.mark.parametrize("kind", pickles())
def test_a1_a_pickle_in_any_dress_is_refused_and_nothing_runs(kind: str, audit: list[str]) -> None:
    with pytest.raises(UnsafeArtifactError):
        load_model(pickles()[kind])
    assert audit == []


def test_a1_a_pickle_as_the_state_of_a_model_is_refused(logistic: BaseModel, audit: list[str]) -> None:
    raw = pickle.dumps(Bomb())
    for name in ("estimator_.skops", "estimator_.npy", "state.json", "estimator_.pkl"):
        with pytest.raises(ModelLoadError):
            load_model(rebuilt(dump_model(logistic), files={name: raw}))
    assert audit == []


def test_a_load_raises_no_forbidden_event(
    forest: BaseModel, boosted: BaseModel, logistic: BaseModel, audit: list[str]
) -> None:
    for model in (forest, boosted, logistic):
        load_model(dump_model(model))
    assert audit == []


def test_a3_a_skops_file_with_a_foreign_type_is_refused(logistic: BaseModel, audit: list[str]) -> None:
    foreign = skops.io.dumps(FunctionTransformer(func=np.log))
    with pytest.raises(UnsafeArtifactError):
        load_model(foreign)
    with zipfile.ZipFile(io.BytesIO(foreign)) as archive:
        canonical = pack({name: archive.read(name) for name in archive.namelist()})
    with pytest.raises(UnsafeArtifactError, match="listed types"):
        load_model(rebuilt(dump_model(logistic), files={"estimator_.skops": canonical}))
    assert audit == []


def test_a4_compressed_members_are_refused_before_they_are_inflated() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b"0" * (64 << 20))
    with pytest.raises(UnsafeArtifactError, match="must not be compressed"):
        load_model(bomb.getvalue())


def test_a5_every_flipped_bit_of_a_small_file_is_found() -> None:
    data = dump_model(ModelFactory.create("dummy").fit(np.zeros((2, 1)), [0, 1]))
    for position in range(len(data)):
        damaged = bytearray(data)
        damaged[position] ^= 1 << (position % 8)
        with pytest.raises(ModelLoadError):
            load_model(bytes(damaged))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    share=st.floats(0, 1, exclude_max=True),
    bit=st.integers(0, 7),
    family=st.sampled_from(["forest", "boosted", "logistic"]),
)
def test_a5_flipped_bits_of_native_formats_are_found(
    share: float, bit: int, family: str, forest: BaseModel, boosted: BaseModel, logistic: BaseModel
) -> None:
    data = bytearray(dump_model({"forest": forest, "boosted": boosted, "logistic": logistic}[family]))
    data[int(share * len(data))] ^= 1 << bit
    with pytest.raises(ModelLoadError):
        load_model(bytes(data))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1))
def test_a5_a_cut_file_is_found(share: float, forest: BaseModel) -> None:
    data = dump_model(forest)
    cut = data[: int(share * (len(data) - 1))]
    with pytest.raises(ModelLoadError):
        load_model(cut)


@pytest.mark.parametrize("name", ["../escape", "/etc/passwd", "a/../../b", "C:\\x", "a\\b", "..", "a//b"])
def test_a10_names_that_leave_the_archive_are_refused(name: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, b"x")
    with pytest.raises(ModelLoadError):
        load_model(buffer.getvalue())


def test_bytes_after_the_archive_are_found(forest: BaseModel) -> None:
    with pytest.raises(IntegrityError):
        load_model(dump_model(forest) + b"more")


def test_a_file_that_is_not_in_the_manifest_is_found(forest: BaseModel) -> None:
    files = unpack(dump_model(forest), "manifest.json")
    with pytest.raises(IntegrityError, match="no more and no fewer"):
        load_model(pack({**files, "extra.npy": b""}))


def test_a_swapped_file_is_found_by_its_digest(logistic: BaseModel) -> None:
    files = unpack(dump_model(logistic), "manifest.json")
    with pytest.raises(IntegrityError, match=r"estimator_\.skops"):
        load_model(pack({**files, "estimator_.skops": files["estimator_.skops"] + b"x"}))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"format": 2}, "format 1"),
        ({"model_type": "os.system"}, "must be one of"),
        ({"model_type": 7}, "fields"),
        ({"params": {"trees": 1}}, "must be among"),
        ({"params": []}, "fields"),
        ({"signature": {"inputs": 3}}, "signature"),
        ({"surprise": 1}, "fields"),
    ],
)
def test_a_manifest_that_lies_is_refused(forest: BaseModel, changes: dict[str, Any], error: str) -> None:
    with pytest.raises(ModelLoadError, match=error):
        load_model(rebuilt(dump_model(forest), **changes))


def test_a_file_cannot_replace_methods_or_parameters() -> None:
    data = dump_model(ModelFactory.create("dummy").fit(np.zeros((2, 1)), [0, 1]))
    for state in ({"predict": 1}, {"signature": None}, {"classes_": [1]}, {"__class__": 1}, {"_private_": 1}):
        with pytest.raises(UnsafeArtifactError, match="fitted attributes only"):
            load_model(rebuilt(data, files={"state.json": json.dumps(state).encode()}))


def test_the_manifest_tells_what_the_model_is(forest: BaseModel, table: pd.DataFrame) -> None:
    manifest = read_manifest(dump_model(forest))
    assert manifest["model_type"] == "random_forest"
    assert manifest["params"]["n_estimators"] == 3
    assert [one["name"] for one in manifest["signature"]["inputs"]] == list(table.columns)
    assert "scikit-learn" in manifest["libraries"]


class Unregistered(BaseModel):
    def train(self, data: Any, target: str | None = None) -> Unregistered:
        self.seen_ = 1
        return self


def test_what_cannot_be_loaded_again_is_not_stored(forest: BaseModel) -> None:
    with pytest.raises(ModelSaveError, match=r"ModelFactory\.register\('name', Unregistered\)"):
        dump_model(Unregistered().train(None))
    with pytest.raises(ModelSaveError, match="must be a BaseModel"):
        dump_model(object())
    forest.set_params(max_depth=float("nan"))
    with pytest.raises(ModelSaveError, match="max_depth"):
        dump_model(forest)
