"""Bars of one or of many symbols into one matrix, from the cache where it has the columns."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..core.frames import Table
from ..core.ohlcv import OHLCV
from .bars import read_bars
from .cache import FeatureCache, Source, content_hash
from .config import FeatureConfig
from .indicator import Array, Bars, Indicator
from .matrix import in_threads, placed, take_columns, workers_for
from .panel import has_symbols, read_panel


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
        parts = [slice(0, len(index))]
    else:
        bars, index = panel.bars, panel.index
        parts = [rows for _, rows in panel.parts()]
    out = np.empty((len(index), sum(len(one.columns) for one in config.indicators)), order="F")
    computations = _Filling(bars, parts, cache, workers).fill(list(placed(config.indicators, out)))
    if panel is not None:
        panel.in_table_order(out)
    return Generated(take_columns(out, config.indicators, config.columns), index, computations)


class _Filling:
    """Fills the blocks of a matrix: from the cache, else by computing, on all cores where it is worth it."""

    def __init__(
        self, bars: Bars, parts: Sequence[slice], cache: FeatureCache | None, workers: int | None
    ) -> None:
        self._bars = bars
        self._parts = parts
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
        self._content = content_hash(
            [*(self._bars[name] for name in OHLCV), np.array([rows.stop for rows in self._parts])]
        )
        for one, block in blocks:
            begun = time.perf_counter()
            kept = self._cache.get(self._cache.key(self._content, one))
            if kept is not None and kept[0].shape == block.shape:
                block[:] = kept[0]
                found[one.columns] = Computation(one.columns, kept[1], time.perf_counter() - begun)
        return found

    def _computed(self, blocks: list[tuple[Indicator, Array]]) -> dict[tuple[str, ...], Computation]:
        taken = {one.columns: 0.0 for one, _ in blocks}

        def work(task: tuple[list[tuple[Indicator, Array]], Bars, slice]) -> None:
            some, bars, rows = task
            for one, block in some:
                begun = time.perf_counter()
                one.write(bars, block[rows])
                taken[one.columns] += time.perf_counter() - begun

        cells = sum(block.size for _, block in blocks)
        in_threads(work, self._tasks(blocks), workers_for(cells, self._workers))
        if self._cache is not None and blocks:
            for one, block in blocks:
                self._cache.put(self._cache.key(self._content, one), block)
            self._cache.trim_if_grown()
        return {columns: Computation(columns, "computed", seconds) for columns, seconds in taken.items()}

    def _tasks(
        self, blocks: list[tuple[Indicator, Array]]
    ) -> Iterator[tuple[list[tuple[Indicator, Array]], Bars, slice]]:
        """One series: an entry each; many: a series each."""
        if len(self._parts) == 1:
            for block in blocks:
                yield [block], self._bars, self._parts[0]
            return
        for rows in self._parts:
            yield blocks, {name: values[rows] for name, values in self._bars.items()}, rows
