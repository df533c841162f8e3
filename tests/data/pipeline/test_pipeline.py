from __future__ import annotations

import contextlib
import dataclasses
import pickle
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml_analytics.core.clock import ManualClock
from ml_analytics.core.errors import DataProcessingError, IntegrityError, ParameterError
from ml_analytics.core.tenant import Tenant
from ml_analytics.data.pipeline import DataPipeline, PipelineStep, StepError
from ml_analytics.stores import Stores, open_stores


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(tmp_path / "home") as opened:
        yield opened


class Runs(list[str]):
    """Names of the steps that really ran, in order."""

    def noting(self, name: str, function: Callable[..., Any], **options: Any) -> PipelineStep:
        import functools

        @functools.wraps(function)
        def noted(*arguments: Any, **named: Any) -> Any:
            self.append(name)
            return function(*arguments, **named)

        return PipelineStep(name, noted, version=options.pop("version", "1"), **options)

    def taken(self) -> list[str]:
        taken = list(self)
        self.clear()
        return taken


def load(path: Path) -> pd.DataFrame:
    return pd.read_csv(path)


def clean(load: pd.DataFrame) -> pd.DataFrame:
    load["seen"] = True  # a step may change what it is given
    return load[["close"]].dropna().reset_index(drop=True)


def features(clean: pd.DataFrame, window: int = 2) -> pd.DataFrame:
    return clean.assign(mean=clean["close"].rolling(window).mean())


def bars(runs: Runs, stores: Stores, **options: Any) -> DataPipeline:
    steps = [
        runs.noting("load", load),
        runs.noting("clean", clean),
        runs.noting("features", features, parameters=options.pop("parameters", {})),
    ]
    return DataPipeline("bars", steps, stores, **options)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "bars.csv"
    path.write_text("close\n1\n\nNaN\n3\n")
    return path


def test_steps_run_once_for_each_content(stores: Stores, file: Path) -> None:
    runs = Runs()
    pipeline = bars(runs, stores)
    result = pipeline.run(path=file)
    assert runs.taken() == ["load", "clean", "features"]
    assert result.output["mean"].tolist()[1:] == [2.0]
    assert [step.rows for step in result.steps] == [3, 2, 2]
    again = pipeline.run({"path": file})
    assert runs.taken() == []
    assert all(step.cached for step in again.steps)
    pd.testing.assert_frame_equal(again["features"], result["features"])
    assert list(again["load"]) == ["close"], "a step that changes what it is given changes its own copy"
    assert list(again) == ["load", "clean", "features"] and "clean: kept" in repr(again)

    file.write_text("close\n1\n\nNaN\n3\n\n")  # other bytes, the same table
    pipeline.run(path=file)
    assert runs.taken() == ["load"]
    bars(runs, stores, parameters={"window": 1}).run(path=file)
    assert runs.taken() == ["features"]
    pipeline.run(path=file, fresh=True)
    assert runs.taken() == ["load", "clean", "features"]


def test_the_plan_says_why(stores: Stores, file: Path) -> None:
    runs = Runs()
    clock = ManualClock(datetime(2024, 1, 1, tzinfo=UTC))
    pipeline = bars(runs, stores, clock=clock)
    assert [(one.cached, one.why) for one in pipeline.plan(path=file)] == [
        (False, "nothing is kept yet"),
        (None, "depends on what 'load' gives"),
        (None, "depends on what 'clean' gives"),
    ]
    pipeline.run(path=file)
    assert [one.why for one in pipeline.plan(path=file)] == ["kept since 2024-01-01 00:00:00 UTC"] * 3
    clock.advance(timedelta(days=1))
    file.write_text("close\n5\n")
    assert pipeline.plan(path=file)["load"].why == "other content of 'path'"
    steps = [runs.noting("load", load, version="2"), runs.noting("clean", clean)]
    changed = DataPipeline("bars", steps, stores).plan(path=file)
    assert changed["load"].why == "the function or its parameters have changed; other content of 'path'"
    assert str(changed).splitlines()[0] == "bars"
    assert runs.taken() == ["load", "clean", "features"], "planning runs nothing"


