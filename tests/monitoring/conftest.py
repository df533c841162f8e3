"""A real embedded store and a log to fill."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ml_analytics.core.tenant import Tenant
from ml_analytics.core.values import PREDICTIONS, Prediction
from ml_analytics.stores import Stores, open_stores

Log = Callable[..., list[str]]


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(tmp_path) as opened:
        yield opened


@pytest.fixture
def log(stores: Stores) -> Log:
    """Log daily predictions: log(outputs, model_id=…, …) -> their ids."""

    def write(
        outputs: Sequence[Any],
        model_id: str = "trend",
        version: str = "1.0.0",
        start: datetime = datetime(2023, 12, 1, tzinfo=UTC),
        inputs: Sequence[dict[str, Any]] | None = None,
        latency_ms: Sequence[float] | None = None,
        tenant: str = "default",
    ) -> list[str]:
        rows = [
            Prediction(
                id=f"{model_id}-{version}-{start:%Y%m%d}-{i}",
                model_id=model_id,
                version=version,
                time=start + timedelta(days=i),
                inputs=inputs[i] if inputs is not None else {"x": float(i)},
                output=output,
                latency_ms=latency_ms[i] if latency_ms is not None else 0.0,
            )
            for i, output in enumerate(outputs)
        ]
        collection = stores.documents.collection(Tenant(tenant), PREDICTIONS)
        collection.insert_new(one.to_document() for one in rows)
        return [one.id for one in rows]

    return write
