"""The engine: indicators over bars into one column-major float64 matrix, nothing per column in pandas.

Large matrices are made by as many threads as there are cores: TA-Lib and NumPy work without the interpreter
lock, and each column is written by one thread, so the result is the same bit for bit.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from . import ta
from .indicator import Array, Bars, Indicator
from .single_call import single_call

_PARALLEL_CELLS = 250_000  # below, starting threads costs more than it saves
Task = Callable[[], None]


def compute_matrix(bars: Bars, indicators: Sequence[Indicator], workers: int | None = None) -> Array:
    """Return the columns of ``indicators`` side by side, shape (n_bars, n_columns), column-major.

    ``workers`` is the number of threads; by default one for each core, or one where there is little to do.
    """
    width = sum(len(one.columns) for one in indicators)
    out = np.empty((len(bars["close"]), width), order="F")
    starts = np.array([0, len(out)])
    tasks = [partial(write, one, bars, starts, block) for one, block in placed(indicators, out)]
    in_threads(tasks, workers_for(out.size, workers))
    return out


def write(one: Indicator, bars: Bars, starts: NDArray[np.int64], out: Array) -> None:
    """Write the columns of ``one`` for the series that begin at ``starts`` (at last the number of rows) into ``out``.

    ``out`` is a block of columns of a column-major matrix.
    """
    call = single_call(one)
    if call is not None:
        call.write(bars, starts, out)
        return
    for begin, end in pairwise(starts.tolist()):
        one.write({name: values[begin:end] for name, values in bars.items()}, out[begin:end])


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
    rows: Array = matrix.T[[position[name] for name in columns]]  # rows of this are columns: one copy
    return rows.T


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def workers_for(cells: int, asked: int | None = None) -> int:
    """Return how many threads shall make so many values: as asked, else one for each core where it is worth it."""
    return asked or (cores() if cells >= _PARALLEL_CELLS else 1)


def in_threads(tasks: Iterable[Task], workers: int, own: Iterable[Task] = ()) -> None:
    """Do every task, each thread taking the next one; the first error ends it all and is raised.

    ``own`` are tasks that mostly hold the interpreter lock: the calling thread does them, before it helps the others.
    """
    shared = iter(list(tasks))  # a list's iterator is safe to share
    ended = threading.Event()

    def run(*queues: Iterable[Task]) -> None:
        with np.errstate(all="ignore"), ta.reusing():  # a thread has error states and rooms of its own
            for task in chain(*queues):
                if ended.is_set():
                    return
                try:
                    task()
                except BaseException:  # an interruption too: nobody begins another task
                    ended.set()
                    raise

    if workers < 2:
        run(own, shared)
        return
    with ThreadPoolExecutor(workers - 1) as pool:
        others = [pool.submit(run, shared) for _ in range(workers - 1)]
        try:
            run(own, shared)
            for one in others:
                one.result()
        except BaseException:
            ended.set()  # interrupted between two tasks
            raise
