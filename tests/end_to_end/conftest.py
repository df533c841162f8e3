from __future__ import annotations

from pathlib import Path

import pytest

from ml_analytics import load_sp500


@pytest.fixture
def run_file(tmp_path: Path) -> Path:
    """A small market run over a file of real bars: 1,400 of them, one quick model."""
    load_sp500().iloc[-1400:].to_csv(tmp_path / "bars.csv")
    (tmp_path / "run.yaml").write_text(
        "name: small_run\nsymbol: SPX\ndata: bars.csv\nmodels: [logistic]\nsplits: 2\n"
        "holdout_years: 0.5\nhorizon: 3\nembargo: 3\n"
    )
    return tmp_path / "run.yaml"
