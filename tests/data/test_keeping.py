from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ml_analytics.core.errors import ParameterError
from ml_analytics.core.tenant import Tenant
from ml_analytics.data import MLDataManager, keeping
from ml_analytics.stores import Stores, open_stores


class TooLargeError(ParameterError):
    def __init__(self, document_id: str) -> None:
        super().__init__("The document is too large.")
        self.document_id = document_id


class Small:
    """Documents of a store that holds no long texts."""

    def __init__(self, inner: Any, named: bool = True) -> None:
        self._inner, self._named = inner, named

    def collection(self, tenant: Tenant, name: str) -> Any:
        inner, named = self._inner.collection(tenant, name), self._named

        class Collection:
            def __getattr__(self, name: str) -> Any:
                return getattr(inner, name)

            def insert_new(self, documents: Iterable[Mapping[str, Any]], *, pending: bool = False) -> Any:
                given = list(documents)
                for one in given:
                    if len(one["raw_content"]["body"]) > 5:
                        raise TooLargeError(one["_id"] if named else "of nobody")
                return inner.insert_new(given, pending=pending)

        return Collection()


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(tmp_path) as opened:
        yield opened


def texts(*bodies: str) -> pd.DataFrame:
    times = pd.date_range("2024-01-01", periods=len(bodies), freq="h", tz="UTC")
    return pd.DataFrame({"timestamp": times, "body": list(bodies)})


def test_a_document_too_large_is_set_aside_and_the_rest_goes_on(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "BATCH", 3)
    documents: Any = Small(stores.documents)
    manager = MLDataManager(dataclasses.replace(stores, documents=documents))
    frame = texts("a", "too long", "b", "much too long", "c", "d", "e")
    for added, quarantined in ((5, 2), (0, 0)):
        report = manager.ingest(frame, source="s", data_type="text")
        assert (report.added, report.quarantined, report.total) == (added, quarantined, 7)
        assert report.added + report.known + report.quarantined == report.total
    held = manager.quarantine("text")
    assert sorted(one["raw_content"]["body"] for one in held["document"]) == ["much too long", "too long"]
    assert set(held["reason"]) == {"refused: The document is too large."}
    assert len(manager.quarantine(reason="refused")) == 2
    assert manager.replay().rejected == 2
    report_cut = manager.replay(
        correct=lambda one: {**one, "raw_content": {"body": one["raw_content"]["body"][:4]}}
    )
    assert report_cut.replayed == 2
    found = manager.fetch_training_data_sync("text")["raw_content"]
    assert [one["body"] for one in found] == ["a", "too ", "b", "much", "c", "d", "e"]


def test_a_refusal_that_names_no_row_is_the_callers(stores: Stores) -> None:
    documents: Any = Small(stores.documents, named=False)
    manager = MLDataManager(dataclasses.replace(stores, documents=documents))
    with pytest.raises(ParameterError, match="too large"):
        manager.ingest(texts("a", "too long"), source="s", data_type="text")
    assert manager.quarantine().empty


def test_what_is_ingested_waits(stores: Stores) -> None:
    manager = MLDataManager(stores)
    manager.ingest(texts("a", "b"), source="s", data_type="text")
    collection = stores.documents.collection(Tenant(), "text")
    assert len(list(collection.pending())) == 2
    collection.acknowledge(one["_id"] for one in collection.find())
    manager.ingest(texts("a", "b"), source="s", data_type="text")
    assert list(collection.pending()) == [], "a known document does not wait again"
