"""A new family is one file in a package of its own; the file is the one of docs/add-a-model.md."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics.core.errors import ModelLoadError
from ml_analytics.models import ModelFactory, dump_model, load_model
from ml_analytics.models.testing import LAWS, check
from ml_analytics.registry import ModelRegistry

PAGE = Path(__file__).resolve().parents[2] / "docs" / "add-a-model.md"
X = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 2)), columns=["a", "b"])
Y = np.where(X["a"] > 0, "up", "down")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Install one file as a distribution: a module, and a dist-info with its entry point."""
    source = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)[
        0
    ]
    root = tmp_path / "site"
    info = root / "one_file_models-1.0.dist-info"
    info.mkdir(parents=True)
    (root / "one_file_models.py").write_text(source, encoding="utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: one-file-models\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[ml_analytics.models]\nnearest_mean = one_file_models:NearestMean\n"
    )
    monkeypatch.setattr(ModelFactory, "_builders", dict(ModelFactory._builders))
    monkeypatch.setattr(ModelFactory, "_made_by", dict(ModelFactory._made_by))
    monkeypatch.syspath_prepend(str(root))
    importlib.invalidate_caches()
    yield root
    sys.modules.pop("one_file_models", None)


@pytest.mark.usefixtures("package")
def test_it_is_found_made_and_keeps_every_law() -> None:
    assert "nearest_mean" in ModelFactory.types()
    family = type(ModelFactory.create("nearest_mean", sharpness=2.0))
    assert family.__module__ == "one_file_models"
    assert not family.exempt_laws
    for law in LAWS:
        check(family, law)


@pytest.mark.usefixtures("package")
def test_it_is_registered_and_comes_back(tmp_path: Path) -> None:
    model = ModelFactory.create("nearest_mean").fit(X, Y)
    registry = ModelRegistry(tmp_path / "home")
    version = registry.register_model("ours", model, metrics={"accuracy": model.score(X, Y)}, sample=X)
    assert version.version == "1.0.0"
    found = registry.get_model("ours")
    np.testing.assert_array_equal(found.predict_proba(X), model.predict_proba(X))


def test_another_process_knows_it_by_its_entry_point_alone(package: Path, tmp_path: Path) -> None:
    model: Any = ModelFactory.create("nearest_mean").fit(X, Y)
    path = model.save(tmp_path / "model.mla")
    code = (
        "import json, sys; from ml_analytics.models import load_model;"
        "model = load_model(open(sys.argv[1], 'rb').read());"
        "print(json.dumps(model.predict([[1.0, 0.0], [-1.0, 0.0]]).tolist()))"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(package), os.environ.get("PYTHONPATH", "")]),
    }
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == model.predict([[1.0, 0.0], [-1.0, 0.0]]).tolist() == ["up", "down"]


def test_without_the_package_the_stored_model_says_so(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = dump_model(ModelFactory.create("nearest_mean").fit(X, Y))
    monkeypatch.setattr(sys, "path", [one for one in sys.path if one != str(package)])
    monkeypatch.setattr(ModelFactory, "_builders", {"logistic": ModelFactory._builders["logistic"]})
    importlib.invalidate_caches()
    with pytest.raises(ModelLoadError, match="nearest_mean"):
        load_model(data)
