"""Native or compiled by the size of the batch: measured with a clock that the test winds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics import MLFrameworkError
from ml_analytics.models import BaseModel, FastestPredictor, ModelFactory, OnnxPredictor, compile_onnx
from ml_analytics.models.fastest import LONGEST, MARGIN, REPEATS, SIZES, Speed, measure_speed


class Wound:
    """A clock that stands still until a watched model is asked; then it goes on by the cost of the batch."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def slow(self, model: Any, cost: Callable[[int], float], asked: list[int]) -> None:
        for name in ("predict", "predict_proba"):
            if hasattr(model, name):
                self._watch(model, name, cost, asked)

    def _watch(self, model: Any, name: str, cost: Callable[[int], float], asked: list[int]) -> None:
        known = getattr(model, name)

        def ask(X: Any) -> Any:
            asked.append(len(X))
            self.now += cost(len(X))
            return known(X)

        setattr(model, name, ask)


def both(model: BaseModel, table: pd.DataFrame) -> tuple[OnnxPredictor, BaseModel]:
    onnx = compile_onnx(model, table).onnx
    assert onnx is not None and model.signature is not None
    return OnnxPredictor(onnx, model.signature), model


def timed(
    model: BaseModel,
    table: pd.DataFrame,
    compiled_cost: Callable[[int], float],
    native_cost: Callable[[int], float],
) -> tuple[Speed, list[int]]:
    compiled, native = both(model, table)
    clock, asked = Wound(), list[int]()
    clock.slow(compiled, compiled_cost, asked)
    clock.slow(native, native_cost, asked)
    return measure_speed(compiled, native, table, clock=clock), asked


def test_the_crossing_is_where_the_costs_cross(boosted: BaseModel, table: pd.DataFrame) -> None:
    speed, asked = timed(boosted, table, lambda rows: rows * 1e-7, lambda rows: 1e-5 + rows * 1e-8)
    # 1e-7 n = MARGIN (1e-5 + 1e-8 n)
    assert speed.native_from == int(np.ceil(MARGIN * 1e-5 / (1e-7 - MARGIN * 1e-8)))
    assert sorted(set(asked)) == list(SIZES)
    assert len(asked) == 2 * REPEATS * len(SIZES)


def test_slow_models_are_not_asked_for_large_batches(boosted: BaseModel, table: pd.DataFrame) -> None:
    speed, asked = timed(
        boosted, table, lambda rows: 1e-6, lambda rows: LONGEST * (1.5 if rows > 1 else 0.01)
    )
    assert max(asked) == SIZES[1]
    # the native one was asked once for each size: a single call took longer than it may
    assert len(asked) == 3 * REPEATS + 1
    assert speed.native_from is None


def test_the_better_one_everywhere_is_asked_everywhere(boosted: BaseModel, table: pd.DataFrame) -> None:
    assert timed(boosted, table, lambda rows: 1e-5, lambda rows: 1e-3)[0].native_from is None
    assert timed(boosted, table, lambda rows: 1e-3, lambda rows: 1e-5)[0].native_from == 1
    # As fast is not worth a second model in memory.
    assert timed(boosted, table, lambda rows: 1e-3, lambda rows: 1e-3)[0].native_from is None


@given(
    times=st.lists(st.tuples(st.floats(1e-7, 10), st.floats(1e-7, 10)), min_size=1, max_size=4),
)
def test_from_the_crossing_on_the_native_model_was_faster_at_every_measured_size(
    times: list[tuple[float, float]],
) -> None:
    speed = Speed(tuple((size, *pair) for size, pair in zip(SIZES, times, strict=False)))
    start = speed.native_from
    for size, compiled, native in speed.measured:
        if start is not None and size >= start:
            assert native < compiled
    last = speed.measured[-1]
    assert (start is None) == (last[1] <= last[2] * MARGIN)
    assert Speed.from_json(speed.to_json()) == speed


@pytest.mark.parametrize("kind", ["frame", "array", "float32", "list"])
def test_small_batches_go_to_the_compiled_model_and_large_ones_to_the_native(
    boosted: BaseModel, table: pd.DataFrame, kind: str
) -> None:
    compiled, native = both(boosted, table)
    asked: dict[str, list[int]] = {"compiled": [], "native": []}
    clock = Wound()
    clock.slow(compiled, lambda rows: 0.0, asked["compiled"])
    clock.slow(native, lambda rows: 0.0, asked["native"])
    fastest = FastestPredictor(compiled, native, native_from=10)
    tables: dict[str, Any] = {
        "frame": table,
        "array": table.to_numpy(),
        "float32": table.to_numpy(np.float32),
        "list": table.to_numpy().tolist(),
    }
    for rows in (1, 9, 10, 80):
        part = tables[kind][:rows]
        assert fastest.predict(part).tolist() == compiled.predict(part).tolist()
        np.testing.assert_allclose(fastest.predict_proba(part), compiled.predict_proba(part), atol=1e-5)
    # twice by the test itself
    assert asked == {"compiled": [1] * 4 + [9] * 4 + [10] * 2 + [80] * 2, "native": [10] * 2 + [80] * 2}


def test_input_that_does_not_fit_is_refused_by_both(boosted: BaseModel, table: pd.DataFrame) -> None:
    fastest = FastestPredictor(*both(boosted, table), native_from=2)
    for rows in (1, 5):
        for wrong in (
            np.zeros((rows, 2)),
            np.full((rows, 3), np.inf),
            table[["a", "b"]][:rows],
            np.zeros(rows),
        ):
            with pytest.raises(MLFrameworkError):
                fastest.predict(wrong)
    with pytest.raises(MLFrameworkError):
        fastest.predict(7)


def test_scores_of_anomalies_come_from_whichever_has_them(table: pd.DataFrame) -> None:
    model = ModelFactory.create("isolation_forest", n_estimators=20).fit(table)
    compiled, native = both(model, table)
    fastest = FastestPredictor(compiled, native, native_from=10)
    for rows in (3, 80):
        np.testing.assert_allclose(
            fastest.score_samples(table[:rows]), model.score_samples(table[:rows]), atol=1e-6
        )
        found = fastest.predict(table[:rows])
        assert found.dtype == np.int64
        assert found.tolist() == model.predict(table[:rows]).tolist()


def test_compiling_measures_with_the_clock_it_is_given(table: pd.DataFrame, boosted: BaseModel) -> None:
    ticks = iter(range(10_000))
    result = compile_onnx(boosted, table, clock=lambda: float(next(ticks)))
    assert result.speed is not None
    # every call takes one tick, longer than any call should: one size, and no reason to go native
    assert result.speed.measured == ((1, 1.0, 1.0),)
    assert "natively" not in result.note


def test_the_note_says_from_where_on_native_answers(
    table: pd.DataFrame, boosted: BaseModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ml_analytics.models.compile.measure_speed", lambda *_, **__: Speed(((1, 2.0, 1.0),)))
    assert compile_onnx(boosted, table).note.endswith(
        "Batches of 1 rows and more are answered natively, which is faster there."
    )


def test_a_regressor_is_asked_for_numbers(table: pd.DataFrame) -> None:
    model = ModelFactory.create("linear").fit(table, table["a"])
    speed, asked = timed(model, table, lambda rows: 1e-3, lambda rows: 1e-5)
    assert speed.native_from == 1
    assert asked
