from __future__ import annotations

import dataclasses
import functools
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml_analytics.core.errors import ParameterError
from ml_analytics.data.pipeline.fingerprints import function_fingerprint, value_fingerprint


def of(value: Any) -> str:
    return value_fingerprint(value, "value", "test")


class Colour(Enum):
    RED = 1


@dataclasses.dataclass
class Point:
    x: int


FRAME = pd.DataFrame({"a": [1, 2]})
VALUES: list[Any] = [
    None, True, 1, 1.0, "1", b"1", float("nan"), float("inf"), -0.0, 0.0, [1], (1,), {1}, frozenset({2}), {"a": 1},
    {"a": 1.0}, {1: 1}, {"1": 1}, [[1], []], [[], [1]], Decimal("1"), date(2024, 1, 1), datetime(2024, 1, 1),
    datetime(2024, 1, 1, tzinfo=UTC), "2024-01-01", Colour.RED, Point(1), Point(2), np.int64(1), np.float64(1),
    np.array([1]), np.array([1.0]), np.array([[1]]), FRAME, FRAME.astype("int32"), FRAME.set_axis([5, 6]),
    FRAME.rename(columns={"a": "b"}), FRAME["a"], pl.DataFrame({"a": [1, 2]}), pd.Timestamp("2024-01-01"),
    Path("/none"),
]  # fmt: skip


def test_different_values_differ_and_equal_ones_do_not() -> None:
    prints = [of(value) for value in VALUES]
    assert len(set(prints)) == len(VALUES)
    assert of({"a", "b", "c"}) == of({"c", "b", "a"})
    assert of(FRAME) == of(FRAME.copy())
    assert of(float("nan")) == of(float("nan"))
    for opaque in (object(), lambda: open, (one for one in "a"), [object()]):
        if not callable(opaque):
            with pytest.raises(ParameterError, match="made of plain values"):
                of(opaque)


def test_a_path_counts_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "a"
    absent = of(path)
    path.write_text("1")
    one = of(path)
    path.write_text("2")
    assert len({absent, one, of(path)}) == 3
    assert of(str(path)) != of(path)


def function(text: str, name: str = "f", **scope: Any) -> Any:
    module = ModuleType("steps")
    module.__dict__.update(scope)
    exec(text, module.__dict__)
    return module.__dict__[name]


BASE = "K = 1\ndef helper(x): return x\ndef f(x, y=1):\n    return [helper(one) + K for one in x]"


def test_comments_and_layout_do_not_count() -> None:
    other = "K = 1\n\n\ndef helper(x):\n    # words\n    return x\ndef f(x, y=1): return [helper(one) + K for one in x]"
    assert function_fingerprint(function(BASE), "s") == function_fingerprint(function(other), "s")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("K = 1", "K = 2"),
        ("return x\n", "return x + 1\n"),
        ("y=1", "y=2"),
        ("+ K", "- K"),
        ("f(x, y=1)", "f(x, *, y=1)"),
        ("for one in x", "for one in x[1:]"),
    ],
)
def test_what_a_function_does_counts(old: str, new: str) -> None:
    assert old in BASE
    assert function_fingerprint(function(BASE), "s") != function_fingerprint(
        function(BASE.replace(old, new)), "s"
    )


def test_closures_partials_lambdas_and_methods() -> None:
    def make(factor: Any) -> Any:
        return lambda x: x * factor

    assert function_fingerprint(make(2), "s") == function_fingerprint(make(2), "s")
    assert function_fingerprint(make(2), "s") != function_fingerprint(make(3), "s")
    base = function(BASE)
    prints = {function_fingerprint(functools.partial(base, y=y), "s") for y in (1, 2)}
    assert len(prints | {function_fingerprint(base, "s")}) == 3
    assert function_fingerprint(Point(1).__eq__, "s") != function_fingerprint(Point(2).__eq__, "s")
    for opaque in (make(object()), print, "text".upper):
        with pytest.raises(ParameterError, match="version='1'"):
            function_fingerprint(opaque, "s")


def test_recursion_ends() -> None:
    recursive = "def f(n): return g(n - 1)\ndef g(n): return f(n) if n else 0"
    assert function_fingerprint(function(recursive), "s") == function_fingerprint(function(recursive), "s")


def test_it_is_the_same_in_another_process() -> None:
    code = (
        "from ml_analytics.data.pipeline.fingerprints import function_fingerprint\n"
        "def f(x): return x in {'a', 'b', 'c', 'd'} or (lambda y: y)(x)\n"
        "print(function_fingerprint(f, 's'))"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1
