"""Entries that are one TA-Lib call and nothing else: computed straight into the table, many series at once.

Most of the catalogue is. Which, is found out by calling ``compute`` with stand-ins for the inputs that refuse
to be read: what comes back as the promise of one call on the inputs themselves can be nothing else than that call.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .each_series import run_each
from .indicator import Array, Bars, Indicator
from .ta import Function, Plan, Promise, Unread, room


@dataclass(frozen=True, slots=True)
class SingleCall:
    """The call that makes an entry's columns.

    Attributes:
        function: TA-Lib's function.
        plan: its parameters.
        inputs: which columns of the bars it takes.
        results: which of its results each column is.
        warm_up: how many leading bars are NaN.
    """

    function: Function
    plan: Plan
    inputs: tuple[str, ...]
    results: tuple[int, ...]
    warm_up: int

    def write(self, bars: Bars, starts: NDArray[np.int64], out: Array) -> None:
        """Write the columns of the series that begin at ``starts`` into ``out``, whose columns are contiguous.

        Gives what :meth:`Indicator.write` gives for each series by itself, bit for bit.

        Raises:
            ParameterError: TA-Lib's unstable periods are not 0.
        """
        self.function.require_stable(self.plan)
        given = [np.ascontiguousarray(bars[name], np.float64) for name in self.inputs]
        filled = [self._place(out, at, kind) for at, kind in enumerate(self.function.kinds)]
        self._run(starts, [one.ctypes.data for one in given], filled)
        for column, at in enumerate(self.results):
            if filled[at].dtype != np.float64:
                out[:, column] = filled[at]
        if len(starts) == 2:
            out[: self.warm_up] = np.nan
        else:
            out[_first_rows(starts, self.warm_up)] = np.nan

    def _run(self, starts: NDArray[np.int64], inputs: list[int], filled: list[NDArray[np.generic]]) -> None:
        if len(starts) > 2:
            run_each(self.function, self.plan, starts, inputs, [one.ctypes.data for one in filled])
        elif starts[-1] > self.plan.lookback:
            begins = [one.ctypes.data + self.plan.lookback * one.itemsize for one in filled]
            self.function.run(self.plan, int(starts[-1]), inputs, begins)

    def _place(self, out: Array, at: int, kind: np.dtype[np.generic]) -> NDArray[np.generic]:
        """Return where result ``at`` goes: into its column, or elsewhere if it is none or of another kind."""
        if kind == np.float64 and at in self.results:
            return out[:, self.results.index(at)]
        return room(len(out), kind)


def _first_rows(starts: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return the first ``count`` rows of each series."""
    rows = starts[:-1, None] + np.arange(count)
    return rows[rows < starts[1:, None]]


@lru_cache(4096)
def single_call(one: Indicator) -> SingleCall | None:
    """Return the call that ``one`` is, or ``None`` if it is anything more.

    >>> from ml_analytics.features import catalogue
    >>> found = single_call(catalogue("trend")[0])
    >>> found.function.__name__, found.plan.values, found.inputs
    ('SMA', (5,), ('close',))
    """
    given = [Unread(name) for name in one.inputs]
    try:
        made = one.compute(*given, **one.parameters)
    except Exception:  # noqa: BLE001 - whatever reads its inputs fails in its own way
        return None
    promises = [some for some in (made if isinstance(made, tuple) else (made,)) if isinstance(some, Promise)]
    results = tuple(some.at for some in promises)
    if not len(promises) == len(set(results)) == len(one.columns):
        return None
    first = promises[0]
    alike = all(some.inputs is first.inputs for some in promises)
    if not alike or not all(any(some is mine for mine in given) for some in first.inputs):
        return None
    if one.warm_up < first.plan.lookback:
        return None
    inputs = tuple(some.name for some in first.inputs)
    return SingleCall(first.function, first.plan, inputs, results, one.warm_up)
