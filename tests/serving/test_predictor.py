from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml_analytics.core.errors import (
    ConflictError,
    ModelNotFoundError,
    ParameterError,
    PredictionError,
    StoreError,
    TenantError,
)
from ml_analytics.core.values import PREDICTIONS, Prediction
from ml_analytics.models import BaseModel, ModelFactory
from ml_analytics.serving import ModelManager, Predictor
from ml_analytics.stores import MemoryCache, Stores


@pytest.fixture
def predictor(stores: Stores, model: BaseModel, rows: pd.DataFrame) -> Predictor:
    manager = ModelManager(stores, tenant_id="tenant_123")
    manager.registry.register_model("ticket_classifier", model, sample=rows)
    return Predictor(manager, cache=MemoryCache(1 << 20), tenant_id="tenant_123")


def logged(predictor: Predictor) -> list[Prediction]:
    found = predictor.manager.stores.documents.collection(predictor.tenant, PREDICTIONS).find()
    return [Prediction.from_document(one) for one in found]


def test_seed_quick_start(predictor: Predictor, rows: pd.DataFrame) -> None:
    model = predictor.manager.load_model("ticket_classifier")
    assert predictor.predict(model, rows.iloc[0]) in ("up", "down")
    assert predictor.predict_proba(model, rows).shape == (60, 2)
    batch = predictor.predict_batch(model=model, input_batch=[rows.iloc[0], rows.iloc[1], rows.iloc[2]])
    assert batch == predictor.predict(model, rows.head(3)).tolist()


def test_one_row_in_every_shape(predictor: Predictor, rows: pd.DataFrame) -> None:
    row = rows.iloc[7]
    shapes = [row, row.to_dict(), row.to_numpy(), row.tolist(), rows.iloc[[7]], rows.iloc[[7]].to_numpy()]
    answers = {str(np.ravel(predictor.predict("ticket_classifier", shape))[0]) for shape in shapes}
    assert len(answers) == 1


def test_every_prediction_is_logged_also_from_the_cache(predictor: Predictor, rows: pd.DataFrame) -> None:
    for _ in range(3):
        predictor.predict("ticket_classifier", rows.iloc[0], use_cache=True)
    assert len(logged(predictor)) == 3
    assert len({one.id for one in logged(predictor)}) == 3
    assert logged(predictor)[0].inputs == pytest.approx(rows.iloc[0].to_dict())


