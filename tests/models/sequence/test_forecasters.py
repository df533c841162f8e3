"""The next value of a series, by networks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics import ParameterError, PredictionError
from ml_analytics.core.canonical import canonical_json, sha256
from ml_analytics.core.errors import ModelLoadError
from ml_analytics.models import dump_model, load_model
from ml_analytics.models.archive import pack, unpack
from ml_analytics.models.arrays import array_to_bytes
from ml_analytics.models.formats import _MANIFEST
from ml_analytics.models.sequence import LSTMForecaster, TransformerForecaster
from ml_analytics.models.state import read_json


@pytest.fixture(scope="module")
def rhythm() -> pd.DataFrame:
    """Make a series whose next value follows from the last three, on a high level."""
    return pd.DataFrame({"other": np.zeros(240), "price": 1000.0 + np.tile([0.0, 1.0, 5.0, 2.0], 60)})


@pytest.mark.parametrize("family", [LSTMForecaster, TransformerForecaster])
def test_a_rhythm_is_learnt(family: Any, rhythm: pd.DataFrame) -> None:
    model = family(
        target="price", sequence_length=4, hidden_size=16, num_layers=1, epochs=40, learning_rate=0.02
    ).fit(rhythm)
    found = model.predict(rhythm)
    assert np.abs(found[4:-1] - rhythm["price"].to_numpy()[5:]).max() < 0.5
    assert model.score(rhythm) > 0.95
    assert model.score(rhythm[:-1], rhythm["price"][1:]) == pytest.approx(model.score(rhythm))


def test_what_was_not_learnt_is_as_now(rhythm: pd.DataFrame) -> None:
    walk = pd.DataFrame({"price": 100 + np.random.default_rng(0).normal(size=300).cumsum()})
    model = LSTMForecaster(sequence_length=4, hidden_size=8, num_layers=1, epochs=5).fit(walk)
    assert np.abs(model.predict(walk) - walk["price"]).max() < 1.0  # a deviation of the steps
    assert abs(model.score(walk)) < 0.1


def test_the_table_alone_is_learnt_from_and_the_target_is_kept(rhythm: pd.DataFrame) -> None:
    model = LSTMForecaster(sequence_length=2, hidden_size=4, num_layers=1, epochs=1)
    assert model.train(rhythm, target="price").get_params()["target"] == "price"
    with pytest.raises(ParameterError, match=r"'target'.*must be a column of X"):
        LSTMForecaster(target="absent").fit(rhythm)
    with pytest.raises(ParameterError, match="one series"):
        LSTMForecaster().fit(np.zeros((5, 4, 3)))
    with pytest.raises(ParameterError, match="at least 3 rows"):
        LSTMForecaster().fit(rhythm[:2])


# -- many steps --------------------------------------------------------------------------------------

TINY: dict[str, Any] = {"sequence_length": 4, "hidden_size": 8, "num_layers": 1, "epochs": 3}


def walk(rows: int, seed: int = 0) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    index = pd.date_range("2024-01-01", periods=rows, freq="h", tz="UTC")
    return pd.DataFrame(
        {"other": generator.normal(size=rows), "y": generator.normal(size=rows).cumsum()}, index
    )


@pytest.mark.parametrize("family", [LSTMForecaster, TransformerForecaster])
def test_forecasts_are_predictions_fed_back_in_by_hand(family: Any) -> None:
    X = walk(120)
    model = family(target="y", **TINY).fit(X)
    table = model.forecast(X, 6)
    assert table.index.equals(pd.date_range(X.index[-1], periods=7, freq="h", name="time")[1:])
    grown = X.copy()
    for time in table.index:
        grown.loc[time] = [X["other"].iloc[-1], model.predict(grown)[-1]]
    np.testing.assert_allclose(table["mean"], grown["y"][120:], rtol=1e-9)
    pd.testing.assert_series_equal(model.forecast(X, 6, level=())["mean"], table["mean"])
    inside = table["lower_95"] <= table["lower_80"], table["upper_80"] <= table["upper_95"]
    assert all(one.all() for one in inside)
    pd.testing.assert_frame_equal(load_model(dump_model(model)).forecast(X, 6), table)


def test_a_rhythm_is_continued(rhythm: pd.DataFrame) -> None:
    model = LSTMForecaster(
        target="price", sequence_length=4, hidden_size=16, num_layers=1, epochs=40, learning_rate=0.02
    ).fit(rhythm[:220])
    ahead = model.forecast(rhythm[:220], 20)
    assert ahead.index.tolist() == list(range(1, 21))
    assert np.abs(ahead["mean"].to_numpy() - rhythm["price"][220:].to_numpy()).max() < 1.0


def test_errors_are_those_of_the_rows_that_were_held_out() -> None:
    X = walk(120)
    for refit in (False, True):
        model = LSTMForecaster(target="y", **TINY, refit=refit).fit(X)
        assert len(model.errors_) == int(119 * 0.2)
        if not refit:
            missed = X["y"].to_numpy()[1:] - model.predict(X)[:-1]
            np.testing.assert_allclose(model.errors_, missed[-len(model.errors_) :], atol=1e-9)
    everything = LSTMForecaster(target="y", **TINY, validation_fraction=0.0).fit(X)
    assert len(everything.errors_) == 119


def test_intervals_of_a_random_walk_cover_what_they_say() -> None:
    inside = []
    for seed in range(6):
        X = walk(330, seed)[["y"]]
        table = LSTMForecaster(**TINY, validation_fraction=0.4).fit(X[:320]).forecast(X[:320], 6, level=0.8)
        truth = X["y"][320:326]
        inside.append(((table["lower_80"] <= truth) & (truth <= table["upper_80"])).mean())
    assert 0.6 < np.mean(inside) < 0.95


def test_times_may_be_a_column_or_text_and_are_not_learnt_from() -> None:
    X = walk(90)
    column = X.assign(time=X.index).reset_index(drop=True)
    text = column.assign(time=column["time"].map(lambda one: one.isoformat()))
    expected = LSTMForecaster(target="y", **TINY).fit(X).forecast(X, 3)
    for table in (column, text):
        model = LSTMForecaster(target="y", **TINY).fit(table)
        pd.testing.assert_frame_equal(load_model(dump_model(model)).forecast(table, 3), expected)
    with pytest.raises(PredictionError, match="time order"):
        model.forecast(column[::-1], 3)


def test_a_file_without_times_and_errors_still_answers() -> None:
    """As they were written before there were many steps."""
    X = walk(90).reset_index(drop=True)
    model = LSTMForecaster(target="y", **TINY).fit(X)
    before = crafted(dump_model(model), {"series.json": None, "errors_.npy": None})
    again = load_model(before)
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    assert isinstance(again, LSTMForecaster)
    pd.testing.assert_frame_equal(again.forecast(X, 3, level=()), model.forecast(X, 3, level=()))
    with pytest.raises(PredictionError, match="stored without the errors"):
        again.forecast(X, 3)


@pytest.mark.parametrize(
    "change",
    [
        {
            "series.json": b'{"target": "other", "clock": {"unit": "rows", "length": 1, "origin": 0}, "start": 0}'
        },
        {"series.json": b'{"target": "y", "clock": {}, "start": 0}'},
        {"errors_.npy": array_to_bytes(np.array([np.nan]))},
        {"errors_.npy": array_to_bytes(np.zeros(0))},
        {"errors_.npy": array_to_bytes(np.zeros((2, 2)))},
        {"errors_.npy": array_to_bytes(np.zeros(3, dtype=np.int64))},
    ],
)
def test_crafted_files_are_refused(change: dict[str, bytes | None]) -> None:
    data = dump_model(LSTMForecaster(target="y", **TINY).fit(walk(60)))
    assert load_model(crafted(data, {})).is_fitted
    with pytest.raises(ModelLoadError):
        load_model(crafted(data, change))


def crafted(data: bytes, change: dict[str, bytes | None]) -> bytes:
    """Return a model file with other parts, its digests right."""
    files = unpack(data, _MANIFEST)
    manifest = read_json(files.pop(_MANIFEST))
    kept = {name: one for name, one in {**files, **change}.items() if one is not None}
    manifest["files"] = {name: {"sha256": sha256(one), "size": len(one)} for name, one in kept.items()}
    return pack({**kept, _MANIFEST: canonical_json(manifest).encode()})
