"""Round trips of a million fills in 500 symbols, from the raw table to the table of trades, beside a plain loop.

Ours reads and checks the table (times, sides, order), matches, and makes every column. The peer is what an
experienced user writes: a loop over the rows with a deque of lots for each symbol, floats, one dictionary a
trade, a frame at the end (pyfolio's extract_round_trips does not run with pandas 3). It is timed on the first
100,000 fills and scaled to a million: its time grows with the number of rows. Both sums of profit on that part
are compared before anything is timed. Best of five, of the peer best of two.
"""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from ml_analytics.analytics.trades import round_trips

FILLS = 1_000_000
PART = 100_000
SYMBOLS = 500
Method = Literal["fifo", "lifo", "average"]


def fills() -> pd.DataFrame:
    """Make a year of random fills: bought and sold in tenths, with a fee."""
    generator = np.random.default_rng(0)
    stamps = np.sort(generator.integers(0, 365 * 86_400 * 10**6, FILLS))
    return pd.DataFrame(
        {
            "time": pd.to_datetime("2024-01-01T00:00:00Z") + pd.to_timedelta(stamps, unit="us"),
            "symbol": np.array([f"S{number}" for number in range(SYMBOLS)])[
                generator.integers(0, SYMBOLS, FILLS)
            ],
            "quantity": np.round(generator.normal(0, 100, FILLS), 1) + 0.05,
            "price": np.round(np.exp(generator.normal(4, 0.1, FILLS)), 2),
            "fee": 0.35,
        }
    )


def plain_loop(frame: pd.DataFrame, method: str) -> pd.DataFrame:
    """Match row after row; a trade for each closing fill."""
    lots: dict[str, deque[list[Any]]] = defaultdict(deque)
    trades = []
    columns = (frame[name].tolist() for name in ("time", "symbol", "quantity", "price", "fee"))
    for at, symbol, quantity, price, fee in zip(*columns, strict=True):
        held, left, taken, cost, paid, first = lots[symbol], quantity, 0.0, 0.0, 0.0, None
        while left and held and (held[0][1] > 0) != (left > 0):
            lot = held[-1] if method == "lifo" else held[0]
            part = min(abs(left), abs(lot[1]))
            signed = part if lot[1] > 0 else -part
            share = part / abs(lot[1])
            first = lot[0] if first is None else min(first, lot[0])
            taken, cost, paid = taken + signed, cost + signed * lot[2], paid + lot[3] * share
            lot[1], lot[3], left = lot[1] - signed, lot[3] * (1 - share), left + signed
            if abs(lot[1]) < 1e-9:
                held.remove(lot)
            if abs(left) < 1e-9:
                left = 0.0
        if taken:
            fees = paid + fee * abs(taken / quantity)
            trades.append(
                {
                    "symbol": symbol,
                    "side": "long" if taken > 0 else "short",
                    "entry_time": first,
                    "exit_time": at,
                    "quantity": abs(taken),
                    "entry_price": cost / taken,
                    "exit_price": price,
                    "fees": fees,
                    "pnl": price * taken - cost - fees,
                    "return": (price * taken - cost - fees) / abs(cost),
                }
            )
        if left:
            if method == "average" and held:
                lot = held[0]
                lot[2] = (lot[1] * lot[2] + left * price) / (lot[1] + left)
                lot[1], lot[3] = lot[1] + left, lot[3] + fee * abs(left / quantity)
            else:
                held.append([at, left, price, fee * abs(left / quantity)])
    return pd.DataFrame(trades).assign(duration=lambda one: one["exit_time"] - one["entry_time"])


def best(function: Callable[[], object], rounds: int) -> float:
    """Return the shortest time in milliseconds."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        function()
        taken.append((time.perf_counter() - start) * 1e3)
    return min(taken)


def main() -> list[dict[str, Any]]:
    """Measure and print a line for each method."""
    log = fills()
    part, found = log.iloc[:PART], []
    for method in get_args(Method):
        ours, theirs = round_trips(part, method).table, plain_loop(part, method)
        assert len(ours) == len(theirs)
        assert abs(ours["pnl"].sum() - theirs["pnl"].sum()) < 0.01
        round_trips(log, method)  # machine code is loaded

        def run(method: Method = method) -> object:
            return round_trips(log, method)

        def peer(method: str = method) -> object:
            return plain_loop(part, method)

        ours_ms, peer_ms = best(run, 5), best(peer, 2) * FILLS / PART
        figure = f"round trips, {method}, 1 M fills (plain loop: 100,000, scaled)"
        found.append(
            {
                "figure": figure,
                "ours": ours_ms,
                "peer": peer_ms,
                "ratio": peer_ms / ours_ms,
                "unit": "ms",
                "target": "<= 500 ms",
            }
        )
        print(f"{figure}: {ours_ms:.0f} ms, {peer_ms:.0f} ms, {peer_ms / ours_ms:.1f}x")
    return found


if __name__ == "__main__":
    main()
