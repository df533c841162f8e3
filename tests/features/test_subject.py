"""One hash of what a certificate speaks of: the same in every process, another for anything else."""

from __future__ import annotations

import subprocess
import sys
from functools import partial

from ml_analytics.features import catalogue
from ml_analytics.features.subject import declared, described

_PRINT = (
    "from ml_analytics.features.subject import described\n"
    "def one(f): return (lambda g: g in {'b', 'a', 'c', 'd'})(f)\n"
    "print(described(one))"
)


def test_code_is_described_alike_in_every_process() -> None:
    runs = {
        subprocess.check_output([sys.executable, "-c", _PRINT], text=True, env={"PYTHONHASHSEED": seed})
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_other_code_is_described_otherwise() -> None:
    functions = [
        lambda f: f + 1,
        lambda f: f + 2,
        lambda f: f - 1,
        lambda f: f.open,
        lambda f: f.close,
        lambda f: [lambda g: g + 1, f],
        lambda f: [lambda g: g + 2, f],
    ]
    assert len({repr(described(one)[1:]) for one in functions}) == len(functions)


def test_methods_and_objects_have_names() -> None:
    class Maker:
        def make(self) -> int:
            return 1

    assert str(described(Maker().make)[0]).endswith("Maker.make")
    assert described(partial(int)) == ("functools.partial", ())
    assert described(Maker)[0] == f"{__name__}.{Maker.__qualname__}"


def test_every_declaration_is_another() -> None:
    entries = catalogue()
    assert len({declared([one]) for one in entries}) == len(entries)
