from __future__ import annotations

from pathlib import Path

import pytest

from ml_analytics.core.errors import SettingsError
from ml_analytics.use_cases.markets import MarketConfig


def test_a_relative_data_path_is_taken_from_the_files_directory(tmp_path: Path) -> None:
    (tmp_path / "run.yaml").write_text("data: bars.csv\n")
    assert MarketConfig.read(tmp_path / "run.yaml").data == str((tmp_path / "bars.csv").resolve())
    (tmp_path / "run.yaml").write_text("data: sample:nasdaq\n")
    assert MarketConfig.read(tmp_path / "run.yaml").data == "sample:nasdaq"


def test_the_digest_follows_every_key() -> None:
    digests = {MarketConfig().digest, MarketConfig(seed=8).digest, MarketConfig(horizon=6).digest}
    assert len(digests) == 3
    assert MarketConfig().digest == MarketConfig().digest


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("horizon: -1", "horizon"),
        ("costs_bps: nan", "costs_bps"),
        ("x: 1", "x"),
        ("symbol: a/b", "symbol"),
        ("name: ''", "name"),
        ("parameters: {xgboots: {}}", "parameters"),
        ("parameters: {logistic: {D: 1}}", "parameters"),
    ],
)
def test_errors_name_key_and_value(tmp_path: Path, text: str, key: str) -> None:
    (tmp_path / "run.yaml").write_text(text)
    with pytest.raises(SettingsError, match=f"'{key}'"):
        MarketConfig.read(tmp_path / "run.yaml")
