"""What set-up compiles is what the first run uses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from ml_analytics.cli.compiled import compile_all


def test_it_can_be_called_again() -> None:
    compile_all()


def test_nothing_is_compiled_after_it(tmp_path: Path) -> None:
    """Functions of a fresh process come from the disk: their counters of cache misses stay empty."""
    code = """
import gc
import numpy as np
from numba.core.dispatcher import Dispatcher
from ml_analytics.cli import compiled
compiled.compile_all()
stats = [one.stats for one in gc.get_objects() if isinstance(one, Dispatcher)]
print(sum(len(one.cache_hits) for one in stats), sum(len(one.cache_misses) for one in stats))
"""
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    run = [sys.executable, "-m", "ml_analytics.cli.compiled"]
    subprocess.run(run, env=environment, check=True, capture_output=True)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
    )
    hits, misses = map(int, done.stdout.split())
    assert hits > 0
    assert misses == 0
