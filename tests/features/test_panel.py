"""Many symbols in one table: each as if it were alone, whatever the order of the rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.features import FeatureEngineeringPipeline, each_series, generation
from ml_analytics.features.bars import read_bars
from ml_analytics.features.config import read_config
from ml_analytics.features.panel import has_symbols, read_panel

SMALL = {"technical_indicators": {"trend": ["sma_5", "ema_10"], "momentum": ["rsi_7"]}}
Make = Callable[..., pd.DataFrame]


@pytest.fixture
def alone(make_bars: Make) -> dict[str, pd.DataFrame]:
    return {name: make_bars(length, seed=length) for name, length in (("BBB", 60), ("AAA", 45), ("C", 1))}


def stacked(alone: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([frame.assign(symbol=name) for name, frame in alone.items()])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**31))
def test_each_symbol_is_as_if_alone_in_any_interleaving(alone: dict[str, pd.DataFrame], seed: int) -> None:
    generator = np.random.default_rng(seed)
    table = stacked(alone)
    # Shuffle the symbols' rows among each other; each symbol's stay in time order.
    mixed = generator.permutation(table["symbol"].to_numpy())
    rows = {name: iter(np.flatnonzero(table["symbol"] == name)) for name in alone}
    table = table.iloc[np.array([next(rows[name]) for name in mixed])]
    pipeline = FeatureEngineeringPipeline(SMALL)
    made = pipeline.generate_features(table)
    assert made.index.get_level_values("symbol").tolist() == table["symbol"].tolist()
    assert made.index.get_level_values("timestamp").equals(table.index)
    for name, frame in alone.items():
        np.testing.assert_array_equal(
            made.xs(name, level="symbol").to_numpy(), pipeline.generate_features(frame).to_numpy()
        )


def test_every_shape_of_table_gives_the_same(alone: dict[str, pd.DataFrame]) -> None:
    pipeline = FeatureEngineeringPipeline(SMALL)
    table = stacked(alone)
    expected = pipeline.generate_features(table)
    indexed = table.set_index("symbol", append=True)
    pd.testing.assert_frame_equal(pipeline.generate_features(indexed), expected)
    swapped = indexed.swaplevel()
    swapped.index.names = [None, None]
    pd.testing.assert_frame_equal(pipeline.generate_features(swapped), expected)
    plain = table.rename(columns={"symbol": "Symbol"}).reset_index()
    pd.testing.assert_frame_equal(pipeline.generate_features(plain), expected)
    polars = pipeline.generate_features(pl.from_pandas(plain))
    assert polars.columns == ["symbol", "timestamp", "sma_5", "ema_10", "rsi_7"]
    np.testing.assert_array_equal(polars.select(expected.columns).to_numpy(), expected.to_numpy())
    assert polars["symbol"].to_list() == table["symbol"].tolist()


def test_fill_forward_stays_within_a_symbol(alone: dict[str, pd.DataFrame]) -> None:
    table = stacked(alone)
    table.iloc[10, 3] = np.nan
    filling = FeatureEngineeringPipeline({**SMALL, "preprocessing": {"handle_missing": "ffill"}})
    expected = alone["BBB"].copy()
    expected.loc[expected.index[10], "close"] = expected["close"].iloc[9]
    np.testing.assert_array_equal(
        filling.generate_features(table).xs("BBB", level="symbol").to_numpy(),
        filling.generate_features(expected).to_numpy(),
    )
    table.iloc[60, 3] = np.nan  # the first bar of the next symbol: nothing is carried over
    with pytest.raises(DataProcessingError, match="'close'"):
        filling.generate_features(table)


def test_fit_transform_and_certify_take_panels(alone: dict[str, pd.DataFrame]) -> None:
    table = stacked(alone)
    scaled = FeatureEngineeringPipeline({**SMALL, "preprocessing": {"scaler": "standard"}}).fit_transform(
        table
    )
    assert scaled.shape == (106, 3)
    assert abs(float(scaled["rsi_7"].mean())) < 1e-9
    certificate = FeatureEngineeringPipeline(SMALL).certify(table)
    assert certificate.clean
    assert certificate.bars == 60


def test_what_is_wrong_is_one_sentence(alone: dict[str, pd.DataFrame]) -> None:
    pipeline = FeatureEngineeringPipeline(SMALL)
    table = stacked(alone)
    with pytest.raises(DataProcessingError, match="'BBB' has"):
        pipeline.generate_features(pd.concat([table, table.iloc[:1]]))
    unknown = table.copy()
    unknown.iloc[3, -1] = None
    with pytest.raises(DataProcessingError, match="row 3"):
        pipeline.generate_features(unknown)
    broken = table.copy()
    broken.iloc[50, 1] = np.inf
    with pytest.raises(DataProcessingError, match=r"'high'.*inf"):
        pipeline.generate_features(broken)
    with pytest.raises(DataProcessingError, match="two levels"):
        pipeline.generate_features(table.set_index(["symbol", "volume"], append=True))
    twice = table.assign(Symbol="other")
    for refused in (pipeline.generate_features, pipeline.stream):
        with pytest.raises(
            DataProcessingError, match=r"must stand once\. Got the columns 'symbol' and 'Symbol'"
        ):
            refused(twice)


def test_whole_numbers_stay_symbols(make_bars: Make) -> None:
    table = pd.concat([make_bars(30).assign(symbol=10), make_bars(30, seed=1).assign(symbol=2)])
    made = FeatureEngineeringPipeline(SMALL).generate_features(table)
    assert made.index.get_level_values("symbol").unique().tolist() == [10, 2]
    polars = FeatureEngineeringPipeline(SMALL).generate_features(pl.from_pandas(table.reset_index()))
    assert polars["symbol"].unique(maintain_order=True).to_list() == [10, 2]
    mixed = table.assign(symbol=[10] * 30 + ["10"] * 30)
    with pytest.raises(DataProcessingError, match="int, str"):
        FeatureEngineeringPipeline(SMALL).generate_features(mixed)


def test_the_symbol_of_a_wrong_bar_is_named(alone: dict[str, pd.DataFrame]) -> None:
    table = stacked(alone)
    table.iloc[70, 3] = np.nan
    with pytest.raises(DataProcessingError, match="of the symbol 'AAA'"):
        FeatureEngineeringPipeline(SMALL).generate_features(table)
    twice = table.set_index("symbol", append=True).assign(symbol="X")
    with pytest.raises(DataProcessingError, match="stand once"):
        FeatureEngineeringPipeline(SMALL).generate_features(twice)


def test_symbols_are_found_in_any_case(alone: dict[str, pd.DataFrame]) -> None:
    assert has_symbols(stacked(alone).rename(columns={"symbol": "SYMBOL"}))
    assert not has_symbols(alone["C"])
    assert not has_symbols(np.ones((2, 2)))


def test_a_panel_knows_where_each_symbol_is(alone: dict[str, pd.DataFrame]) -> None:
    panel = read_panel(stacked(alone), "test")
    assert panel.symbols == ("AAA", "BBB", "C")
    assert panel.starts == (0, 45, 105, 106)
    for name, rows in panel.parts():
        np.testing.assert_array_equal(panel.series(rows)["close"], alone[name]["close"].to_numpy())


def test_a_lazy_table_is_told_to_collect(alone: dict[str, pd.DataFrame]) -> None:
    lazy = pl.from_pandas(stacked(alone).reset_index()).lazy()
    with pytest.raises(ParameterError, match="collect"):
        FeatureEngineeringPipeline(SMALL).generate_features(lazy)


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("longest", [1, 20_000])
def test_every_feature_of_every_symbol_bit_for_bit(
    make_bars: Make, workers: int, longest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generation, "_LONG", longest)  # how the work is shared out must change nothing
    monkeypatch.setattr(each_series, "_FEW", workers)
    lengths = {"D": 300, "A": 1, "C": 37, "B": 260}
    frames = {name: make_bars(length, seed=length) for name, length in lengths.items()}
    table = pd.concat([frame.assign(symbol=name) for name, frame in frames.items()]).sort_index(kind="stable")
    made = generation.generate(table, read_config(None), "test", workers=workers)
    for name, frame in frames.items():
        bars, _ = read_bars(frame, "test")
        expected = np.column_stack(
            [values for one in read_config(None).indicators for values in one.values(bars).values()]
        )
        mine = np.ascontiguousarray(made.matrix[(table["symbol"] == name).to_numpy()])
        np.testing.assert_array_equal(mine.view(np.int64), expected.view(np.int64))


def test_the_index_is_as_pandas_makes_it(alone: dict[str, pd.DataFrame]) -> None:
    table = stacked(alone)
    for one in (
        table,
        table.assign(symbol=table["symbol"].astype("category")),
        table.astype({"symbol": object}),
    ):
        made = read_panel(one, "test").index
        expected = pd.MultiIndex.from_arrays(
            [pd.Index(table["symbol"].tolist()), table.index], names=["symbol", "timestamp"]
        )
        pd.testing.assert_index_equal(made, expected, exact=True)
        for mine, other in zip(made.levels, expected.levels, strict=True):
            pd.testing.assert_index_equal(mine, other, exact=True)


def test_equal_symbols_of_several_kinds_are_refused(make_bars: Make) -> None:
    table = make_bars(30).assign(symbol=np.array([1] * 29 + [1.0], dtype=object))
    with pytest.raises(DataProcessingError, match="float"):
        FeatureEngineeringPipeline(SMALL).generate_features(table)


def test_a_panel_is_put_into_the_tables_order_by_any_number_of_threads(
    alone: dict[str, pd.DataFrame],
) -> None:
    panel = read_panel(stacked(alone), "test")
    assert panel.order is not None
    matrix = np.asfortranarray(np.arange(3.0 * len(panel)).reshape(-1, 3))
    expected = np.empty_like(matrix)
    expected[panel.order] = matrix
    for workers in (1, 3):
        np.testing.assert_array_equal(panel.in_table_order(matrix.copy(order="F"), workers), expected)
