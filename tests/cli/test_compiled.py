"""What set-up compiles is what the first run uses."""

from __future__ import annotations

import subprocess
import sys


def test_nothing_is_compiled_after_it() -> None:
    """Functions of a fresh process come from the disk: their counters of cache misses stay empty."""
    code = """
import gc
from numba.core.dispatcher import Dispatcher
from ml_analytics.cli import compiled
compiled.compile_all()
stats = [one.stats for one in gc.get_objects() if isinstance(one, Dispatcher)]
print(sum(len(one.cache_hits) for one in stats), sum(len(one.cache_misses) for one in stats))
"""
    run = [
        sys.executable,
        "-m",
        "ml_analytics.cli.compiled",
    ]  # set-up did it: this compiles what has changed since
    subprocess.run(run, check=True, capture_output=True)
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    hits, misses = map(int, done.stdout.split())
    assert hits > 0
    assert misses == 0
