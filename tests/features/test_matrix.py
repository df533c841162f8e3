"""The engine: one column-major matrix, every column where it belongs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
import pytest

from ml_analytics.features import catalogue
from ml_analytics.features.bars import read_bars
from ml_analytics.features.matrix import compute_columns, compute_matrix, in_threads


def test_every_entry_writes_its_own_columns(make_bars: Callable[..., pd.DataFrame]) -> None:
    bars, _ = read_bars(make_bars(300), "test")
    made = compute_matrix(bars, catalogue())
    expected = [values for entry in catalogue() for values in entry.values(bars).values()]
    np.testing.assert_array_equal(made, np.column_stack(expected))
    assert made.flags.f_contiguous


def test_named_columns_in_the_order_asked_for(make_bars: Callable[..., pd.DataFrame]) -> None:
    bars, _ = read_bars(make_bars(100), "test")
    made = compute_columns(bars, catalogue("trend"), ["sma_20", "sma_5", "macd_hist"])
    expected = {name: values for one in catalogue("trend") for name, values in one.values(bars).items()}
    for place, name in enumerate(["sma_20", "sma_5", "macd_hist"]):
        np.testing.assert_array_equal(made[:, place], expected[name])
    assert made.flags.f_contiguous


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_every_task_is_done_once_and_own_ones_by_the_caller(workers: int) -> None:
    done: list[tuple[str, int, int]] = []

    def task(kind: str, number: int) -> None:
        done.append((kind, number, threading.get_ident()))

    in_threads(
        [partial(task, "any", n) for n in range(50)], workers, [partial(task, "own", n) for n in range(20)]
    )
    assert sorted(one[:2] for one in done) == [("any", n) for n in range(50)] + [
        ("own", n) for n in range(20)
    ]
    assert {thread for kind, _, thread in done if kind == "own"} == {threading.get_ident()}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("where", ["caller", "other"])
def test_an_error_or_an_interruption_ends_it_and_leaves_no_thread(
    error: type[BaseException], where: str
) -> None:
    before = threading.active_count()
    caller, failed, done = threading.get_ident(), threading.Event(), []

    def task(number: int) -> None:
        here = "caller" if threading.get_ident() == caller else "other"
        if here == where and not failed.is_set():
            failed.set()
            raise error("stop")
        failed.wait()
        done.append(number)

    with pytest.raises(error, match="stop"):
        in_threads([partial(task, n) for n in range(100_000)], 2)
    assert threading.active_count() == before
    assert len(done) < 100_000 - 1
