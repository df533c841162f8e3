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


BEHIND = {
    "attribute of a class": "class C:\n  RATE = 1\ndef f(): return C.RATE",
    "static method": "class C:\n  @staticmethod\n  def g(): return 1\ndef f(): return C.g()",
    "class method": "class C:\n  @classmethod\n  def g(cls): return 1\ndef f(): return C.g()",
    "property": "class C:\n  @property\n  def g(self): return 1\ndef f(): return C().g",
    "cached property": "from functools import cached_property\nclass C:\n  @cached_property\n  def g(self): return 1\n"
    "def f(): return C().g",
    "base class": "class B:\n  def g(self): return 1\nclass C(B): pass\ndef f(): return C().g()",
    "class inside": "class C:\n  class D:\n    RATE = 1\ndef f(): return C.D.RATE",
    "dataclass default": "from dataclasses import dataclass\n@dataclass\nclass C:\n  x: int = 1\ndef f(): return C().x",
    "dataclass method": "from dataclasses import dataclass\n@dataclass\nclass C:\n  x: int = 5\n"
    "  def g(self): return self.x + 1\nc = C()\ndef f(): return c.g()",
    "state": "class C:\n  def __init__(self, x): self.x = x\nc = C(1)\ndef f(): return c.x",
    "state in slots": "class C:\n  __slots__ = ('x',)\n  def __init__(self, x): self.x = x\nc = C(1)\n"
    "def f(): return c.x",
    "state inside": "class C: pass\nc = C()\nc.d = {'a': [C()]}\nc.d['a'][0].x = 1\ndef f(): return c.d['a'][0].x",
    "subclass of dict": "class D(dict):\n  pass\nd = D(a=1)\ndef f(): return d['a']",
    "default factory": "from collections import defaultdict\nd = defaultdict(lambda: 1)\ndef f(): return d['a']",
    "named tuple": "from typing import NamedTuple\nclass N(NamedTuple):\n  x: int = 1\ndef f(): return N().x",
    "enum": "from enum import Enum\nclass E(Enum):\n  A = 1\ndef f(): return E.A.value",
    "enum method": "from enum import Enum\nclass E(Enum):\n  A = 5\n  def g(self): return 1\ndef f(): return E.A.g()",
    "lru_cache": "import functools\n@functools.lru_cache\ndef g(): return 1\ndef f(): return g()",
    "wraps": "import functools\ndef deco(g):\n  @functools.wraps(g)\n  def w(): return g()\n  return w\n"
    "@deco\ndef g(): return 1\ndef f(): return g()",
    "context manager": "import contextlib\n@contextlib.contextmanager\ndef g(): yield 1\n"
    "def f():\n  with g() as x: return x",
    "attribute of a function": "def f(): return f.rate\nf.rate = 1",
    "callable object": "class C:\n  def __call__(self): return 1\nc = C()\ndef f(): return c()",
    "bound method": "class C:\n  x = 1\n  def g(self): return self.x\ng = C().g\ndef f(): return g()",
    "partial": "from functools import partial\ndef g(x): return x\nh = partial(g, 1)\ndef f(): return h()",
    "metaclass": "class M(type):\n  def g(cls): return 1\nclass C(metaclass=M): pass\ndef f(): return C.g()",
    "list of itself": "def f(): return len(H) + 1\nH = [f]",
}


