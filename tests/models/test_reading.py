from __future__ import annotations

from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from ml_analytics import ModelLoadError, UnsafeArtifactError
from ml_analytics.models import BaseModel, SklearnModel, read_model, reading


class Bomb:
    def __reduce__(self) -> Any:
        return exec, ("raise SystemExit(3)",)


def test_our_files_are_read_whatever_their_suffix(
    tmp_path: Path, forest: BaseModel, table: pd.DataFrame
) -> None:
    path = forest.save(tmp_path / "model")
    other = path.rename(tmp_path / "model.bin")
    np.testing.assert_array_equal(read_model(other).predict_proba(table), forest.predict_proba(table))


@pytest.mark.parametrize(
    "name", ["m.joblib", "m.pkl", "m.pickle", "M.PKL", "m.joblib.gz", "m.mla", "m.skops"]
)
def test_a1_pickles_are_refused_under_every_name(tmp_path: Path, name: str, audit: list[str]) -> None:
    joblib.dump(Bomb(), tmp_path / name)
    with pytest.raises(UnsafeArtifactError):
        read_model(tmp_path / name)
    assert audit == []


def test_a_trusted_pickle_is_wrapped(tmp_path: Path, table: pd.DataFrame) -> None:
    estimator = LogisticRegression().fit(table, table["a"] > 0)
    joblib.dump(estimator, tmp_path / "model.joblib")
    model = read_model(tmp_path / "model.joblib", trusted=True)
    assert isinstance(model, SklearnModel)
    assert model.predict(table).tolist() == estimator.predict(table).tolist()


def test_trust_does_not_extend_to_other_suffixes(tmp_path: Path) -> None:
    joblib.dump(Bomb(), tmp_path / "model.mla")
    with pytest.raises(UnsafeArtifactError):
        read_model(tmp_path / "model.mla", trusted=True)


def test_a_trusted_pickle_of_something_else_is_a_load_error(tmp_path: Path) -> None:
    joblib.dump({"not": "a model"}, tmp_path / "model.pkl")
    with pytest.raises(ModelLoadError, match="fitted scikit-learn estimator"):
        read_model(tmp_path / "model.pkl", trusted=True)
    (tmp_path / "broken.pkl").write_bytes(b"\x80\x04")
    with pytest.raises(ModelLoadError, match="cannot be read"):
        read_model(tmp_path / "broken.pkl", trusted=True)


def test_absent_and_oversized_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelLoadError, match=r"'absent\.mla': No such file"):
        read_model(tmp_path / "absent.mla")
    (tmp_path / "big.mla").write_bytes(b"x" * 100)
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    with pytest.raises(UnsafeArtifactError, match="at most 10 bytes"):
        read_model(tmp_path / "big.mla")