def test_a_log_that_cannot_be_written_means_no_answer(
    predictor: Predictor, rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(Predictor, "_write", full)
    with pytest.raises(StoreError):
        predictor.predict("ticket_classifier", rows.iloc[0])


def test_ids_and_times_name_the_rows_and_a_replay_is_logged_once(
    predictor: Predictor, rows: pd.DataFrame
) -> None:
    start = datetime(2018, 1, 1, tzinfo=UTC)
    times = [start + timedelta(days=i) for i in range(4)]
    ids = [f"bar-{i}" for i in range(4)]
    for _ in range(2):
        predictor.answer("ticket_classifier", rows.head(4), ids=ids, times=times, entity="SP500")
    assert [(one.id, one.time, one.entity) for one in logged(predictor)] == [
        (name, moment, "SP500") for name, moment in zip(ids, times, strict=True)
    ]


def test_an_id_for_another_question_is_a_conflict_and_nothing_is_lost(
    predictor: Predictor, rows: pd.DataFrame
) -> None:
    moment = [datetime(2018, 1, 1, tzinfo=UTC)]
    predictor.answer("ticket_classifier", rows.iloc[[0]], ids=["x"], times=moment)
    with pytest.raises(ConflictError, match="'x'"):
        predictor.answer("ticket_classifier", rows.iloc[[1]], ids=["x"], times=moment)
    predictor.answer("ticket_classifier", rows.iloc[[0]], ids=["x"])  # a retry that lost its answer
    assert [one.inputs["a"] for one in logged(predictor)] == [rows["a"].iloc[0]]


@pytest.mark.parametrize("ids", [["a"], ["a", "a", "b"]])
def test_ids_are_one_per_row_and_unique(predictor: Predictor, rows: pd.DataFrame, ids: list[str]) -> None:
    with pytest.raises(ParameterError, match="ids"):
        predictor.answer("ticket_classifier", rows.head(3), ids=ids)


def test_the_cache_gives_the_same_answer_for_the_same_input(predictor: Predictor, rows: pd.DataFrame) -> None:
    first = predictor.predict("ticket_classifier", rows, use_cache=True)
    assert predictor.predict("ticket_classifier", rows, use_cache=True).tolist() == first.tolist()
    assert predictor.predict("ticket_classifier", rows, use_cache=False).tolist() == first.tolist()


def test_the_cache_is_not_shared_between_tenants_or_versions(stores: Stores, rows: pd.DataFrame) -> None:
    cache = MemoryCache(1 << 20)
    answers = {}
    for tenant, label in (("a", "yes"), ("b", "no")):
        manager = ModelManager(stores, tenant_id=tenant)
        for turn in ("1", "2"):
            y = [label + turn] * 40 + ["other"] * 20
            manager.registry.register_model(
                "m", ModelFactory.create("dummy").fit(rows, y), version=f"{turn}.0.0"
            )
            predictor = Predictor(manager, cache=cache)
            row = rows.iloc[0]
            answers[tenant, turn] = [predictor.predict("m", row, version=f"{turn}.0.0") for _ in range(2)]
    assert answers == {
        ("a", "1"): ["yes1"] * 2,
        ("a", "2"): ["yes2"] * 2,
        ("b", "1"): ["no1"] * 2,
        ("b", "2"): ["no2"] * 2,
    }


def test_bad_input_is_one_sentence(predictor: Predictor, rows: pd.DataFrame) -> None:
    bad: list[object] = [
        rows.drop(columns="a"),
        rows.assign(d=1.0),
        rows.assign(a=np.nan),
        rows.assign(a=np.inf),
        rows.assign(a="0.9"),
        rows.assign(a=True),
        rows.assign(a=1e308),
        rows.head(0),
        np.zeros((2, 5)),
    ]
    for table in bad:
        with pytest.raises(PredictionError) as error:
            predictor.predict("ticket_classifier", table)
        assert str(error.value).count("\n") == 0
    assert logged(predictor) == []


def test_columns_in_another_order_are_put_right(predictor: Predictor, rows: pd.DataFrame) -> None:
    expected = predictor.predict("ticket_classifier", rows)
    assert predictor.predict("ticket_classifier", rows[["c", "a", "b"]]).tolist() == expected.tolist()


def test_unknown_models_tenants_and_batch_sizes(predictor: Predictor, rows: pd.DataFrame) -> None:
    with pytest.raises(ModelNotFoundError):
        predictor.predict("nothing", rows)
    with pytest.raises(TenantError):
        Predictor(predictor.manager, tenant_id="another")
    with pytest.raises(ParameterError, match="batch_size"):
        predictor.predict_batch("ticket_classifier", rows, batch_size=0)


def test_many_rows_in_every_shape(predictor: Predictor, rows: pd.DataFrame) -> None:
    part = rows.head(3)
    shapes = [
        part.to_numpy(),
        part.to_numpy().tolist(),
        list(part.to_numpy()),
        [row for _, row in part.iterrows()],
        part.to_dict(orient="records"),
        part.to_dict(orient="list"),
        pl.from_pandas(part),
    ]
    wanted = predictor.predict("ticket_classifier", part).tolist()
    for shape in shapes:
        assert predictor.predict("ticket_classifier", shape).tolist() == wanted
        assert predictor.predict_batch("ticket_classifier", shape, batch_size=2) == wanted


def test_rows_of_mixed_values_keep_their_types(stores: Stores, rows: pd.DataFrame) -> None:
    table = rows.assign(site=np.where(rows["b"] > 0, "Pune", "Berlin"))
    model = ModelFactory.create("table_classifier").fit(table, np.where(rows["a"] > 0, "up", "down"))
    manager = ModelManager(stores)
    manager.registry.register_model("mixed", model)
    predictor = Predictor(manager)
    wanted = model.predict(table.head(4)).tolist()
    assert predictor.predict_batch("mixed", table.head(4).to_numpy().tolist(), 3) == wanted
    row = table.iloc[0]
    for shape in (row, row.to_dict(), row.tolist(), row.to_numpy()):
        assert predictor.predict("mixed", shape) == wanted[0]
