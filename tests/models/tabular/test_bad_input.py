"""Odd labels over every classifier of a table, and a crafted file of LightGBM."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics import UnsafeArtifactError
from ml_analytics.core.canonical import canonical_json, sha256
from ml_analytics.models import ModelFactory, anomaly, clustering, dump_model, load_model, tabular
from ml_analytics.models.archive import pack, unpack

FAMILIES = {one.model_type: one for kind in (tabular, anomaly, clustering) for one in kind.FAMILIES}


@pytest.mark.parametrize("name", [name for name, one in FAMILIES.items() if one.task == "classification"])
@pytest.mark.parametrize("labels", [["no", "yes"], [False, True], [-5, 10**12], ["", "a\0b"]], ids=str)
def test_labels_come_back_as_they_went_in(name: str, labels: list[Any]) -> None:
    X = np.concatenate([np.zeros((30, 2)), np.ones((30, 2)) * 5])
    y = [labels[0]] * 30 + [labels[1]] * 30
    loaded = load_model(dump_model(FAMILIES[name]._small().fit(X, y)))
    found = loaded.predict(X).tolist()
    assert set(found) <= set(labels)
    assert {type(one) for one in found} == {type(labels[0])}
    if name != "dummy":
        assert found == y


def forged(data: bytes, name: str, content: bytes) -> bytes:
    """Return a model file in which one file is another and every digest is right."""
    files = unpack(data, "manifest.json")
    manifest = json.loads(files["manifest.json"])
    files[name] = content
    manifest["files"][name] = {"sha256": sha256(content), "size": len(content)}
    files["manifest.json"] = canonical_json(manifest).encode()
    return pack(files)


def test_a_forged_lightgbm_file_is_refused_before_lightgbm_reads_it(audit: list[str]) -> None:
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(200, 2)), columns=["a", "b"])
    model = ModelFactory.create("lightgbm", n_estimators=2).fit(X, X["a"] > 0)
    data, text = dump_model(model), model._state()["booster.txt"].decode()
    line = next(one for one in text.split("\n") if one.startswith("left_child="))
    crafted = text.replace(line, "left_child=" + "9" * (len(line) - len("left_child=")), 1)
    assert len(crafted) == len(text)
    with pytest.raises(UnsafeArtifactError):
        load_model(forged(data, "booster.txt", crafted.encode()))
    with pytest.raises(UnsafeArtifactError):
        load_model(forged(data, "booster.txt", b"\x80\x04cos\nsystem\n"))
    assert load_model(forged(data, "booster.txt", text.encode())).predict(X).shape == (200,)
    assert not audit
