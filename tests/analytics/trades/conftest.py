from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

REAL_DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


def _read(name: str, **options: object) -> pd.DataFrame:
    if not REAL_DATA.is_dir():
        pytest.skip("the shared real data (../shared/data) is not on this machine")
    frame: pd.DataFrame = pd.read_csv(REAL_DATA / name, index_col=0, parse_dates=True, **options)  # type: ignore[call-overload]
    return frame


@pytest.fixture(scope="session")
def real_fills() -> pd.DataFrame:
    """9,367 fills in seven stocks, 2004 to 2009."""
    return _read("pyfolio_test_txn.csv.gz")


@pytest.fixture(scope="session")
def real_positions() -> pd.DataFrame:
    """Money held in each of the stocks and in cash, at the close of every day."""
    return _read("pyfolio_test_pos.csv.gz")


@pytest.fixture(scope="session")
def real_returns() -> pd.Series:
    """Daily returns of the same account."""
    return _read("pyfolio_test_returns.csv.gz", header=None).iloc[:, 0]
