from __future__ import annotations

from pathlib import Path

import pytest

from ml_analytics.core.protocols import ArtifactStore
from ml_analytics.stores import LocalArtifactStore
from ml_analytics.stores.testing import ArtifactStoreContract


class TestLocalArtifacts(ArtifactStoreContract):
    @pytest.fixture
    def artifacts(self, tmp_path: Path) -> ArtifactStore:
        return LocalArtifactStore(tmp_path / "artifacts")
