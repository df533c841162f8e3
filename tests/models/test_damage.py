"""Faults A1, A3, A4, A5, A10 and lying manifests, over the files of every registered family.

Each test takes what a family stores, changes it as an attacker would (digests put right), and loads it.
"""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from sklearn.preprocessing import FunctionTransformer

from ml_analytics import ModelLoadError, UnsafeArtifactError
from ml_analytics.core.canonical import canonical_json, sha256
from ml_analytics.models import dump_model, load_model
from ml_analytics.models.archive import pack, unpack
from ml_analytics.models.foreign import Limits
from ml_analytics.models.foreign.trial import run_limited
from ml_analytics.models.formats import open_model
from ml_analytics.models.testing import registered_families
from ml_analytics.models.testing.example import fitted

FAMILIES = registered_families()
NAMES = [name for name in FAMILIES if name not in ("classification", "regression")]


class Bomb:
    """Runs a command when it is unpickled."""

    def __reduce__(self) -> Any:
        import os

        return os.system, ("echo unpickled > /dev/null",)


@lru_cache
def stored(model_type: str) -> bytes:
    """Return a model file that was loaded once: libraries have compiled and imported what they need."""
    data = dump_model(fitted(FAMILIES[model_type])[0])
    load_model(data)
    return data


def rebuilt(files: dict[str, bytes], manifest: dict[str, Any]) -> bytes:
    digests = {name: {"sha256": sha256(one), "size": len(one)} for name, one in files.items()}
    text = canonical_json({**manifest, "files": digests}).encode()
    return pack({**files, "manifest.json": text})


@pytest.mark.parametrize("model_type", NAMES)
def test_a1_a_pickle_in_place_of_any_file_is_refused_and_nothing_runs(
    model_type: str, audit: list[str]
) -> None:
    manifest, files = open_model(stored(model_type))
    audit.clear()
    for name in files:
        changed = rebuilt({**files, name: pickle.dumps(Bomb())}, manifest)
        with pytest.raises(ModelLoadError):
            load_model(changed)
    assert audit == []


@pytest.mark.parametrize("model_type", NAMES)
def test_a3_a_foreign_type_in_place_of_any_estimator_is_refused(model_type: str, audit: list[str]) -> None:
    manifest, files = open_model(stored(model_type))
    with zipfile.ZipFile(io.BytesIO(skops.io.dumps(FunctionTransformer(func=np.log)))) as archive:
        foreign = pack({name: archive.read(name) for name in archive.namelist()})
    audit.clear()
    for name in files:
        with pytest.raises(ModelLoadError):
            load_model(rebuilt({**files, name: foreign}, manifest))
    assert audit == []


@pytest.mark.parametrize("model_type", NAMES)
def test_a4_the_same_files_compressed_are_refused_before_they_are_inflated(
    model_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in unpack(stored(model_type), "manifest.json").items():
            archive.writestr(name, data)
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("it was inflated"))
    with pytest.raises(UnsafeArtifactError, match="must not be compressed"):
        load_model(packed.getvalue())


@pytest.mark.parametrize("model_type", NAMES)
def test_a10_names_and_links_that_lead_out_of_the_archive_are_refused(model_type: str) -> None:
    manifest, files = open_model(stored(model_type))
    for name in ("../escape.npy", "/etc/cron.d/x", "a/../../b"):
        with pytest.raises(ModelLoadError):
            load_model(rebuilt({**files, name: b"x"}, manifest))
    linked = io.BytesIO()
    with zipfile.ZipFile(linked, "w") as archive:
        for name, data in unpack(stored(model_type), "manifest.json").items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o120777 << 16
            archive.writestr(entry, data)
    with pytest.raises(ModelLoadError):
        load_model(linked.getvalue())


NOT_JSON = {
    "NaN": '{"format": NaN}',
    "Infinity": '{"format": 1, "params": {"a": -Infinity}}',
    "1e400": '{"format": 1, "params": {"a": 1e400}}',
    "deep": "[" * 100_000,
    "deep object": '{"a":' * 100_000,
    "long number": '{"format": ' + "9" * 5_000 + "}",
    "a list": "[1]",
}


