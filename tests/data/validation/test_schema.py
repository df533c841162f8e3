"""Schemas of pandera become findings with rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core import optional
from ml_analytics.core.errors import MissingExtraError, ParameterError
from ml_analytics.data import DataValidator
from ml_analytics.data.validation import Severity

VALIDATE = DataValidator()


class Ticket(pa.DataFrameModel):
    """A model as users write them."""

    age: float = pa.Field(ge=0, le=120, nullable=True)
    kind: str = pa.Field(isin=["a", "b"])


def schema(**about: Any) -> pa.DataFrameSchema:
    return pa.DataFrameSchema({"age": pa.Column(float, pa.Check.in_range(0, 120), nullable=True)}, **about)


def found(frame: Any, of: Any) -> list[Any]:
    return [one for one in VALIDATE.validate_table(frame, schema=of).findings if one.rule == "schema"]


@settings(max_examples=40, deadline=None)
@given(ages=st.lists(st.one_of(st.just(float("nan")), st.floats(-200, 300)), min_size=1, max_size=20))
def test_the_rows_of_every_breach(ages: list[float]) -> None:
    frame = pd.DataFrame({"age": ages, "kind": "a"}, index=[7] * len(ages))
    bad = [row for row, age in enumerate(ages) if age == age and not 0 <= age <= 120]
    for of in (schema(), Ticket):
        report = VALIDATE.validate_table(frame, schema=of)
        assert list(report.rejected) == bad
        assert report.ok is not bool(bad)
    as_polars = VALIDATE.validate_table(pl.from_pandas(frame), schema=schema())
    assert list(as_polars.rejected) == bad


def test_all_failures_are_collected() -> None:
    frame = pd.DataFrame({"age": [1.0, -5.0, 500.0], "kind": ["a", "x", None]})
    report = VALIDATE.validate_table(frame, schema=Ticket)
    sentences = " ".join(one.sentence for one in report.findings if one.rule == "schema")
    for word in (
        "greater_than_or_equal_to(0",
        "less_than_or_equal_to(120",
        "isin",
        "not_nullable",
        "'kind'",
        "'age'",
    ):
        assert word in sentences
    assert list(report.rejected) == [1, 2]
    assert "schema" in report.rules


def test_what_concerns_no_row() -> None:
    (absent,) = found(pd.DataFrame({"other": [1, 2]}), schema())
    assert absent.severity is Severity.ERROR and absent.rows.size == 0 and "age" in absent.sentence
    (wrong,) = found(pd.DataFrame({"age": ["1", "2"]}), pa.DataFrameSchema({"age": pa.Column(float)}))
    assert wrong.rows.size == 0 and "'age'" in wrong.sentence
    (extra,) = found(pd.DataFrame({"age": [1.0, 2.0], "more": [1, 2]}), schema(strict=True))
    assert "more" in extra.sentence


def test_checks_of_the_whole_table_and_warnings() -> None:
    frame = pd.DataFrame({"age": [1.0, 30.0, 2.0], "limit": [5.0, 5.0, 5.0]})
    whole = pa.Check(lambda table: table["age"] <= table["limit"], name="within_limit")
    (one,) = found(frame, schema(checks=whole))
    assert one.rows.tolist() == [1] and "within_limit" in one.sentence
    soft = pa.DataFrameSchema({"age": pa.Column(float, pa.Check.lt(10, raise_warning=True))})
    (one,) = found(frame, soft)
    assert one.severity is Severity.WARNING and VALIDATE.validate_table(frame, schema=soft).ok


def test_an_index_that_the_schema_judges() -> None:
    of = pa.DataFrameSchema({"age": pa.Column(float, pa.Check.gt(0))}, index=pa.Index(str))
    (one,) = found(pd.DataFrame({"age": [1.0, -1.0, 2.0]}, index=["a", "b", "c"]), of)
    assert one.rows.tolist() == [1]


def test_nothing_is_changed_where_a_schema_coerces() -> None:
    frame = pd.DataFrame({"age": ["1", "2"]})
    assert found(frame, schema(coerce=True)) == []
    assert frame["age"].tolist() == ["1", "2"]


def test_a_schema_that_is_none_and_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pd.DataFrame({"age": [1.0, np.nan]})
    for bad in ({"age": float}, "schema", int):
        with pytest.raises(ParameterError, match="'schema'"):
            VALIDATE.validate_table(frame, schema=bad)

    def absent(name: str) -> Any:
        raise ModuleNotFoundError(f"No module named '{name}'", name=name)

    monkeypatch.setattr(optional, "import_module", absent)
    with pytest.raises(MissingExtraError, match=r"ml-analytics\[pandera\]"):
        VALIDATE.validate_table(frame, schema=schema())
    assert VALIDATE.validate_table(frame).ok, "without a schema nothing needs the extra"