def test_a_step_that_raises_is_named_and_the_ones_before_stay(stores: Stores, file: Path) -> None:
    runs = Runs()

    def broken(clean: pd.DataFrame) -> pd.DataFrame:
        raise KeyError("no such\ncolumn")

    steps = [runs.noting("load", load), runs.noting("clean", clean), runs.noting("features", broken)]
    with pytest.raises(StepError) as caught:
        DataPipeline("bars", steps, stores).run(path=file)
    assert str(caught.value).startswith("The step 'features' of the pipeline 'bars' failed: KeyError:")
    assert "\n" not in str(caught.value)
    assert (caught.value.step, type(caught.value.__cause__)) == ("features", KeyError)
    assert isinstance(caught.value, DataProcessingError)
    back = pickle.loads(pickle.dumps(caught.value))  # from a worker process
    assert (str(back), back.pipeline, back.step) == (str(caught.value), "bars", "features")
    runs.clear()
    bars(runs, stores).run(path=file)
    assert runs.taken() == ["features"]


def test_a_damaged_output_runs_again_with_a_warning(stores: Stores, file: Path) -> None:
    runs = Runs()
    pipeline = bars(runs, stores)
    result = pipeline.run(path=file)
    runs.clear()
    place = Path(stores.artifacts.locate(Tenant(), result.steps[1].digest))
    data = bytearray(place.read_bytes())
    data[-1] ^= 1
    place.write_bytes(data)
    with pytest.raises(IntegrityError):
        result["clean"]
    with pytest.warns(UserWarning, match="'clean' of the pipeline 'bars' is damaged or gone"):
        healed = pipeline.run(path=file)
    assert runs.taken() == ["clean"]
    assert len(healed["clean"]) == 2
    place.unlink()
    with pytest.warns(UserWarning, match="damaged or gone"):
        assert pipeline.plan(path=file)["clean"].cached is False
    with pytest.warns(UserWarning, match="damaged or gone"):
        pipeline.run(path=file)


