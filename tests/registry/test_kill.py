"""FAULTS C1: SIGKILL at every write point of register and promote: the old state or the new one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ml_analytics.registry import ModelRegistry
from ml_analytics.stores import open_stores

CHILD = """
import os, signal, sys
import numpy as np, pandas as pd
kill_at, home = int(sys.argv[1]), sys.argv[2]
from ml_analytics.models import ModelFactory
from ml_analytics.registry import ModelRegistry
from ml_analytics.stores import open_stores
import sqlalchemy

stores = open_stores(home)
rng = np.random.default_rng(0)
X = pd.DataFrame(rng.normal(size=(60, 2)), columns=["a", "b"])
model = ModelFactory.create("logistic").fit(X, (X["a"] > 0).astype(int))
points = 0

def point(*_):
    global points
    points += 1
    if points == kill_at:
        os.kill(os.getpid(), signal.SIGKILL)

def before(name):
    known = getattr(os, name)
    def call(*args, **kwargs):
        point()
        return known(*args, **kwargs)
    setattr(os, name, call)

for name in ("fsync", "replace", "rename"):
    before(name)
sqlalchemy.event.listen(sqlalchemy.engine.Engine, "before_cursor_execute", point)
sqlalchemy.event.listen(sqlalchemy.engine.Engine, "commit", point)
registry = ModelRegistry(stores)
registry.register_model("m", model, metrics={"validation": {"accuracy": 0.9}}, sample=X, once="key")
registry.promote_version("m", "1.0.0")
print("done", points)
"""


def child(kill_at: int, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CHILD, str(kill_at), str(home)], capture_output=True, text=True, check=False
    )


def check(home: Path) -> None:
    """Whatever is registered is whole, and what is live is registered."""
    registry = ModelRegistry(open_stores(home))
    for overview in registry.list_models():
        for version in registry.list_versions(overview["model_id"]):
            registry.get_model(version.model_id, version.version)
            registry.artifact(version, compiled=True)
        for live in overview["stages"].values():
            assert live == "1.0.0"
    actions = [one.action for one in registry.audit()]
    assert actions in ([], ["register"], ["register", "promote"])


def test_killed_at_every_point_and_started_again_it_completes_once(tmp_path: Path) -> None:
    whole = child(10**6, tmp_path / "whole")
    assert whole.returncode == 0, whole.stderr
    points = int(whole.stdout.split()[1])
    assert points > 15
    home = tmp_path / "killed"
    for kill_at in range(1, points + 1, 3):
        assert child(kill_at, home / str(kill_at)).returncode == -9
        check(home / str(kill_at))
    again = home / "1"
    assert child(10**6, again).returncode == 0
    assert child(10**6, again).returncode == 0
    registry = ModelRegistry(open_stores(again))
    assert len(registry.list_versions("m")) == 1
    assert [one.action for one in registry.audit()] == ["register", "promote"]
