"""How much a process that looks at a foreign file may take, and how it is held to that."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOR_EACH_BYTE = 6
"""Bytes of memory that are allowed beside the limit for each byte of the file."""

_FORBIDDEN = frozenset(
    {
        "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "os.startfile", "pty.spawn",
        "subprocess.Popen", "socket.bind", "socket.connect", "socket.getaddrinfo", "socket.sendto",
    }
)  # fmt: skip
"""Interpreter events that no reading of a model needs."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of the process that looks at a foreign file.

    ``memory_bytes`` is memory beyond what the libraries take, and beyond six times the size of the file (Linux);
    ``cpu_seconds`` is time on a processor (Linux, macOS); ``seconds`` is time on the clock (everywhere).
    """

    memory_bytes: int = 4 << 30
    cpu_seconds: int = 60
    seconds: float = 120.0


def hold_to(memory_bytes: int, cpu_seconds: int) -> None:
    """Limit this process, as far as the system can: memory and CPU, no core file, no large file, no other program."""
    sys.addaudithook(_refuse)
    try:
        import resource
    except ImportError:  # Windows: the parent's clock is the limit
        return
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    wanted = {
        "RLIMIT_AS": _mapped() + memory_bytes,
        "RLIMIT_CPU": int(used) + cpu_seconds,
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": 64 << 20,
    }
    for name, most in wanted.items():
        with contextlib.suppress(ValueError, OSError, AttributeError):  # what this system does not know
            resource.setrlimit(getattr(resource, name), (most, most))


def _mapped() -> int:
    """Return the bytes of address space in use; where nobody says, a gibibyte."""
    with contextlib.suppress(OSError, ValueError):
        import resource

        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    return 1 << 30


def _refuse(event: str, _: Any) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(f"Reading a model must not cause '{event}'.")
