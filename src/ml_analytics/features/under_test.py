"""The bars that a leak certificate is made on: one series, or many symbols in one table, cut off or replaced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..core.errors import DataProcessingError
from ..core.frames import Table, to_pandas
from .bars import read_bars
from .futures import another_series, randomised_future
from .indicator import Array, Bars
from .panel import SYMBOL, has_symbols, read_panel

_MOST_ROWS = 200_000  # of many symbols; each check computes the features of all of them
_FEW_ROWS = 20_000

Series = Sequence[Bars]
Function = Callable[[pd.DataFrame], Any]


@dataclass(frozen=True, slots=True)
class UnderTest:
    """The bars of one series or of many, whose rows stand by series and time wherever they stand together.

    Attributes:
        series: the bars of each.
        times: the times of each, UTC.
        moments: all times, each once.
        numbers: which of the moments each bar of each series has.
        symbols: the names of the series, or ``None`` for one without a name.
        places: where in the table each row was.
        in_index: the table had its symbols in the index.
    """

    series: tuple[Bars, ...]
    times: tuple[pd.DatetimeIndex, ...]
    moments: pd.DatetimeIndex
    numbers: tuple[NDArray[np.intp], ...]
    symbols: tuple[Any, ...] | None
    places: NDArray[np.intp]
    in_index: bool = False

    @property
    def rows(self) -> int:
        """How many bars there are."""
        return len(self.places)

    def few(self) -> Series:
        """Return the longest two series, and more while they are short."""
        sums = list(accumulate(len(one) for one in self.numbers))
        return [one for at, one in enumerate(self.series) if at < 2 or sums[at] <= _FEW_ROWS]

    def moment_of(self, cut: int | None = None) -> NDArray[np.intp]:
        """Return which moment each row has, up to ``cut`` if given."""
        return np.concatenate(
            [one[:upto] for one, upto in zip(self.numbers, self._lengths(cut), strict=True)]
        )

    def past(self, cut: int) -> NDArray[np.intp] | slice:
        """Return the rows up to the moment ``cut``."""
        if len(self.series) == 1:  # without a copy
            return slice(self._lengths(cut)[0])
        begins = accumulate((len(one) for one in self.numbers), initial=0)
        return np.concatenate(
            [np.arange(upto) + begin for upto, begin in zip(self._lengths(cut), begins, strict=False)]
        )

    def cut_off(self, cut: int) -> Series:
        """Return the bars up to the moment ``cut``."""
        return [
            {name: values[:upto].copy() for name, values in one.items()}
            for one, upto in zip(self.series, self._lengths(cut), strict=True)
        ]

    def randomised(self, cut: int, generator: np.random.Generator, *, upwards: bool) -> Series:
        """Return bars that are the same up to the moment ``cut`` and others after it."""
        made: list[Bars] = []
        for one, upto in zip(self.series, self._lengths(cut), strict=True):
            if upto == len(one["close"]):
                made.append(one)
            elif upto == 0:
                made.append(another_series(one, generator))
            else:
                made.append(randomised_future(one, upto - 1, generator, upwards=upwards))
        return made

    def another(self, generator: np.random.Generator) -> Series:
        """Return as many bars, none of them the same."""
        return [another_series(one, generator) for one in self.series]

    def call(self, function: Function, some: Series, owner: str) -> pd.DataFrame:
        """Return what ``function`` makes of ``some`` bars of the first of these series: numbers, a row per bar.

        It is given a frame like the table that these bars are from.

        Raises:
            DataProcessingError: there is another number of rows, or something that is not numbers.
        """
        frame, order = self._frame(some)
        made = function(frame)
        table = made.to_frame() if isinstance(made, pd.Series) else to_pandas(made, "function", owner)
        if len(table) != len(order):
            raise DataProcessingError(
                f"The features of {owner} must have one row per bar. Got {len(table)} rows for {len(order)} bars."
            )
        for name in table.columns:
            if not pd.api.types.is_numeric_dtype(table[name]):
                raise DataProcessingError(
                    f"The feature '{name}' of {owner} must hold numbers. Got {table[name].dtype}."
                )
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        return table.iloc[back].set_axis([str(name) for name in table.columns], axis=1)

    def _frame(self, some: Series) -> tuple[pd.DataFrame, NDArray[np.intp]]:
        """Return bars as a table in the order of the one they are from, and which row each of its rows is."""
        lengths = [len(one["close"]) for one in some]
        index = self.times[0][: lengths[0]].append(
            [times[:upto] for times, upto in zip(self.times[1:], lengths[1:], strict=False)]
        )
        values = {name: np.concatenate([one[name] for one in some]) for name in some[0]}
        frame = pd.DataFrame(values, index=index)
        if self.symbols is None:
            return frame, np.arange(len(frame))
        frame.index.name = "timestamp"
        frame.insert(0, SYMBOL, np.repeat(np.asarray(self.symbols[: len(some)]), lengths))
        begins = accumulate((len(one) for one in self.numbers), initial=0)
        kept = [np.arange(upto) + begin for upto, begin in zip(lengths, begins, strict=False)]
        order = np.argsort(self.places[np.concatenate(kept)])
        frame = frame.iloc[order]
        if self.in_index:
            frame = frame.set_index(SYMBOL, append=True).swaplevel()
        return frame, order

    def _lengths(self, cut: int | None) -> list[int]:
        """Return how many bars of each series lie up to a moment."""
        if cut is None:
            return [len(one) for one in self.numbers]
        return [int(np.searchsorted(one, cut, side="right")) for one in self.numbers]


def read_under_test(ohlcv: Table, owner: str, *, fill_forward: bool = False) -> UnderTest:
    """Read bars; of a table of many symbols those with most bars, as many as have 200,000 together (one at least).

    Raises:
        DataProcessingError: the bars are not usable.
    """
    if not has_symbols(ohlcv):
        bars, index = read_bars(ohlcv, owner, fill_forward=fill_forward)
        numbers = np.arange(len(index))
        return UnderTest((bars,), (index,), index, (numbers,), None, numbers)
    panel = read_panel(ohlcv, owner, fill_forward=fill_forward)
    where = np.arange(len(panel)) if panel.order is None else panel.order
    times = pd.DatetimeIndex(panel.index.get_level_values(1))[where]
    longest = sorted(panel.parts(), key=lambda one: one[1].start - one[1].stop)
    sums = list(accumulate(rows.stop - rows.start for _, rows in longest))
    chosen = [longest[at] for at, rows in enumerate(sums) if at == 0 or rows <= _MOST_ROWS]
    parts = tuple(times[rows] for _, rows in chosen)
    moments = pd.DatetimeIndex(parts[0].append(list(parts[1:])).unique().sort_values())
    return UnderTest(
        tuple(panel.series(rows) for _, rows in chosen),
        parts,
        moments,
        tuple(moments.get_indexer(one) for one in parts),
        tuple(name for name, _ in chosen),
        np.concatenate([where[rows] for _, rows in chosen]),
        in_index=isinstance(getattr(ohlcv, "index", None), pd.MultiIndex),
    )


def longest_of(bars: UnderTest) -> UnderTest:
    """Return the longest series by itself."""
    index, numbers = bars.times[0], np.arange(len(bars.times[0]))
    return UnderTest(bars.series[:1], (index,), index, (numbers,), None, numbers)


def joined(some: Series, compute: Callable[[Bars], Array]) -> Array:
    """Return what ``compute`` makes of each series, one after the other."""
    return compute(some[0]) if len(some) == 1 else np.concatenate([compute(one) for one in some])
