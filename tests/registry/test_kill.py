"""FAULTS C1: SIGKILL at every write point of register and promote: the old state or the new one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ml_analytics.registry import ModelRegistry
from ml_analytics.stores import open_stores

DRIVER = """
import os, signal, sys
from pathlib import Path
import numpy as np, pandas as pd, sqlalchemy
from ml_analytics.models import ModelFactory
from ml_analytics.registry import ModelRegistry
from ml_analytics.stores import open_stores

rng = np.random.default_rng(0)
X = pd.DataFrame(rng.normal(size=(60, 2)), columns=["a", "b"])
model = ModelFactory.create("logistic").fit(X, (X["a"] > 0).astype(int))

def change(stores):
    registry = ModelRegistry(stores)
    registry.register_model("m", model, metrics={"validation": {"accuracy": 0.9}}, sample=X, once="key")
    registry.promote_version("m", "1.0.0")

def work(home, kill_at):
    points = 0

    def point(*_):
        nonlocal points
        points += 1
        if points == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(name):
        known = getattr(os, name)
        def call(*args, **kwargs):
            point()
            return known(*args, **kwargs)
        setattr(os, name, call)

    stores = open_stores(home)
    for name in ("fsync", "replace", "rename"):
        before(name)
    sqlalchemy.event.listen(sqlalchemy.engine.Engine, "before_cursor_execute", point)
    sqlalchemy.event.listen(sqlalchemy.engine.Engine, "commit", point)
    change(stores)

def child(home, kill_at):
    pid = os.fork()
    if pid == 0:
        try:
            work(home, kill_at)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

home, kill_at = Path(sys.argv[1]), 0
with open_stores(home / "whole") as stores:
    change(stores)  # so that all is imported in the process that forks one for each point
while True:
    kill_at += 1
    code = child(home / str(kill_at), kill_at)
    if code == 0:
        break
    assert code == -signal.SIGKILL, code
for _ in range(2):
    assert child(home / "1", 0) == 0
print(kill_at - 1)
"""


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
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    points = int(done.stdout)
    assert points > 15
    for kill_at in range(2, points + 1):
        check(tmp_path / str(kill_at))
    registry = ModelRegistry(open_stores(tmp_path / "1"))
    assert len(registry.list_versions("m")) == 1
    assert [one.action for one in registry.audit()] == ["register", "promote"]
