"""A processor written down and read in another place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml_analytics.core.errors import DataProcessingError, StoreError, TenantError
from ml_analytics.features import DataProcessor, HampelFilter, IsolationFilter, RobustZFilter


def tickets(rows: int = 200, seed: int = 0) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    minutes = generator.exponential(30, rows)
    minutes[::7] = np.nan
    return pd.DataFrame(
        {
            "minutes": minutes,
            "flat": 3.0,
            "team": generator.choice([f"team {one}" for one in range(40)], rows),
            "channel": generator.choice(["mail", "phone", "chat"], rows),
            "body": generator.choice(
                ["card was lost again today", "no cash came out there", "help me with it"], rows
            ),
            "opened": pd.date_range("2024-01-01", periods=rows, tz="UTC"),
        }
    )


def trained(**options: object) -> DataProcessor:
    processor = DataProcessor("tenant_123", encoding="target", **options)  # type: ignore[arg-type]
    frame, target = tickets(), np.random.default_rng(1).choice(["a", "b", "c"], 200)
    made = processor.preprocess((frame, target))
    made = processor.extract_features(made, {"text_terms": 5}, is_training=True)
    for kind in ("standard", "quantile", "power"):
        processor.transform_features(made, kind, clip_outliers=kind == "power")
    return processor


def inference(processor: DataProcessor, kind: str) -> pd.DataFrame:
    made = processor.preprocess(tickets(50, seed=9), is_training=False)
    made = processor.extract_features(made, {"text_terms": 5}, is_training=False)
    frame: pd.DataFrame = processor.transform_features(made, kind, is_training=False)
    return frame


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"outliers": RobustZFilter(action="clip"), "min_frequency": 3, "kinds": {"team": "category"}},
        {"outliers": HampelFilter(5), "fill": "mean", "time_column": "opened", "horizon": 2},
    ],
    ids=["plain", "robust", "hampel"],
)
def test_the_same_numbers_elsewhere(tmp_path: Path, options: dict[str, object]) -> None:
    processor = trained(**options)
    path = tmp_path / "deep" / "processor.json"
    processor.save(path)
    again = DataProcessor.load(path, "tenant_123")
    assert again.tenant == processor.tenant
    assert (again.time_column, again.horizon) == (processor.time_column, processor.horizon)
    for kind in ("standard", "quantile", "power"):
        pd.testing.assert_frame_equal(inference(again, kind), inference(processor, kind))
    again.save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == path.read_bytes()


def test_a_processor_that_learned_nothing(tmp_path: Path) -> None:
    DataProcessor().save(tmp_path / "new.json")
    again = DataProcessor.load(tmp_path / "new.json")
    with pytest.raises(DataProcessingError, match="is_training=True first"):
        again.preprocess(tickets(), is_training=False)
    assert len(again.preprocess(tickets())) == 200


def test_other_tenants_and_other_files(tmp_path: Path) -> None:
    path = tmp_path / "processor.json"
    trained().save(path)
    with pytest.raises(TenantError, match="'other'"):
        DataProcessor.load(path, "other")
    with pytest.raises(StoreError, match=r"Cannot read 'absent\.json'"):
        DataProcessor.load(tmp_path / "absent.json")

    def spoilt(change: Callable[[dict[str, object]], object]) -> Path:
        state = json.loads(path.read_bytes())
        change(state)
        other = tmp_path / "spoilt.json"
        other.write_text(json.dumps(state))
        return other

    changes: list[Callable[[dict[str, object]], object]] = [
        lambda state: state.pop("rules"),
        lambda state: state.update(rules={"minutes": {"kind": "magic"}}),
        lambda state: state.update(settings={"callback": "os.system"}),
        lambda state: state.update(outliers={"kind": "IsolationFilter"}),
        lambda state: state.update(scalers={"standard": {"names": ["a"]}}),
    ]
    for change in changes:
        with pytest.raises(DataProcessingError, match="damaged"):
            DataProcessor.load(spoilt(change))
    for text in ("[]", "{}", '{"format": "ml_analytics.DataProcessor", "version": 99}'):
        path.write_text(text)
        with pytest.raises(DataProcessingError, match="version 1"):
            DataProcessor.load(path)
    path.write_bytes(b"\x80\x04pickle")
    with pytest.raises(DataProcessingError, match="no JSON"):
        DataProcessor.load(path)


def test_what_json_cannot_hold(tmp_path: Path) -> None:
    with pytest.raises(DataProcessingError, match=r"RobustZFilter, HampelFilter\. Got IsolationFilter"):
        DataProcessor(outliers=IsolationFilter()).save(tmp_path / "x.json")
    assert not list(tmp_path.iterdir())
