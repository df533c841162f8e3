from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import exc

from ml_analytics.core.errors import (
    ConflictError,
    MLFrameworkError,
    NotFoundError,
    ParameterError,
    StoreError,
)
from ml_analytics.stores.failures import translated


def original(text: str, kind: type[sqlite3.Error] = sqlite3.OperationalError) -> sqlite3.Error:
    return kind(text)


@pytest.mark.parametrize(
    ("error", "ours", "says"),
    [
        (exc.IntegrityError("INSERT x", {}, original("UNIQUE constraint failed")), ConflictError, "exists already"),
        (exc.IntegrityError("INSERT x", {}, original("FOREIGN KEY constraint")), ConflictError, "refers to"),
        (exc.IntegrityError("INSERT x", {}, original("NOT NULL constraint")), ConflictError, "lacks a value"),
        (exc.DataError("INSERT x", {}, original("too long\nDETAIL: x")), ParameterError, "too long"),
        (exc.OperationalError("SELECT x", {}, original("gone\nCONTEXT: y")), StoreError, "gone"),
        (exc.StatementError("m", "SELECT x", {}, NotFoundError("inner")), NotFoundError, "inner"),
        (exc.TimeoutError("QueuePool limit"), StoreError, "busy; try again"),
        (exc.ResourceClosedError("This Connection is closed"), StoreError, "is closed"),
    ],
)  # fmt: skip
def test_each_becomes_one_sentence(error: Exception, ours: type[MLFrameworkError], says: str) -> None:
    with pytest.raises(ours, match=says) as raised, translated("here.db"):
        raise error
    sentence = str(raised.value)
    assert "\n" not in sentence and "INSERT" not in sentence and "SELECT" not in sentence
    assert raised.value.__cause__ is error


def test_other_errors_pass() -> None:
    with pytest.raises(ZeroDivisionError), translated("here.db"):
        _ = 1 / 0
