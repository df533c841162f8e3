from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ml_analytics.core.errors import IntegrityError
from ml_analytics.core.tenant import Tenant
from ml_analytics.registry import audit
from ml_analytics.stores import Stores, open_stores

NOW = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    opened = open_stores(tmp_path)
    with opened.records.begin(Tenant()) as records:
        for i in range(4):
            audit.append(records, NOW, "someone", "act", f"thing {i}", {"i": i})
    return opened


def test_the_chain_holds(stores: Stores) -> None:
    with stores.records.read(Tenant()) as records:
        assert [one.seq for one in audit.entries(records)] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "change", [{"actor": "other"}, {"detail": {"i": 9}}, {"subject": "x"}, {"hash": "0" * 64}]
)
def test_an_edited_entry_is_found(stores: Stores, change: dict[str, object]) -> None:
    with stores.records.begin(Tenant()) as records:
        records.update("audit", {"seq": 2}, change)
    with stores.records.read(Tenant()) as records, pytest.raises(IntegrityError, match="entry 2"):
        audit.entries(records)


def test_a_removed_entry_is_found(stores: Stores) -> None:
    with stores.records.begin(Tenant()) as records:
        records.delete("audit", {"seq": 3})
    with stores.records.read(Tenant()) as records, pytest.raises(IntegrityError, match="entry 3"):
        audit.entries(records)
