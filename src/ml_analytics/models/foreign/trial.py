"""Run one function over foreign bytes in a process of its own; whatever happens to it, this one lives."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ...core import errors
from ...core.errors import ModelLoadError, UnsafeArtifactError
from ..archive import MAX_BYTES
from .limits import FOR_EACH_BYTE, Limits

_CHILD = "ml_analytics.models.foreign.child"
_PACKAGES = Path(__file__).resolve().parents[3]
_HANDED_ON = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "HOME", "TMPDIR", "TEMP", "TMP",
              "SYSTEMROOT", "VIRTUAL_ENV", "LANG", "LC_ALL", "NUMBA_CACHE_DIR")  # fmt: skip
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def run_limited(task: str, data: bytes, options: Mapping[str, Any], limits: Limits) -> bytes:
    """Return what ``task`` (``package.module:function``, called with the data and the options) returns.

    The process knows no environment variables but those that Python needs, and gets the data through a pipe: what
    is looked at are these bytes, whatever happens to a file meanwhile.

    Raises:
        UnsafeArtifactError: the process died, took too much, or its library could not read the file.
        ModelLoadError: whatever error of this kind ``task`` raised.
    """
    request = {
        "task": task,
        "options": dict(options),
        "memory_bytes": limits.memory_bytes + FOR_EACH_BYTE * len(data),
        "cpu_seconds": limits.cpu_seconds,
    }
    late = threading.Event()
    with subprocess.Popen(  # noqa: S603 - this interpreter, and a module of this package
        [sys.executable, "-P", "-m", _CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    ) as process:

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(limits.seconds, stop)
        timer.start()
        writer = threading.Thread(target=_write, args=(process, json.dumps(request).encode() + b"\n", data))
        writer.start()
        try:
            assert process.stdout is not None  # noqa: S101 - it was asked for above
            answer = process.stdout.read(MAX_BYTES + 1)
        finally:
            if sys.exc_info()[0] is not None or len(answer) > MAX_BYTES:
                process.kill()
            writer.join()
            process.wait()
            timer.cancel()
    return _understood(answer, process.returncode, late.is_set(), limits)


def _write(process: subprocess.Popen[bytes], request: bytes, data: bytes) -> None:
    assert process.stdin is not None  # noqa: S101 - it was asked for
    with suppress(OSError):  # it died before it had read everything
        process.stdin.write(request)
        process.stdin.write(data)
    with suppress(OSError):
        process.stdin.close()


def _understood(answer: bytes, code: int, late: bool, limits: Limits) -> bytes:
    if late:
        raise UnsafeArtifactError(
            f"Reading the file must take at most {limits.seconds:g} seconds. It took longer."
        )
    if code != 0 or answer[:1] not in (b"+", b"-") or len(answer) > MAX_BYTES:
        raise UnsafeArtifactError(
            f"The file must not end the process that reads it. It did ({_cause(code, limits)})."
        )
    if answer[:1] == b"+":
        return answer[1:]
    kind, sentence = json.loads(answer[1:])
    if kind == "MemoryError":
        raise UnsafeArtifactError(
            f"Reading the file must take at most {limits.memory_bytes >> 20} MiB of memory. It asked for more."
        )
    known = getattr(errors, kind, None) if kind else None
    if isinstance(known, type) and issubclass(known, ModelLoadError):
        raise known(sentence)
    raise UnsafeArtifactError(sentence if known else f"The file cannot be read by its library ({sentence}).")


def _cause(code: int, limits: Limits) -> str:
    if code >= 0:
        return f"exit code {code}"
    name = signal.Signals(-code).name if -code in {one.value for one in signal.Signals} else f"signal {-code}"
    if name in ("SIGXCPU", "SIGKILL"):
        return f"{name}: more than {limits.cpu_seconds} s of CPU time, or killed"
    return name


def _environment() -> dict[str, str]:
    known = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
    paths = [str(_PACKAGES), *filter(None, [known.get("PYTHONPATH")])]
    return {**known, **dict.fromkeys(_ONE_THREAD, "1"), "PYTHONPATH": os.pathsep.join(paths)}
