from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ml_analytics.stores import Stores, open_stores


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(tmp_path / "home") as opened:
        yield opened
