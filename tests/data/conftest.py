"""Shared fixtures of the data room's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

REAL_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with the project's shared real data; tests that use it are marked real_data."""
    if not REAL_DATA.is_dir():
        pytest.skip("the shared real data (../shared/data) is not on this machine")
    return REAL_DATA
