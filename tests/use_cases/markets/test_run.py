from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pandas as pd
import pytest

from ml_analytics.core.errors import DataProcessingError, StoreError
from ml_analytics.stores import Stores, open_stores
from ml_analytics.use_cases.markets import Endpoint, MarketConfig, MarketRun


def unserved(stores: Stores) -> AbstractContextManager[Endpoint]:
    raise AssertionError("nothing is asked here")


@pytest.fixture
def run(tmp_path: Path) -> MarketRun:
    config = MarketConfig(data="sample:sp500", symbol="SPX")
    return MarketRun(config, open_stores(tmp_path / "home"), tmp_path / "out", unserved)


def kept(run: MarketRun, raw: pd.DataFrame) -> pd.DataFrame:
    run._ingest(raw)
    run._promote()
    return run._bars(raw, run._validate(raw))


def test_the_bars_of_a_run_are_those_of_its_file(run: MarketRun, bars: pd.DataFrame) -> None:
    raw = bars.head(60)
    pd.testing.assert_frame_equal(kept(run, raw), raw, check_freq=False, check_names=False)
    assert len(kept(run, bars.head(65))) == 65  # a file may grow


def test_a_revised_or_shortened_file_is_not_mixed_with_what_it_was(
    run: MarketRun, bars: pd.DataFrame
) -> None:
    raw = bars.head(60)
    kept(run, raw)
    revised = raw.copy()
    revised.iloc[7] *= 1.0001
    with pytest.raises(DataProcessingError, match=r"Got 1 that are not in it as it is now"):
        kept(run, revised)
    with pytest.raises(DataProcessingError, match=r"Got 10 that"):
        kept(run, raw.head(50))
    assert len(kept(run, raw)) == 60


def test_where_the_report_cannot_lie_is_said_before_the_work(run: MarketRun, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(StoreError, match="must be a directory"):
        run.run()
    assert list(run.stores.documents.collections(run.tenant)) == []
