"""Bars of a day of trades beside pandas: two million trades into bars by time, trades, volume and money.

Both make open, high, low, close, volume, vwap, number of trades and bought volume from the same frame. Ours checks
every row besides (order, range, sides). The peer is the usual recipe: resample or groupby with named
aggregations; for volume and money it groups by the whole multiples of the running sum, the nearest that pandas
has to bars that begin empty. All run in turn; the median counts. The order book is beside a plain loop that keeps
dictionaries and sorts what it needs.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from heapq import nlargest, nsmallest
from typing import Any

import numpy as np
import pandas as pd

from ml_analytics import dollar_bars, rebuild_book, tick_bars, time_bars, volume_bars

TRADES = 2_000_000
UPDATES = 200_000
LEVELS = 10
ROUNDS = 7


def market() -> pd.DataFrame:
    """Make one day of random trades."""
    generator = np.random.default_rng(0)
    stamps = np.sort(generator.integers(0, 86_400 * 10**9, TRADES))
    return pd.DataFrame(
        {
            "price": np.round(60_000 + np.cumsum(generator.normal(0, 0.05, TRADES)), 1),
            "qty": np.round(generator.exponential(0.05, TRADES) + 0.001, 3),
            "side": generator.choice([-1, 1], TRADES),
        },
        index=pd.DatetimeIndex(stamps.view("datetime64[ns]"), name="timestamp").tz_localize("UTC"),
    )


def depth() -> pd.DataFrame:
    """Make random updates of a book around a standing price."""
    generator = np.random.default_rng(0)
    side = generator.choice([-1, 1], UPDATES)
    stamps = np.arange(UPDATES) // 20 * 10**8
    return pd.DataFrame(
        {
            "side": side,
            "price": np.round(60_000 - side * np.ceil(generator.exponential(50, UPDATES)) / 10, 1),
            "qty": np.round(generator.exponential(1, UPDATES), 3) * (generator.random(UPDATES) < 0.6),
        },
        index=pd.DatetimeIndex(stamps.view("datetime64[ns]"), name="timestamp").tz_localize("UTC"),
    )


def summed(grouped: Any) -> pd.DataFrame:
    """Aggregate the way pandas is used."""
    bars = grouped.agg(
        open=("price", "first"),
        high=("price", "max"),
        low=("price", "min"),
        close=("price", "last"),
        volume=("qty", "sum"),
        money=("money", "sum"),
        trades=("qty", "size"),
        buy_volume=("bought", "sum"),
    )
    made: pd.DataFrame = bars.assign(vwap=bars["money"] / bars["volume"])
    return made


def prepared(trades: pd.DataFrame) -> pd.DataFrame:
    """Add what the named aggregations need."""
    return trades.assign(
        money=trades["price"] * trades["qty"], bought=trades["qty"].where(trades["side"] > 0, 0.0)
    )


def by_sum(trades: pd.DataFrame, name: str, least: float) -> pd.DataFrame:
    """Group by how many times the running sum holds ``least``."""
    frame = prepared(trades)
    return summed(frame.groupby((frame[name].cumsum() // least).to_numpy(), sort=False))


def plain_book(frame: pd.DataFrame) -> list[list[float]]:
    """Keep a dictionary a side and take the best prices after each moment."""
    sides: dict[int, dict[float, float]] = {1: {}, -1: {}}
    rows, before = [], None
    stamps = frame.index.astype("int64").tolist()
    values = zip(stamps, frame["side"].tolist(), frame["price"].tolist(), frame["qty"].tolist(), strict=True)
    for at, side, price, qty in [*values, (None, 1, 0.0, 0.0)]:
        if at != before and before is not None:
            best = [(price, sides[1][price]) for price in nlargest(LEVELS, sides[1])]
            best += [(price, sides[-1][price]) for price in nsmallest(LEVELS, sides[-1])]
            rows.append([value for one in best for value in one])
        before = at
        if qty:
            sides[side][price] = qty
        else:
            sides[side].pop(price, None)
    return rows


def median_ms(*functions: Callable[[], object]) -> list[float]:
    """Time the functions in turn and return the median of each, after a first run that does not count."""
    taken: list[list[float]] = [[] for _ in functions]
    for number in range(ROUNDS + 1):
        for mine, function in zip(taken, functions, strict=True):
            start = time.perf_counter()
            function()
            if number:
                mine.append((time.perf_counter() - start) * 1e3)
    return [statistics.median(mine) for mine in taken]


def main() -> list[dict[str, Any]]:
    """Measure and print a line for each kind of bar, and one for the book."""
    trades, updates = market(), depth()
    pairs: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
        "time bars (1 min), resample": (
            lambda: time_bars(trades, "1min"),
            lambda: summed(prepared(trades).resample("1min", closed="left", label="right")),
        ),
        "tick bars (100), groupby": (
            lambda: tick_bars(trades, 100),
            lambda: summed(prepared(trades).groupby(np.arange(TRADES) // 100, sort=False)),
        ),
        "volume bars (5), groupby": (lambda: volume_bars(trades, 5.0), lambda: by_sum(trades, "qty", 5.0)),
        "dollar bars (300,000), groupby": (
            lambda: dollar_bars(trades, 3e5),
            lambda: by_sum(trades, "money", 3e5),
        ),
        f"book of {LEVELS} levels, {UPDATES:,} rows, plain loop": (
            lambda: rebuild_book(updates, LEVELS),
            lambda: plain_book(updates),
        ),
    }
    found = []
    for name, (ours, peer) in pairs.items():
        ours_ms, peer_ms = median_ms(ours, peer)
        found.append(
            {
                "figure": f"ticks: {name}",
                "ours": ours_ms,
                "peer": peer_ms,
                "ratio": ours_ms / peer_ms,
                "unit": "ms",
                "target": "<= 1x",
            }
        )
        print(f"ticks: {name}: {ours_ms:.0f} ms, {peer_ms:.0f} ms, {ours_ms / peer_ms:.2f}")
    return found


if __name__ == "__main__":
    main()
