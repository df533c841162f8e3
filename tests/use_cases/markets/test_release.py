from __future__ import annotations

import pytest

from ml_analytics.use_cases.markets import MarketConfig, release


def test_the_key_of_a_run_follows_everything_that_shapes_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [release.run_key(MarketConfig(), "a" * 64), release.run_key(MarketConfig(seed=8), "a" * 64)]
    keys.append(release.run_key(MarketConfig(), "b" * 64))
    monkeypatch.setattr(release, "library_versions", lambda: {"numpy": "99"})
    keys.append(release.run_key(MarketConfig(), "a" * 64))
    assert len(set(keys)) == 4
    assert release.run_key(MarketConfig(), "a" * 64) == keys[-1]
