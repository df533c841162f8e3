"""Pure feature code: indicators, labels, FeatureEngineeringPipeline, the leak certificate, DataProcessor.

May import ``core``. One more indicator is one file under ``indicators/`` (or an entry in a file of the same
idea) and one line in its group's ``__init__``; the conformance suite finds it.
"""

from __future__ import annotations

from .cache import FeatureCache
from .catalogue import catalogue, catalogue_table
from .certificate import certify, certify_function
from .imputing import Imputer
from .indicator import Indicator
from .labels import direction_labels, forward_returns, label_spans
from .microstructure import (
    OrderBook,
    amihud_illiquidity,
    clock_offset,
    dollar_bars,
    effective_spread,
    join_to_bars,
    jump_test,
    kyle_lambda,
    local_jumps,
    order_flow_imbalance,
    quote_features,
    realised_spread,
    realised_variation,
    rebuild_book,
    stamp_arrivals,
    tick_bars,
    time_bars,
    trade_features,
    trade_signs,
    volume_bars,
    vpin,
)
from .outliers import HampelFilter, IsolationFilter, RobustZFilter
from .pipeline import FeatureEngineeringPipeline
from .processor import DataProcessor
from .report import FeatureReport, feature_report
from .selection import FeatureSelector, Selection, select_features
from .stream import FeatureStream

__all__ = [
    "DataProcessor",
    "FeatureCache",
    "FeatureEngineeringPipeline",
    "FeatureReport",
    "FeatureSelector",
    "FeatureStream",
    "HampelFilter",
    "Imputer",
    "Indicator",
    "IsolationFilter",
    "OrderBook",
    "RobustZFilter",
    "Selection",
    "amihud_illiquidity",
    "catalogue",
    "catalogue_table",
    "certify",
    "certify_function",
    "clock_offset",
    "direction_labels",
    "dollar_bars",
    "effective_spread",
    "feature_report",
    "forward_returns",
    "join_to_bars",
    "jump_test",
    "kyle_lambda",
    "label_spans",
    "local_jumps",
    "order_flow_imbalance",
    "quote_features",
    "realised_spread",
    "realised_variation",
    "rebuild_book",
    "select_features",
    "stamp_arrivals",
    "tick_bars",
    "time_bars",
    "trade_features",
    "trade_signs",
    "volume_bars",
    "vpin",
]
