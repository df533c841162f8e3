from __future__ import annotations

from pathlib import Path

import pytest

from ml_analytics.core.clock import SystemClock
from ml_analytics.core.errors import ModelNotFoundError, ParameterError
from ml_analytics.core.tenant import Tenant
from ml_analytics.registry.scope import Scope, find_version
from ml_analytics.stores import open_stores


def test_what_is_not_there_is_not_found_and_numbers_are_checked(tmp_path: Path) -> None:
    scope = Scope(open_stores(tmp_path), Tenant("acme"), SystemClock())
    with scope.read() as records:
        for version in (None, "1.0.0"):
            with pytest.raises(ModelNotFoundError):
                find_version(records, "m", version)
        with pytest.raises(ParameterError, match="version"):
            find_version(records, "m", "1.0.0; DROP TABLE models")
