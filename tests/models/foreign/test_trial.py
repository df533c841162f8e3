"""A7 and A6 for real: loops, huge allocations and crashes end a child process; this one says why and lives."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pandas as pd
import pytest
from onnx import TensorProto, helper

from ml_analytics import IntegrityError, UnsafeArtifactError
from ml_analytics.models import BaseModel
from ml_analytics.models.foreign import Limits
from ml_analytics.models.foreign.trial import run_limited

TASKS = """
import os
import subprocess
import socket

from ml_analytics.core.errors import IntegrityError, ParameterError


def echo(data, options):
    print("chatter of a library")
    os.write(1, b"more of it")
    return options["before"].encode() + data


def surroundings(data, options):
    return repr(sorted(os.environ)).encode()


def damaged(data, options):
    raise IntegrityError("The file is damaged.")


def parameter(data, options):
    raise ParameterError("No such thing.")


def unexpected(data, options):
    raise ZeroDivisionError("secret words of a library")


def leave(data, options):
    os._exit(3)


def memory(data, options):
    return bytes(1 << 33)


def program(data, options):
    subprocess.Popen(["true"])


def shell(data, options):
    os.system("true")


def line(data, options):
    socket.socket().connect(("127.0.0.1", 9))


def turn(data, options):
    while True:
        pass


def session(data, options):
    import numpy as np
    from ml_analytics.models.onnx_predictor import open_session

    open_session(data).run(None, {"input": np.ones((1, 3), np.float32)})
    return b"it came back"


def booster(data, options):
    import numpy as np
    import xgboost

    loaded = xgboost.Booster({"nthread": 1})
    loaded.load_model(bytearray(data))
    loaded.inplace_predict(np.zeros((1000, 3), np.float32))
    return b"it came back"
"""

Run = Callable[..., bytes]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    (tmp_path / "tasks_of_a_test.py").write_text(TASKS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def ask(name: str, data: bytes = b"", limits: Limits | None = None, **options: str) -> bytes:
        return run_limited(f"tasks_of_a_test:{name}", data, options, limits or Limits())

    return ask


def test_what_is_returned_comes_back_and_chatter_does_not(run: Run) -> None:
    data = bytes(range(256)) * 4000
    assert run("echo", data, before="<") == b"<" + data


def test_nothing_of_the_surroundings_is_handed_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ML_ANALYTICS_KEY_OF_SOMETHING", "secret")
    assert b"KEY_OF_SOMETHING" not in run("surroundings")


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("unexpected", r"cannot be read by its library \(ZeroDivisionError\)"),
        ("parameter", "No such thing"),
        ("leave", "must not end the process that reads it. It did .exit code 3"),
        ("program", "PermissionError"),
        ("shell", "PermissionError"),
        ("line", "PermissionError"),
        ("no_such_task", "must not end the process"),
    ],
)
def test_what_goes_wrong_in_the_child_is_one_sentence_here(run: Run, task: str, words: str) -> None:
    with pytest.raises(UnsafeArtifactError, match=words) as error:
        run(task)
    assert "secret words" not in str(error.value)
    assert str(error.value).count("\n") == 0


def test_our_own_errors_keep_their_kind(run: Run) -> None:
    with pytest.raises(IntegrityError, match="The file is damaged"):
        run("damaged")


def test_a_child_that_is_late_is_ended(run: Run) -> None:
    with pytest.raises(UnsafeArtifactError, match=r"at most 0\.01 seconds"):
        run("turn", limits=Limits(seconds=0.01))


posix = pytest.mark.skipif(os.name != "posix", reason="this system has no limits of memory and CPU")


@posix
def test_a_child_that_computes_without_end_is_ended(run: Run) -> None:
    with pytest.raises(UnsafeArtifactError, match="CPU time"):
        run("turn", limits=Limits(cpu_seconds=1))


@posix
def test_a_child_that_asks_for_eight_gigabytes_gets_none(run: Run) -> None:
    with pytest.raises(UnsafeArtifactError, match="at most 1024 MiB of memory"):
        run("memory", limits=Limits(memory_bytes=1 << 30))


def graph(nodes: list[onnx.NodeProto], constants: list[onnx.TensorProto]) -> bytes:
    made = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, [None, 3])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, None)],
        constants,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    return bytes(model.SerializeToString())


def endless() -> bytes:
    value = helper.make_tensor_value_info
    body = helper.make_graph(
        [helper.make_node("Identity", [a], [b]) for a, b in (("go", "go_on"), ("x", "x_on"))],
        "body",
        [
            value("i", TensorProto.INT64, []),
            value("go", TensorProto.BOOL, []),
            value("x", TensorProto.FLOAT, None),
        ],
        [value("go_on", TensorProto.BOOL, []), value("x_on", TensorProto.FLOAT, None)],
    )
    rounds = helper.make_tensor("rounds", TensorProto.INT64, [], [2**62])
    go = helper.make_tensor("always", TensorProto.BOOL, [], [True])
    return graph([helper.make_node("Loop", ["rounds", "always", "input"], ["out"], body=body)], [rounds, go])


def huge() -> bytes:
    size = helper.make_tensor("size", TensorProto.INT64, [1], [1 << 31])
    return graph([helper.make_node("ConstantOfShape", ["size"], ["out"])], [size])


@posix
def test_a7_an_endless_onnx_loop_ends_with_its_child(run: Run) -> None:
    with pytest.raises(UnsafeArtifactError, match="CPU time"):
        run("session", endless(), Limits(cpu_seconds=3))


@posix
def test_a7_onnx_that_allocates_eight_gigabytes_fails_in_its_child(run: Run) -> None:
    with pytest.raises(UnsafeArtifactError, match=r"library|must not end the process"):
        run("session", huge(), Limits(memory_bytes=1 << 30))


def test_a6_trees_that_crash_xgboost_end_only_the_child(
    run: Run, boosted: BaseModel, table: pd.DataFrame
) -> None:
    model = json.loads(boosted.booster_.save_raw("json"))
    for tree in model["learner"]["gradient_booster"]["model"]["trees"]:
        for side in ("left_children", "right_children"):
            tree[side] = [2**30 if one != -1 else -1 for one in tree[side]]
    with pytest.raises(UnsafeArtifactError, match="must not end the process that reads it"):
        run("booster", json.dumps(model).encode())
    assert len(boosted.predict(table)) == len(np.asarray(table))
