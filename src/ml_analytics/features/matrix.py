"""The engine: indicators over bars into one column-major float64 matrix, nothing per column in pandas.

Large matrices are made by as many threads as there are cores: TA-Lib and NumPy work without the interpreter
lock, and each column is written by one thread, so the result is the same bit for bit.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from . import ta
from .indicator import Array, Bars, Indicator

_PARALLEL_CELLS = 250_000  # below, starting threads costs more than it saves
_Task = TypeVar("_Task")


def compute_matrix(bars: Bars, indicators: Sequence[Indicator], workers: int | None = None) -> Array:
    """Return the columns of ``indicators`` side by side, shape (n_bars, n_columns), column-major.

    ``workers`` is the number of threads; by default one for each core, or one where there is little to do.
    """
    width = sum(len(one.columns) for one in indicators)
    out = np.empty((len(bars["close"]), width), order="F")
    in_threads(
        lambda task: task[0].write(bars, task[1]), placed(indicators, out), workers_for(out.size, workers)
    )
    return out


def placed(indicators: Sequence[Indicator], out: Array) -> Iterator[tuple[Indicator, Array]]:
    """Yield each indicator with its columns of ``out``."""
    left = 0
    for one in indicators:
        right = left + len(one.columns)
        yield one, out[:, left:right]
        left = right


def compute_columns(bars: Bars, indicators: Sequence[Indicator], columns: Sequence[str]) -> Array:
    """Return the named columns only, in the order asked for."""
    return take_columns(compute_matrix(bars, indicators), indicators, columns)


def take_columns(matrix: Array, indicators: Sequence[Indicator], columns: Sequence[str]) -> Array:
    """Return the named columns of what ``indicators`` made, in the order asked for."""
    made = [name for one in indicators for name in one.columns]
    if list(columns) == made:
        return matrix
    position = {name: place for place, name in enumerate(made)}
    return np.asfortranarray(matrix[:, [position[name] for name in columns]])


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def workers_for(cells: int, asked: int | None = None) -> int:
    """Return how many threads shall make so many values: as asked, else one for each core where it is worth it."""
    return asked or (cores() if cells >= _PARALLEL_CELLS else 1)


def in_threads(work: Callable[[_Task], None], tasks: Iterable[_Task], workers: int) -> None:
    """Do ``work`` for every task, each thread taking the next one; the first error is raised."""
    remaining = iter(list(tasks))  # a list's iterator is safe to share

    def run() -> None:
        with np.errstate(all="ignore"), ta.reusing():  # a thread has error states and rooms of its own
            for task in remaining:
                work(task)

    if workers < 2:
        run()
        return
    with ThreadPoolExecutor(workers - 1) as pool:
        others = [pool.submit(run) for _ in range(workers - 1)]
        run()
    for one in others:
        one.result()
