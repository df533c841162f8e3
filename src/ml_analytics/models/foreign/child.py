"""The process that looks at a foreign file; started by :mod:`.trial`, never imported by the package.

It reads one line of JSON (which function, its options, the limits) and then the file from its standard input; it
answers ``+`` and bytes, or ``-`` and the kind and sentence of an error.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from typing import Any, BinaryIO

from ml_analytics.core.errors import MLFrameworkError

from .limits import hold_to


def main() -> None:
    """Do one task and leave at once: what a library does at the end of a process is not waited for."""
    answers = _own_output()
    request = json.loads(sys.stdin.buffer.readline())
    module, _, function = request["task"].partition(":")
    task = getattr(import_module(module), function)
    hold_to(request["memory_bytes"], request["cpu_seconds"])
    answers.write(_answer(task, request["options"]))
    answers.flush()
    os._exit(0)


def _own_output() -> BinaryIO:
    """Return the standard output for answers alone; whatever a library prints goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return answers


def _answer(task: Any, options: dict[str, Any]) -> bytes:
    try:
        return b"+" + bytes(task(sys.stdin.buffer.read(), options))
    except MLFrameworkError as error:
        said = (type(error).__name__, str(error))
    except MemoryError:
        said = ("MemoryError", "")
    except Exception as error:  # noqa: BLE001 - any library may raise anything; the parent refuses the file
        said = ("", type(error).__name__)
    return b"-" + json.dumps(said).encode()


if __name__ == "__main__":
    main()
