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
import pandas as pd
import pyarrow as pa

from ..analytics.risk import rolling_drawdown, simulate_returns
from ..analytics.trades import round_trips
from ..features import FeatureEngineeringPipeline, catalogue
from ..models import HMMRegimeDetector, ModelFactory
from ..stores.bulk import sqlite_native


def compile_all() -> None:
    """Use every compiled function once, on next to nothing."""
    _regimes()
    _trees()
    _reads()
    _features()
    _futures()
    _fills()


def _regimes() -> None:
    values = np.random.default_rng(0).normal(size=(120, 2))
    detector = HMMRegimeDetector(n_iter=2, random_state=0).fit(values)
    detector.predict_proba(values)
    detector.smooth(values)
    detector.decode(values)


def _trees() -> None:
    X = np.random.default_rng(0).normal(size=(60, 2))
    for name, y in (("gradient_boosting", X[:, 0] > 0), ("gradient_boosting_regressor", X[:, 0])):
        ModelFactory.create(name).fit(X, y).predict(X)
    ModelFactory.create("isolation_forest", n_estimators=5).fit(X).predict(X)
    ModelFactory.create("exponential_smoothing").fit(X).predict(X)


def _reads() -> None:
    if not sqlite_native.available():
        return
    schema = pa.schema([("name", pa.string()), ("price", pa.float64()), ("size", pa.int64())])
    with tempfile.TemporaryDirectory() as directory:
        file = str(Path(directory) / "tiny.db")
        with closing(sqlite3.connect(file)) as connection:
            connection.executescript("CREATE TABLE t (name, price, size); INSERT INTO t VALUES ('a', 1.0, 1)")
        list(sqlite_native.batches(file, "SELECT * FROM t", (), schema, 10, 5.0))


def _features() -> None:
    """Make every feature that is made only when named, but for those that fit a model."""
    generator = np.random.default_rng(0)
    close = 100.0 * np.exp(np.cumsum(generator.normal(0.0, 0.01, 300)))
    bars = pd.DataFrame({"open": close, "high": close * 1.01, "low": close * 0.99, "close": close})
    bars["volume"] = generator.integers(1, 1000, 300)
    bars.index = pd.date_range("2020", periods=300, tz="UTC")
    named: dict[str, list[str]] = {}
    for one in catalogue():
        if one.optional and not one.columns[0].startswith("garch"):
            named.setdefault(one.group, []).extend(one.columns)
    pipeline = FeatureEngineeringPipeline({"technical_indicators": named})
    pipeline.generate_features(bars)
    pipeline.stream(bars[:200]).update(bars.iloc[200])


def _futures() -> None:
    returns = pd.Series([0.01, -0.02])
    simulate_returns(returns, 2, 3)
    rolling_drawdown(returns, 2)


def _fills() -> None:
    """Match as many fills as it takes to be worth compiling."""
    count = 20_000
    times = pd.date_range("2020", periods=count, freq="min", tz="UTC")
    quantity = np.where(np.arange(count) % 2, -1.0, 1.0)
    fills = pd.DataFrame({"time": times, "symbol": "A", "quantity": quantity, "price": 10.0})
    for method in ("fifo", "lifo", "average"):
        round_trips(fills, method=method)


if __name__ == "__main__":
    compile_all()
