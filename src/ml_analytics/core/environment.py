"""What code and which libraries made a result."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = (
    "numpy",
    "pandas",
    "scikit-learn",
    "xgboost-cpu",
    "lightgbm",
    "TA-Lib",
    "river",
    "skops",
    "torch",
    "onnxruntime",
    "skl2onnx",
)


@cache
def code_version() -> str:
    """Return ``<package version>+<hash>``: the hash covers every Python file of the package.

    An edited file gives another version even when nobody bumped the number.
    """
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return f"{_installed('ml-analytics') or '0'}+{digest.hexdigest()[:12]}"


def library_versions(names: Iterable[str] = LIBRARIES) -> dict[str, str]:
    """Return the installed versions of ``names`` and of Python; absent ones are left out."""
    found = {name: _installed(name) for name in names}
    return {"python": platform.python_version(), **{name: value for name, value in found.items() if value}}


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
