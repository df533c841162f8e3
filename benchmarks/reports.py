"""The PDF and the interactive page of twenty years of a strategy beside QuantStats' HTML report.

The strategy holds the S&P 500 above its 200-day average (5,030 daily returns, bundled data); both reports have the
index beside it. Ours and the peer's run in turn in one process, after one run each that does not count, and the
shortest time of each counts: a busy machine lengthens times, it never shortens them.
"""

from __future__ import annotations

import tempfile
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd

from ml_analytics import TradingReport, load_sp500, strategy_returns, write_excel, write_html, write_pdf

ROUNDS = 4


def strategy() -> TradingReport:
    """Return the report of the strategy."""
    bars = load_sp500()
    returns = bars["close"].pct_change()
    position = (bars["close"] > bars["close"].rolling(200).mean()).astype(np.float64)
    return TradingReport.of(strategy_returns(position, returns, 5), returns, trials=20)


def peer(report: TradingReport, path: Path) -> None:
    """Write QuantStats' report of the same returns."""
    import quantstats

    assert report.benchmark is not None
    days = pd.DatetimeIndex(report.net.index).tz_localize(None)
    sides = [pd.Series(one.to_numpy(), index=days) for one in (report.net, report.benchmark)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write: Any = quantstats.reports.html
        write(sides[0], sides[1], output=str(path), title="Strategy")
    assert path.stat().st_size > 100_000


def shortest(rounds: int, *functions: Callable[[], object]) -> list[float]:
    """Time the functions in turn and return the shortest time of each, in seconds."""
    taken: list[list[float]] = [[] for _ in functions]
    for number in range(rounds + 1):
        for mine, function in zip(taken, functions, strict=True):
            start = time.perf_counter()
            function()
            if number:
                mine.append(time.perf_counter() - start)
    return [min(mine) for mine in taken]


def main() -> list[dict[str, Any]]:
    """Measure."""
    mpl.use("agg")
    report = strategy()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        pdf, html, excel, other = shortest(
            ROUNDS,
            partial(write_pdf, report, place / "ours.pdf"),
            partial(write_html, report, place / "ours.html"),
            partial(write_excel, report, place / "ours.xlsx"),
            partial(peer, report, place / "peer.html"),
        )
    found = []
    for name, ours, target in (
        ("PDF", pdf, "<= 2 s"),
        ("HTML", html, "<= 1 s"),
        ("Excel", excel, "none (peer: HTML)"),
    ):
        found.append(
            {"figure": f"report: {name}, 5,031 bars, beside QuantStats HTML", "ours": ours, "peer": other,
             "ratio": other / ours, "unit": "s", "target": target}
        )  # fmt: skip
    return found


if __name__ == "__main__":
    for line in main():
        print(f"{line['figure']}, {line['ours']:.2f} s, {line['peer']:.2f} s, {line['ratio']:.1f}x")
