"""The inner loop of :mod:`.sqlite_native`: rows out of SQLite's C functions into arrays, at machine speed.

Compiled by numba at its first use and kept on disk. The functions are called by their addresses, which come
as numbers: nothing of this process is compiled in.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

ROW, FULL, MISTYPED = 100, -1, -2
FLOAT, WHOLE, TEXT = 0, 1, 2
_INTEGER, _REAL, _BLOB, _NULL = 1, 2, 4, 5  # SQLite's own numbers of its kinds


def _caller(result: Any, *arguments: Any) -> Any:
    """Return an intrinsic that calls the C function at an address."""
    widths = {types.int32: ir.IntType(32), types.int64: ir.IntType(64), types.float64: ir.DoubleType()}
    kind = ir.FunctionType(widths[result], [widths[one] for one in arguments])

    def emit(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.call(builder.inttoptr(values[0], kind.as_pointer()), values[1:])

    if len(arguments) == 1:

        @intrinsic
        def call(_typing: Any, address: Any, first: Any) -> Any:
            return result(types.int64, *arguments), emit

        return call

    @intrinsic
    def call_two(_typing: Any, address: Any, first: Any, second: Any) -> Any:
        return result(types.int64, *arguments), emit

    return call_two


_step = _caller(types.int32, types.int64)
_number = _caller(types.int32, types.int64, types.int32)  # kind of a column, bytes of a text
_long = _caller(types.int64, types.int64, types.int32)  # whole number, pointer to a text
_float = _caller(types.float64, types.int64, types.int32)


@intrinsic
def _copy(_typing: Any, target: Any, source: Any, count: Any) -> Any:
    def emit(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        byte = ir.IntType(8).as_pointer()
        cgutils.raw_memcpy(  # type: ignore[no-untyped-call]
            builder, builder.inttoptr(values[0], byte), builder.inttoptr(values[1], byte), values[2], 1
        )
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64), emit


@njit(cache=True, nogil=True)
def read_rows(
    statement: int, calls: Any, kinds: Any, numbers: Any, missing: Any, offsets: Any, texts: Any, room: Any,
    first: int, pending: bool,
) -> tuple[int, int, int]:  # fmt: skip
    """Read rows from number ``first`` on until the arrays are full; return (rows, code, column).

    The code is SQLite's (``ROW``: there may be more), ``FULL`` when a text did not fit (its row is pending:
    call again with more room and ``pending``), or ``MISTYPED``.

    Args:
        statement: the prepared statement's address.
        calls: addresses of step, column_type, column_double, column_int64, column_text, column_bytes.
        kinds: ``FLOAT``, ``WHOLE`` or ``TEXT`` of each column.
        numbers: float64, shape (columns, rows); whole numbers are written as their bits.
        missing: booleans, shape (columns, rows).
        offsets: int32, shape (columns, rows + 1).
        texts, room: address and size of each column's bytes.
    """
    whole = numbers.view(np.int64)
    row, most = first, numbers.shape[1]
    while row < most:
        if not pending:
            code = _step(calls[0], statement)
            if code != ROW:
                return row, code, 0
        pending = False
        for column in range(len(kinds)):
            kind = _number(calls[1], statement, column)
            missing[column, row] = kind == _NULL
            if kinds[column] == TEXT:
                if kind == _BLOB:
                    return row, MISTYPED, column
                text = _long(calls[4], statement, column)
                length = _number(calls[5], statement, column)
                start = offsets[column, row]
                if start + length > room[column]:
                    return row, FULL, column
                if length:
                    _copy(texts[column] + start, text, length)  # type: ignore[call-arg]
                offsets[column, row + 1] = start + length
            elif kind == _NULL:
                numbers[column, row] = 0.0
            elif kinds[column] == FLOAT and kind in (_REAL, _INTEGER):
                numbers[column, row] = _float(calls[2], statement, column)
            elif kinds[column] == WHOLE and kind == _INTEGER:
                whole[column, row] = _long(calls[3], statement, column)
            else:
                return row, MISTYPED, column
        row += 1
    return row, ROW, 0
