from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest


def load_sample() -> Any:
    path = Path(__file__).with_name("backup_sample.py")
    spec = importlib.util.spec_from_file_location("backup_sample", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def sample() -> Any:
    """``sample.fill(stores, tenant)`` writes something to every table."""
    return load_sample()