@pytest.mark.parametrize("kind", NOT_JSON)
def test_a_manifest_that_is_not_finite_json_is_refused(kind: str) -> None:
    _, files = open_model(stored("dummy"))
    with pytest.raises(UnsafeArtifactError):
        load_model(pack({**files, "manifest.json": NOT_JSON[kind].encode()}))


@pytest.mark.parametrize("model_type", NAMES)
def test_json_of_the_state_that_is_not_finite_is_refused(model_type: str) -> None:
    manifest, files = open_model(stored(model_type))
    for name in (one for one in files if one.endswith(".json")):
        for text in NOT_JSON.values():
            with pytest.raises(ModelLoadError):
                load_model(rebuilt({**files, name: text.encode()}, manifest))


CRASH_TEST = """
import json
import numpy as np
from ml_analytics.core.errors import MLFrameworkError
from ml_analytics.core.canonical import canonical_json, sha256
from ml_analytics.models.archive import pack, unpack
from ml_analytics.models.arrays import array_from_bytes, array_to_bytes
from ml_analytics.models.foreign.convert import _ask
from ml_analytics.models.formats import load_model, open_model

WILD = (10**6, -7, 2**31 - 1)


def variants(files, generator):
    for name, data in files.items():
        if name.endswith(".npy"):
            array = array_from_bytes(data)
            columns = [array[one] for one in array.dtype.names] if array.dtype.names else [array]
            for column in columns:
                if column.dtype.kind in "iu" and column.size:
                    flat = column.reshape(-1) if column.flags.contiguous else column
                    for value in WILD:
                        kept = flat[0]
                        flat[0] = np.array(value).astype(column.dtype)
                        yield {**files, name: array_to_bytes(array)}
                        flat[0] = kept
        for _ in range(12):
            changed = bytearray(data)
            for at in generator.integers(0, len(data), 3) if data else ():
                changed[at] = int(generator.integers(0, 256))
            yield {**files, name: bytes(changed)}
        yield {**files, name: data[: len(data) // 2]}


def attack(data, options):
    outcome = {"refused": 0, "answered": 0, "other": []}
    for name, stored in unpack(data, "first").items():
        if name != "first":
            attack_one(name, stored, outcome)
    return json.dumps(outcome).encode()


def attack_one(name, stored, outcome):
    manifest, files = open_model(stored)
    for changed in variants(files, np.random.default_rng(0)):
        digests = {name: {"sha256": sha256(one), "size": len(one)} for name, one in changed.items()}
        text = canonical_json({**manifest, "files": digests}).encode()
        try:
            model = load_model(pack({**changed, "manifest.json": text}))
        except MLFrameworkError:
            outcome["refused"] += 1
        except Exception as error:
            outcome["other"].append([name, repr(error)[:200]])
        else:
            outcome["answered"] += 1
            _ask(model)
"""


@pytest.fixture
def attack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], dict[str, Any]]:
    """Give a function that loads wild variants of families' files in a process that may die."""
    (tmp_path / "crash_test.py").write_text(CRASH_TEST)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def run(names: list[str]) -> dict[str, Any]:
        data = pack({"first": b"", **{name: stored(name) for name in names}})
        limits = Limits(cpu_seconds=400, seconds=550)
        found: dict[str, Any] = json.loads(run_limited("crash_test:attack", data, {}, limits))
        return found

    return run


def test_a6_wild_numbers_and_bytes_never_end_the_process(
    attack: Callable[[list[str]], dict[str, Any]],
) -> None:
    try:
        outcome = attack(NAMES)
    except UnsafeArtifactError:  # it died: find out whose file it was
        for name in NAMES:
            try:
                attack([name])
            except UnsafeArtifactError as error:
                pytest.fail(f"{name}: {error}")
        raise
    assert outcome["other"] == []
    assert outcome["refused"] > 20 * len(NAMES)
