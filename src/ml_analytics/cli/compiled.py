"""Compile what is compiled at first use, so that the first run on a machine does not wait: ``make setup`` calls it.

    python -m ml_analytics.cli.compiled

numba keeps the machine code beside the sources (or in ``NUMBA_CACHE_DIR``); after a change it is made anew when
it is next used. Without this nothing is wrong, only the first fit of regimes takes some seconds longer.
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow as pa

from ..models.regime import HMMRegimeDetector
from ..stores.bulk import sqlite_native


def compile_all() -> None:
    """Use every compiled function once, on next to nothing."""
    _regimes()
    _reads()


def _regimes() -> None:
    values = np.random.default_rng(0).normal(size=(120, 2))
    detector = HMMRegimeDetector(n_iter=2, random_state=0).fit(values)
    detector.predict_proba(values)
    detector.smooth(values)
    detector.decode(values)


def _reads() -> None:
    if not sqlite_native.available():
        return
    schema = pa.schema([("name", pa.string()), ("price", pa.float64()), ("size", pa.int64())])
    with tempfile.TemporaryDirectory() as directory:
        file = str(Path(directory) / "tiny.db")
        with closing(sqlite3.connect(file)) as connection:
            connection.executescript("CREATE TABLE t (name, price, size); INSERT INTO t VALUES ('a', 1.0, 1)")
        list(sqlite_native.batches(file, "SELECT * FROM t", (), schema, 10, 5.0))


if __name__ == "__main__":
    compile_all()
