"""Point-in-time join: 200,000 feature rows, 500,000 questions, and the other way round.

Ours is the whole ``get_historical_features``: segments read from disk and checked against their SHA-256, late
rows kept from being seen too early, five columns out, on pandas in and out. The peers join frames in memory
that are sorted already and look at the event time alone, so they leak the late rows: pandas.merge_asof and
polars join_asof. All run in turn on the same rows; the median counts.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from ml_analytics import FeatureStore, FeatureView

ENTITIES = 10_000
FEATURES = [f"f{number}" for number in range(5)]
YEAR_US = 365 * 86_400 * 1_000_000
ROUNDS = 5
START = datetime(2024, 1, 1, tzinfo=UTC)


def times(generator: np.random.Generator, rows: int, later_us: np.ndarray | int = 0) -> pd.Series:
    """Return random moments of one year."""
    offsets = generator.integers(0, YEAR_US, rows) + later_us
    return pd.Series(pd.Timestamp(START).as_unit("us") + pd.to_timedelta(offsets, unit="us"))


def feature_rows(generator: np.random.Generator, rows: int) -> pd.DataFrame:
    """Return rows of which a tenth became known up to ten days after they happened."""
    event = times(generator, rows)
    late = np.where(generator.random(rows) < 0.1, generator.integers(0, 10 * 86_400, rows), 60)
    values = {name: generator.normal(size=rows) for name in FEATURES}
    return pd.DataFrame(
        {
            "user_id": generator.integers(0, ENTITIES, rows),
            "event_timestamp": event,
            "created_timestamp": event + pd.to_timedelta(late, unit="s"),
            **values,
        }
    )


def questions(generator: np.random.Generator, rows: int) -> pd.DataFrame:
    """Return entities and moments in random order."""
    return pd.DataFrame(
        {"user_id": generator.integers(0, ENTITIES, rows), "event_timestamp": times(generator, rows)}
    )


def seconds(*functions: Callable[[], object]) -> list[float]:
    """Time the functions in turn and return the median of each, after a first run that does not count."""
    taken: list[list[float]] = [[] for _ in functions]
    for number in range(ROUNDS + 1):
        for mine, function in zip(taken, functions, strict=True):
            start = time.perf_counter()
            function()
            if number:
                mine.append(time.perf_counter() - start)
    return [statistics.median(mine) for mine in taken]


def compare(store: FeatureStore, asked: int, rows: int) -> list[dict[str, Any]]:
    """Time one size."""
    generator = np.random.default_rng(0)
    view = store.register(FeatureView(f"rows_{rows}", ["user_id"], dict.fromkeys(FEATURES, "float")))
    written, entities = feature_rows(generator, rows), questions(generator, asked)
    store.write(view, written)
    right = written.drop(columns="created_timestamp").sort_values("event_timestamp")
    left = entities.sort_values("event_timestamp")
    left_polars, right_polars = pl.from_pandas(left), pl.from_pandas(right)
    ours, pandas, polars = seconds(
        lambda: store.get_historical_features(entities, [view.name]),
        lambda: pd.merge_asof(left, right, on="event_timestamp", by="user_id"),
        lambda: left_polars.join_asof(
            right_polars, on="event_timestamp", by="user_id", check_sortedness=False
        ),
    )
    size = f"{asked:,} questions x {rows:,} rows"
    return [
        {
            "figure": f"point in time: {size} beside {name}",
            "ours": ours,
            "peer": peer,
            "ratio": ours / peer,
            "unit": "s",
            "target": "<= 0.3 s",
        }
        for name, peer in (("merge_asof", pandas), ("join_asof", polars))
    ]


def main() -> list[dict[str, Any]]:
    """Measure and print a line for each."""
    with tempfile.TemporaryDirectory() as home, FeatureStore(home) as store:
        found = [*compare(store, 500_000, 200_000), *compare(store, 200_000, 500_000)]
    for line in found:
        print(f"{line['figure']}: {line['ours']:.3f} s, {line['peer']:.3f} s")
    return found


if __name__ == "__main__":
    main()