@pytest.mark.parametrize("what", BEHIND)
def test_all_that_its_module_defines_counts(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def loaded(text: str) -> Any:
        module = ModuleType("steps")
        monkeypatch.setitem(sys.modules, "steps", module)
        exec(text, module.__dict__)
        return module.__dict__["f"]

    text = BEHIND[what]
    changed = "2".join(text.rsplit("1", 1))
    prints, given = [], []
    for one in (text, text, changed):
        function = loaded(one)
        prints.append(function_fingerprint(function, "s"))
        given.append(function())
    assert given[0] != given[2], "the change changes what the step gives"
    assert prints[0] == prints[1] != prints[2]


@pytest.mark.parametrize(
    "text",
    [
        "import threading\nlock = threading.Lock()\ndef f(): return lock.locked()",
        "import numpy as np\nrng = np.random.default_rng(1)\ndef f(): return rng.normal()",
        "import numpy as np\ndraw = np.random.default_rng(1).normal\ndef f(): return draw()",
        "import random\ndraw = random.random\ndef f(): return draw()",
        "rows = iter([1, 2])\ndef f(): return next(rows)",
        "class C: pass\nc = C()\nc.x = object()\ndef f(): return c.x",
        "class C:\n  def __reduce__(self): return C, ()\nc = C()\ndef f(): return c",
        "x = 1\nfor _ in range(100_000): x = [x]\ndef f(): return x",
    ],
)
def test_an_opaque_global_demands_a_version(text: str) -> None:
    with pytest.raises(ParameterError, match=r"'s' must be given \(version='1'\), because") as caught:
        function_fingerprint(function(text), "s")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "import logging\nlog = logging.getLogger('a')\ndef f(): log.info('x')",
        "import re\nwords = re.compile('a+')\ndef f(x): return words.match(x)",
        "from numpy import mean, add, random\ndef f(x): return add(mean(x), 1)",
        "from pandas import DataFrame, read_csv, concat\ndef f(x): return concat([DataFrame(x), read_csv(x)])",
        "from functools import partial\nfrom pandas import read_csv\nread = partial(read_csv, sep=';')\n"
        "def f(x): return read(x)",
        "import polars as pl\nSCHEMA = {'a': pl.Int64, 'b': pl.Datetime('us')}\ndef f(x): return SCHEMA",
        "import pyarrow as pa\nKIND = pa.timestamp('us')\ndef f(x): return KIND",
        "import typing as t\nT = t.TypeVar('T')\nA = t.Optional[int] | list[int]\ndef f(x): return T, A",
        "from zoneinfo import ZoneInfo\nfrom datetime import UTC\nZ = ZoneInfo('UTC')\ndef f(x): return Z, UTC",
        "from ml_analytics.data import DataLoader\ndef f(path): return DataLoader().load(path)",
    ],
)
def test_ordinary_steps_need_no_version(text: str) -> None:
    assert function_fingerprint(function(text), "s") == function_fingerprint(function(text), "s")


def test_a_directory_counts_by_its_files(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    seen = [of(tmp_path)]
    for change in (
        lambda: (tmp_path / "in" / "a").write_text("1"),
        lambda: (tmp_path / "in" / "a").write_text("2"),
        lambda: (tmp_path / "in" / "a").rename(tmp_path / "in" / "b"),
        lambda: (tmp_path / "in" / "b").rename(tmp_path / "b"),
        lambda: (tmp_path / "in" / "up").symlink_to(tmp_path),
        (tmp_path / "b").unlink,
    ):
        change()
        seen.append(of(tmp_path))
        assert of(tmp_path) == seen[-1]
    assert len(set(seen)) == len(seen)


def test_what_can_be_no_content_of_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml_analytics.data.pipeline.content.MOST_FILES", 3)
    for number in range(4):
        (tmp_path / str(number)).touch()
    for path, words in ((tmp_path, "directory of more than 3 files"), (Path("/dev/null"), "neither a file")):
        with pytest.raises(ParameterError, match=words):
            of(path)


def categorical(categories: list[str], *, ordered: bool = False) -> Any:
    return pd.Categorical(["a"], categories=categories, ordered=ordered)


ALIKE: list[Any] = [
    [np.ma.array([1, 2], mask=[False, last], fill_value=fill) for last, fill in ((False, 1), (True, 1), (True, 2))]
    + [np.array([1, 2])],
    [pd.DataFrame({"x": one}) for one in (categorical(["a", "b"]), categorical(["a", "c"]), categorical(["b", "a"]))]
    + [pd.DataFrame({"x": categorical(["a", "b"], ordered=True)}), pd.DataFrame({"x": ["a"]})],
    [pd.Series([1], index=pd.CategoricalIndex(one)) for one in (categorical(["a", "b"]), categorical(["a", "c"]))],
    [pd.Series([one, "z"], dtype=object) for one in (None, float("nan"), 1, 1.0, True, (1,), [1])],
    [pd.Series([0.0]), pd.Series([-0.0])],
    [FRAME, FRAME.rename_axis("a"), FRAME.rename_axis("a", axis=1), FRAME.rename_axis(1)],
    [pl.DataFrame({"x": ["a"]}, schema={"x": pl.Enum(names)}) for names in (["a", "b"], ["a", "c"])],
]  # fmt: skip


@pytest.mark.parametrize("values", ALIKE)
def test_what_looks_alike_differs(values: list[Any]) -> None:
    assert len({of(one) for one in values}) == len(values)
    assert [of(one) for one in values] == [of(one.copy() if hasattr(one, "copy") else one) for one in values]
