"""Stores and a clock for the feature store's tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ml_analytics import FeatureStore, ManualClock, Stores, open_stores

START = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(tmp_path) as opened:
        yield opened


@pytest.fixture
def store(stores: Stores, clock: ManualClock) -> FeatureStore:
    return FeatureStore(stores, clock=clock)
