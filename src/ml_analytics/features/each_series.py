"""One TA-Lib function over many series in a single call, without the interpreter in between.

With series of a few thousand bars a C call takes microseconds, and threads that call it from Python spend as long
in handing the interpreter lock to each other as in computing. So the loop over the series is compiled: a few
lines of LLVM's language per kind of function, made in about two milliseconds at first use. llvmlite, which numba
brings along, compiles them; on Windows (not tried there), and for a few series, the loop is Python's.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .ta import Function, Plan

_FEW = 32  # series; compiling costs more than it saves below
_LOCK = threading.Lock()  # LLVM compiles one thing at a time
_KINDS: dict[Any, str] = {ctypes.c_int: "i32", ctypes.c_double: "double"}
Compiled = Callable[..., int]

_LOOP = """
define i32 @each({parameters}) {{
entry:
  %begun = alloca i32
  %made = alloca i32
  br label %next
next:
  %series = phi i64 [0, %entry], [%following, %done]
  %more = icmp slt i64 %series, %count
  br i1 %more, label %measure, label %good
measure:
  %following = add i64 %series, 1
  %begin = getelementptr i64, ptr %starts, i64 %series
  %end = getelementptr i64, ptr %starts, i64 %following
  %from = load i64, ptr %begin
  %to = load i64, ptr %end
  %first = add i64 %from, %lookback
  %long = icmp slt i64 %first, %to
  br i1 %long, label %compute, label %done
compute:
  %length = sub i64 %to, %from
  %bars = trunc i64 %length to i32
  %last = sub i32 %bars, 1
{places}
  %code = call i32 %function({arguments})
  %fine = icmp eq i32 %code, 0
  br i1 %fine, label %done, label %bad
done:
  br label %next
good:
  ret i32 0
bad:
  ret i32 %code
}}
"""
"""For each series that is longer than the look-back: call ``function(0, last, inputs, options, begun, made, results)``.

Results begin at the look-back, as TA-Lib wants them. The first code other than 0 ends the loop and is returned.
"""


def run_each(
    function: Function, plan: Plan, starts: NDArray[np.int64], inputs: Sequence[int], results: Sequence[int]
) -> None:
    """Compute ``function`` for the series that begin at ``starts`` (at last the number of rows), each by itself.

    ``inputs`` and ``results`` are the addresses of arrays with as many values as there are rows. Nothing is written
    before a series' bar ``plan.lookback``.

    Raises:
        ParameterError: TA-Lib refuses the parameters.
    """
    count = len(starts) - 1
    loop = compiled(function) if count >= _FEW else None
    if loop is None:
        for begin, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
            if end - begin > plan.lookback:
                sizes = [kind.itemsize for kind in function.kinds]
                function.run(
                    plan,
                    end - begin,
                    [one + 8 * begin for one in inputs],
                    [one + size * (begin + plan.lookback) for one, size in zip(results, sizes, strict=True)],
                )
        return
    if loop(function.address, count, starts.ctypes.data, plan.lookback, *inputs, *plan.values, *results):
        function.refuse(plan)


def compiled(function: Function) -> Compiled | None:
    """Return the loop for functions that take and return what ``function`` does, or ``None`` where none can be had."""
    with _LOCK:
        return _compiled(function.inputs, function.options, function.kinds)


@cache
def _compiled(inputs: int, options: tuple[Any, ...], results: tuple[Any, ...]) -> Compiled | None:
    if sys.platform == "win32":
        return None
    try:
        engine = _engine(_written(inputs, options, results))
    except (ImportError, RuntimeError, OSError):  # absent, or it does not know this processor
        return None
    place = ctypes.c_void_p
    made = ctypes.CFUNCTYPE(
        ctypes.c_int, place, ctypes.c_int64, place, ctypes.c_int64,
        *[place] * inputs, *options, *[place] * len(results),
    )(engine.get_function_address("each"))  # fmt: skip
    made.kept_alive = engine  # type: ignore[attr-defined]
    return made


def _engine(text: str) -> Any:
    from llvmlite import binding as llvm  # takes 50 ms, for many series only

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine()
    module = llvm.parse_assembly(text)
    module.verify()
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    return engine


def _written(inputs: int, options: tuple[Any, ...], results: tuple[Any, ...]) -> str:
    """Write the loop for functions of so many inputs, of these options and results."""
    given = [f"{_KINDS[kind]} %option{at}" for at, kind in enumerate(options)]
    taken = [f"ptr %input{at}" for at in range(inputs)]
    filled = [f"ptr %result{at}" for at in range(len(results))]
    places = [
        f"  %read{at} = getelementptr double, ptr %input{at}, i64 %from" for at in range(inputs)
    ] + [
        f"  %write{at} = getelementptr {'double' if kind == np.float64 else 'i32'}, ptr %result{at}, i64 %first"
        for at, kind in enumerate(results)
    ]  # fmt: skip
    arguments = [
        "i32 0", "i32 %last", *(f"ptr %read{at}" for at in range(inputs)), *given,
        "ptr %begun", "ptr %made", *(f"ptr %write{at}" for at in range(len(results))),
    ]  # fmt: skip
    return _LOOP.format(
        parameters=", ".join(
            ["ptr %function", "i64 %count", "ptr %starts", "i64 %lookback", *taken, *given, *filled]
        ),
        places="\n".join(places),
        arguments=", ".join(arguments),
    )