def test_two_runs_at_once_are_harmless(stores: Stores, file: Path) -> None:
    meet = threading.Barrier(2, timeout=30)

    def together(load: pd.DataFrame) -> pd.DataFrame:
        meet.wait()
        return load

    pipeline = DataPipeline(
        "bars", [("load", load), PipelineStep("clean", together, version="1"), ("features", features)], stores
    )
    results: list[Any] = []
    threads = [threading.Thread(target=lambda: results.append(pipeline.run(path=file))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == 2
    pd.testing.assert_frame_equal(results[0].output, results[1].output)
    with stores.records.read(Tenant()) as records:
        assert records.count("pipeline_outputs") == 3


def test_tenants_share_nothing(stores: Stores, file: Path) -> None:
    runs = Runs()
    bars(runs, stores, tenant_id="a").run(path=file)
    bars(runs, stores, tenant_id="b").run(path=file)
    assert runs.taken() == ["load", "clean", "features"] * 2


def test_it_runs_on_postgresql(postgres_stores: Stores, file: Path) -> None:
    runs = Runs()
    for tenant in ("a", "b"):
        pipeline = bars(runs, postgres_stores, tenant_id=tenant)
        assert len(pipeline.run(path=file).output) == 2
        assert all(one.cached for one in pipeline.plan(path=file))
    assert runs.taken() == ["load", "clean", "features"] * 2
    assert bars(runs, postgres_stores, tenant_id="a").clear() == 3
    pipeline.run(path=file)
    assert runs.taken() == [], "another tenant's outputs stay"


def test_the_listener_hears_every_step(stores: Stores, file: Path) -> None:
    class Listener:
        heard: ClassVar[list[Any]] = []

        def stage(self, name: str) -> None:
            self.heard.append(name)

        def say(self, text: str) -> None:
            raise AssertionError(text)

        def advance(self, done: int, total: int) -> None:
            self.heard.append((done, total))

    bars(Runs(), stores, progress=Listener()).run(path=file)
    assert Listener.heard == ["load", (1, 3), "clean", (2, 3), "features", (3, 3)]


def test_clearing_forgets_this_pipeline_alone(stores: Stores, file: Path) -> None:
    runs = Runs()
    pipeline = bars(runs, stores)
    digests = {step.digest for step in pipeline.run(path=file).steps}
    other = DataPipeline("other", pipeline.steps[:1], stores)
    kept = other.run(path=file).steps[0].digest
    assert pipeline.clear() == 3
    assert {one for one in digests if stores.artifacts.exists(Tenant(), one)} == {kept}
    runs.clear()
    pipeline.run(path=file)
    assert runs.taken() == ["load", "clean", "features"]


class Between:
    """An artifact store that does something once, right after the first put."""

    def __init__(self, inner: Any, action: Callable[[], Any]) -> None:
        self._inner, self._action = inner, [action]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def put(self, tenant: Tenant, data: bytes) -> Any:
        digest = self._inner.put(tenant, data)
        if self._action:
            self._action.pop()()
        return digest


@pytest.mark.parametrize("gives", ["list", "parts"])
@pytest.mark.parametrize("where", ["sqlite", "postgresql"])
def test_clearing_another_pipeline_between_bytes_and_row(
    where: str, gives: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    stores = request.getfixturevalue("stores" if where == "sqlite" else "postgres_stores")

    def made() -> Any:
        return [1, 2] if gives == "list" else {"train": pd.DataFrame({"a": [1]}), "size": 2}

    steps = [PipelineStep("made", made, version="1")]
    first = DataPipeline("first", steps, stores)
    first.run()
    racing = dataclasses.replace(stores, artifacts=Between(stores.artifacts, first.clear))
    second = DataPipeline("second", steps, racing)
    result = second.run()
    assert len(result.output) == 2
    if gives == "parts":
        assert len(result.output["train"]) == 1
    assert second.run().steps[0].cached, "and it stays"
    assert first.clear() == 0, "it was cleared in between"


def test_clearing_spares_bytes_of_a_row_that_comes_while_it_clears(stores: Stores) -> None:
    steps = [PipelineStep("made", lambda: [1, 2], version="1")]
    second = DataPipeline("second", steps, stores)
    first = DataPipeline("first", steps, stores)
    first.run()
    records, begun = stores.records, [second.run]

    class Records:
        def __getattr__(self, name: str) -> Any:
            return getattr(records, name)

        @contextlib.contextmanager
        def begin(self, tenant: Tenant) -> Iterator[Any]:
            with records.begin(tenant) as inner:
                yield inner
            if begun:  # the rows of the first are gone, its bytes are not
                begun.pop()()

    racing: Any = dataclasses.replace(stores, records=Records())
    assert DataPipeline("first", steps, racing).clear() == 1
    assert second.run().steps[0].cached
    assert second.run().output == [1, 2]


def test_several_tables_from_one_step(stores: Stores) -> None:
    def split(rows: int) -> dict[str, Any]:
        frame = pd.DataFrame({"a": range(rows)})
        return {"train": frame[:2], "test": pl.DataFrame({"a": [1]}), "size": rows, "names": ["a"]}

    def count(split: dict[str, Any]) -> int:
        return len(split["train"]) + len(split["test"])

    with DataPipeline("parts", [("split", split), ("count", count)], stores) as pipeline:
        result = pipeline.run(rows=5)
        assert result.output == 3
        assert result["split"]["train"]["a"].tolist() == [0, 1]
        assert isinstance(result["split"]["test"], pl.DataFrame)
        assert (result["split"]["size"], result["split"]["names"]) == (5, ["a"])
        assert pipeline.run(rows=5)["count"] == 3
        assert pipeline.clear() == 2
    root = stores.home / "artifacts"
    assert not [one for one in root.rglob("*") if one.is_file()], "parts are forgotten too"


def test_inputs_under_other_names_and_defaults(stores: Stores) -> None:
    def double(frame: list[int], /, *, by: int = 2) -> list[int]:
        return [one * by for one in frame]

    steps: list[Any] = [
        ("load", lambda rows: list(range(rows))),
        PipelineStep("twice", double, inputs={"frame": "load"}),
        PipelineStep("thrice", double, inputs={"frame": "twice", "by": "factor"}),
    ]
    result = DataPipeline("names", steps, stores).run(rows=3, factor=3)
    assert dict(result) == {"load": [0, 1, 2], "twice": [0, 2, 4], "thrice": [0, 6, 12]}
    assert DataPipeline("names", steps, stores).run(rows=3).output == [0, 4, 8]


def test_what_is_refused(stores: Stores, file: Path) -> None:
    pipeline = bars(Runs(), stores)
    with pytest.raises(ParameterError, match="given with 'path' for the step 'load'"):
        pipeline.run()
    with pytest.raises(ParameterError, match=r"of the names path, window .* Got 'pth' instead"):
        pipeline.run(path=file, pth=1)
    with pytest.raises(ParameterError, match="a mapping of names"):
        pipeline.run([file])  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="made of plain values"):
        pipeline.run(path=object())
    for steps, words in (
        ([], "at least one step"),
        ([("a", load), ("a", load)], "of different names"),
        ([("clean", clean), ("load", load)], "'clean' takes 'load', which must come before it"),
        ([("load", lambda load: load)], "which must come before it"),
        (["load"], "pairs of a name and a function"),
        ([("../x", load)], "a name of 1 to 100"),
        ([("x", 5)], "a plain function"),
    ):
        with pytest.raises(ParameterError, match=words):
            DataPipeline("bad", steps, stores)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="named like its parameters"):
        PipelineStep("load", load, parameters={"window": 1})
    lock = threading.Lock()
    with pytest.raises(
        ParameterError, match=r"'version' parameter of the step 'a' must be given \(version='1'\)"
    ):
        DataPipeline("bad", [("a", lambda: lock.locked() or 1)], stores).run()
    for value in ({1: "a"}, object(), np.array([object()]), (one for one in "ab"), {"a": {2}}):
        odd: Any = [PipelineStep("a", lambda given=value: given, version="1")]
        with pytest.raises(StepError, match="gave what cannot be kept"):
            DataPipeline("bad", odd, stores).run()


# -- the law: exactly what depends on a change runs again, and every output is what a plain run would give --------


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw some runs of pipelines over the same step names: sources, constants and inputs vary."""
    count = draw(st.integers(1, 5))
    runs = []
    for _ in range(draw(st.integers(2, 5))):
        steps = []
        for number in range(count):
            earlier = [f"s{i}" for i in range(number)] + ["x", "y"]
            sources = draw(st.lists(st.sampled_from(earlier), unique=True, max_size=2))
            steps.append((f"s{number}", sources, draw(st.integers(0, 1)), draw(st.integers(1, 3))))
        runs.append({"steps": steps, "x": draw(st.integers(0, 2)), "y": draw(st.integers(0, 2))})
    return runs


def make(name: str, sources: list[str], constant: int, modulus: int) -> Any:
    values = ", ".join([*sources, str(constant)])
    scope: dict[str, Any] = {}
    exec(f"def {name}({', '.join(sources)}): return sum([{values}]) % {modulus}", scope)
    return scope[name]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
def test_exactly_what_depends_on_a_change_runs_again(stores: Stores, history: list[dict[str, Any]]) -> None:
    DataPipeline("law", [("s0", lambda: 0)], stores).clear()
    seen: set[Any] = set()
    for run in history:
        steps = [(step[0], make(*step)) for step in run["steps"]]
        wanted = {source for _, sources, _, _ in run["steps"] for source in sources} & {"x", "y"}
        given_inputs = {name: run[name] for name in wanted}
        expected: dict[str, int] = dict(given_inputs)
        to_run = []
        for name, sources, constant, modulus in run["steps"]:
            values = tuple(sorted((source, expected[source]) for source in sources))
            key = (name, tuple(sources), constant, modulus, values)
            if key not in seen:
                to_run.append(name)
            seen.add(key)
            expected[name] = (sum(expected[source] for source in sources) + constant) % modulus
        result = DataPipeline("law", steps, stores).run(given_inputs)
        assert {**given_inputs, **result} == expected
        assert [step.name for step in result.steps if not step.cached] == to_run
