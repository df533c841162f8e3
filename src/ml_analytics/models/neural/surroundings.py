"""Torch is one for the whole process: what training sets there is put back, and Lightning keeps quiet.

Imported only where torch is needed.
"""

from __future__ import annotations

import logging
import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.utils import deterministic

_ONE_AT_A_TIME = threading.RLock()
_KERNELS: Any = deterministic  # its one flag is a property of the module
_LOGGERS = ("lightning.pytorch", "lightning.fabric", "lightning.pytorch.utilities.rank_zero")


def device_for(wanted: str) -> str:
    """Return ``"cuda"`` or ``"cpu"``: ``"auto"`` takes a GPU where there is one."""
    if wanted != "auto":
        return wanted
    return "cuda" if torch.cuda.is_available() else "cpu"


def threads_for(n_jobs: int | None) -> int:
    """Return the number of threads that ``n_jobs`` asks for."""
    return (os.cpu_count() or 1) if n_jobs is not None and n_jobs < 1 else n_jobs or 1


@contextmanager
def training_alone(seed: int, device: str, threads: int) -> Iterator[None]:
    """Train with a seed, a number of threads and, on a CPU, repeatable kernels; then all is as it was.

    One training at a time in a process: generator, threads and flags of torch belong to all threads.
    """
    with _ONE_AT_A_TIME, _flags_kept(), _quiet():
        cards = [torch.cuda.current_device()] if device == "cuda" else []
        with torch.random.fork_rng(devices=cards), torch.inference_mode(False), torch.enable_grad():
            torch.manual_seed(seed)
            torch.set_num_threads(threads)
            torch.set_default_dtype(torch.float32)
            torch.use_deterministic_algorithms(device == "cpu")
            _KERNELS.fill_uninitialized_memory = False
            yield


@contextmanager
def _flags_kept() -> Iterator[None]:
    threads, dtype = torch.get_num_threads(), torch.get_default_dtype()
    repeatable = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    filled = _KERNELS.fill_uninitialized_memory
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        torch.set_default_dtype(dtype)
        torch.use_deterministic_algorithms(repeatable, warn_only=warn_only)
        _KERNELS.fill_uninitialized_memory = filled


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence Lightning's hints about itself, nothing of ours."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [one.level for one in loggers]
    written = warnings.formatwarning  # importing Lightning replaces it
    try:
        for one in loggers:
            one.setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=r"(lightning|torch\.utils)(\..*)?$")
            warnings.filterwarnings("ignore", message=r".*LeafSpec.*", category=FutureWarning)
            yield
    finally:
        warnings.formatwarning = written
        for one, level in zip(loggers, levels, strict=True):
            one.setLevel(level)
