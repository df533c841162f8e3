"""Bars of one or of many symbols into one matrix, from the cache where it has the columns."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..core.frames import Table
from ..core.ohlcv import OHLCV
from .bars import read_bars
from .cache import FeatureCache, Source, content_hash
from .config import FeatureConfig
from .indicator import Array, Bars, Indicator
from .matrix import in_threads, placed, take_columns, workers_for, write
from .panel import has_symbols, read_panel
from .single_call import single_call

_LONG = 20_000  # bars; calls over fewer are so short that threads would wait for each other


@dataclass(frozen=True, slots=True)
class Computation:
    """Where something came from, and how long that took, in seconds.

    ``step`` is ``features`` (with the columns of one entry), ``selection`` or ``scaling``.
    """

    columns: tuple[str, ...]
    source: Source
    seconds: float
    step: str = "features"


@dataclass(frozen=True, slots=True)
class Generated:
    """A matrix of shape (n_rows, n_columns), column-major, with its rows' index and its history."""

    matrix: Array
    index: pd.Index
    computations: tuple[Computation, ...]


def generate(
    ohlcv: Table,
    config: FeatureConfig,
    owner: str,
    cache: FeatureCache | None = None,
    workers: int | None = None,
) -> Generated:
    """Compute the configured columns; of a table that names symbols, for each symbol by itself.

    Rows and their order are those of the table. Raises as
    :func:`~ml_analytics.features.bars.read_bars` and :func:`~ml_analytics.features.panel.read_panel`.
    """
    panel = read_panel(ohlcv, owner, fill_forward=config.fill_forward) if has_symbols(ohlcv) else None
    index: pd.Index
    if panel is None:
        bars, index = read_bars(ohlcv, owner, fill_forward=config.fill_forward)
        starts = np.array([0, len(index)])
    else:
        bars, index = panel.bars, panel.index
        starts = np.array(panel.starts)
    out = np.empty((len(index), sum(len(one.columns) for one in config.indicators)), order="F")
    computations = _Filling(bars, starts, cache, workers).fill(list(placed(config.indicators, out)))
    if panel is not None:
        panel.in_table_order(out, workers_for(out.size, workers))
    return Generated(take_columns(out, config.indicators, config.columns), index, computations)


class _Filling:
    """Fills the blocks of a matrix: from the cache, else by computing, on all cores where it is worth it."""

    def __init__(
        self, bars: Bars, starts: NDArray[np.int64], cache: FeatureCache | None, workers: int | None
    ) -> None:
        self._bars = bars
        self._starts = starts
        self._cache = cache
        self._workers = workers

    def fill(self, blocks: list[tuple[Indicator, Array]]) -> tuple[Computation, ...]:
        """Write every block; return what was done for each, in order."""
        found = self._from_cache(blocks)
        missing = [block for block in blocks if block[0].columns not in found]
        found |= self._computed(missing)
        return tuple(found[one.columns] for one, _ in blocks)

    def _from_cache(self, blocks: list[tuple[Indicator, Array]]) -> dict[tuple[str, ...], Computation]:
        if self._cache is None:
            return {}
        found = {}
        self._content = content_hash([*(self._bars[name] for name in OHLCV), self._starts[1:]])
        for one, block in blocks:
            begun = time.perf_counter()
            kept = self._cache.get(self._cache.key(self._content, one))
            if kept is not None and kept[0].shape == block.shape:
                block[:] = kept[0]
                found[one.columns] = Computation(one.columns, kept[1], time.perf_counter() - begun)
        return found

    def _computed(self, blocks: list[tuple[Indicator, Array]]) -> dict[tuple[str, ...], Computation]:
        taken = {one.columns: 0.0 for one, _ in blocks}

        def work(one: Indicator, block: Array, bars: Bars, starts: NDArray[np.int64]) -> None:
            begun = time.perf_counter()
            write(one, bars, starts, block)
            taken[one.columns] += time.perf_counter() - begun

        whole = [(one, block) for one, block in blocks if self._at_once(one)]
        apart = [(one, block) for one, block in blocks if not self._at_once(one)]

        def series(begin: int, end: int) -> None:
            bars = {name: values[begin:end] for name, values in self._bars.items()}
            for one, block in apart:
                work(one, block[begin:end], bars, np.array([0, end - begin]))

        in_threads(
            [partial(work, one, block, self._bars, self._starts) for one, block in whole],
            workers_for(sum(block.size for _, block in blocks), self._workers),
            [partial(series, begin, end) for begin, end in pairwise(self._starts.tolist())] if apart else (),
        )
        if self._cache is not None and blocks:
            for one, block in blocks:
                self._cache.put(self._cache.key(self._content, one), block)
            self._cache.trim_if_grown()
        return {columns: Computation(columns, "computed", seconds) for columns, seconds in taken.items()}

    def _at_once(self, one: Indicator) -> bool:
        """Say whether one task shall write all series of an entry.

        Else a task writes all such entries of one series: in short series they mostly hold the interpreter lock, and
        the bars of one stay in the processor's cache.
        """
        return len(self._bars["close"]) >= _LONG * (len(self._starts) - 1) or single_call(one) is not None
