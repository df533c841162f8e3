"""The law of cost: work and memory grow no faster than the rows."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

from ..base import BaseModel
from .example import hold, make_data

_ROWS = 240
_TIMES = 4
_ROOM = 1.5
_BYTES = 2**20  # what a library holds anyway


def cost_grows_with_rows_only(family: type[BaseModel]) -> None:
    """With four times the rows neither fit nor predict make many more than four times the calls or use more memory.

    Calls of Python functions and the peak of memory are counted, not seconds: the law holds on a busy machine
    too. Work inside one call of a compiled library is not seen by the count, what it allocates is.
    """
    small, large = make_data(family._small(), rows=_ROWS), make_data(family._small(), rows=_ROWS * _TIMES)
    for what, work in (("fit", _fit), ("predict", _predict)):
        run = work(family, small), work(family, large)
        for one in run:
            one()  # imports and compilation are done with
        calls = [_calls(one) for one in run]
        hold(
            calls[1] <= calls[0] * _TIMES * _ROOM,
            f"{what}: {calls[0]} calls become {calls[1]} with 4x the rows",
        )
        peaks = [_peak(one) for one in run]
        hold(
            peaks[1] <= peaks[0] * _TIMES * _ROOM + _BYTES,
            f"{what}: {peaks[0]:,} bytes become {peaks[1]:,} with 4x the rows",
        )


def _fit(family: type[BaseModel], data: tuple[Any, Any]) -> Callable[[], object]:
    return lambda: family._small().fit(*data)


def _predict(family: type[BaseModel], data: tuple[Any, Any]) -> Callable[[], object]:
    model = family._small().fit(*data)
    return lambda: model.predict(data[0])


def _calls(work: Callable[[], object]) -> int:
    count = 0

    def listen(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(listen)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def _peak(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
