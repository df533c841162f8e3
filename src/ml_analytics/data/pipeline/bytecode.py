"""What a code object does and which globals it names."""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any


def code_parts(code: CodeType, constants: Callable[[Any], Iterator[str]]) -> Iterator[str]:
    """Yield bytecode, names and constants; not the file, the lines or the comments."""
    yield f"{code.co_code.hex()} {code.co_names} {code.co_varnames} {code.co_freevars}"
    yield f"{code.co_flags} {code.co_argcount} {code.co_posonlyargcount} {code.co_kwonlyargcount}"
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from code_parts(constant, constants)
        else:
            yield from constants(constant)


def global_names(code: CodeType) -> Iterator[str]:
    """Yield the names of the globals that the code and the code inside it load."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield str(instruction.argval)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from global_names(constant)
