"""Market features in one call: bars in, a table of causal features out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.exceptions import NotFittedError

from ..core.errors import ParameterError
from ..core.frames import Table, like
from ..core.values import LeakCertificate
from .cache import FeatureCache, opened_cache
from .certificate import certify
from .config import FeatureConfig, read_config
from .generation import Computation, generate
from .holes import warn_of_holes
from .indicator import Array
from .keeping import read_pipeline, write_pipeline
from .scaling import FeatureScaler
from .selection import FeatureSelector, selected_table
from .selection.kept import selected
from .stream import FeatureStream, Finish

_OWNER = "FeatureEngineeringPipeline"


class FeatureEngineeringPipeline(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Indicators, candlestick patterns, returns and liquidity measures of OHLCV bars.

    Every value at bar t rests on bars up to t only; :meth:`certify` proves it. Values are NaN during the
    stated warm-up of an indicator and finite after it. With fewer bars than the warm-up a column is all NaN.

    The configuration is a mapping; everything is optional, ``None`` is everything on:

    - ``technical_indicators``: true, false, or a mapping with ``enabled`` and, per group (``trend``,
      ``momentum``, ``volatility``, ``volume``, ``returns``, ``relative``, ``patterns``; ``trend_indicators``
      and so on mean the same), true, false, a list of names, or a mapping. A name is a family (``sma``: every
      period of the catalogue) or a column of any period (``sma_20``, ``sma_33``). A mapping gives families their
      parameters: ``{sma: [10, 30], sma_to_sma: {short: 10, long: 30}, rsi: true}``. As soon as one group is named,
      only named groups are made.
    - ``market_microstructure``: the same (on, unless groups are named).
    - ``scale_free``: true keeps only columns that know neither the level of prices and volumes nor where the series
      began. Use it for a model that shall read other years than it was trained on.
    - ``feature_selection``: ``{method, n_features, threshold}`` and the other parameters of
      :class:`FeatureSelector`, or flat ``feature_selection_method`` and ``n_features``: applied by ``fit`` when it
      is given a target (and one of them, other than the flat method, is named). ``method`` is a name or a list.
    - ``preprocessing``: ``scaler`` (``standard``, ``minmax``, ``maxabs``, ``robust``, ``quantile``, ``power``) and
      ``outlier_detection`` (clip to the 0.5 % and 99.5 % quantiles), learned by ``fit`` and applied by
      ``transform``; ``handle_missing``: ``error`` (default) or ``ffill`` for missing values among the bars.
      ``interpolate`` reads the future and is refused.

    In any list of names ``default`` stands for all but the optional entries, such as ``garch``, which are made
    only when named.

    All of it may stand under one key ``feature_engineering``.

    A table that names symbols (a column ``symbol``, or an index of symbol and time) holds many series: each
    symbol's features rest on its own bars, the rows stay in the table's order, and pandas results are indexed
    by symbol and time.

    With a ``cache`` (a :class:`FeatureCache`, or the directory of one) columns over the same bars are computed
    once; :meth:`explain` tells what was computed and what was kept.

    Raises:
        ParameterError: the configuration has an unknown key or an unusable value.

    >>> days = pd.date_range("2024-01-01", periods=30, tz="UTC")
    >>> price = pd.Series(100 + np.sin(np.arange(30.0)), index=days)
    >>> bars = pd.DataFrame({"open": price, "high": price + 1, "low": price - 1, "close": price, "volume": 1.0})
    >>> pipeline = FeatureEngineeringPipeline({"technical_indicators": {"momentum": ["rsi_14"]}})
    >>> pipeline.generate_features(bars)["rsi_14"].isna().sum()
    np.int64(14)
    """

    def __init__(
        self, config: Mapping[str, Any] | None = None, cache: FeatureCache | str | Path | None = None
    ) -> None:
        self.config = config
        self.cache = cache
        read_config(config)
        opened_cache(cache)

    @property
    def features(self) -> FeatureConfig:
        """The configuration, read: which indicators and columns, and what follows them."""
        return read_config(self.config)

    def generate_features(self, ohlcv: Table) -> Table:
        """Return every configured feature, one row per bar; nothing is learned, scaled or selected.

        Args:
            ohlcv: pandas or polars bars: open, high, low, close, volume (any case) with a DatetimeIndex or a
                ``timestamp`` column, in time order. Naive times are taken as UTC with a warning.

        Returns:
            The same kind of table: float64 columns; the UTC times are the index (pandas) or the column
            ``timestamp`` (polars).

        Raises:
            DataProcessingError: the bars are empty, unsorted, repeated, or hold a missing, infinite or
                impossible value; the sentence names the first such bar.
        """
        config = self.features
        matrix, index = self._matrix(ohlcv, config)
        return _table(ohlcv, matrix, index, list(config.columns))

    def select_features(
        self,
        features: Table,
        target: Any,
        method: str | Sequence[str] | None = None,
        n_features: int | None = None,
        **options: Any,
    ) -> Table:
        """Return the ``n_features`` columns that tell most about ``target``, best first.

        The scores come from the rows given: pass the training part only, and take the same columns of the
        rest. Rows with a missing value in a feature or in the target are not scored, but returned. The
        configured ``threshold`` drops weaker columns; at least one is kept. Afterwards ``selection_`` (a
        :class:`Selection`, also after ``fit``) says why: scores, ranks, what was pruned for what, stability.

        Args:
            features: numbers, one row per bar; a column of times (polars) is passed through.
            target: classes or numbers of shape (n_samples,), aligned by position.
            method: one or several of ``mutual_info``, ``f_test``, ``importance``, ``mutual_info_knn``,
                ``correlation`` and ``stability`` (default: as configured).
            n_features: how many to keep at most (default: as configured, else 30).
            options: other parameters of :class:`FeatureSelector` (default: as configured).

        Raises:
            ParameterError: ``method``, ``n_features`` or the shape of ``target`` is not usable.
            DataProcessingError: a column is not numeric, or fewer than 10 rows are complete.
        """
        config = self.features
        count = (config.n_features or 30) if n_features is None else n_features
        selector = _selector(config, method or config.method, count, options)
        made = selected_table(features, target, selector)
        self.selection_ = selector.selection_
        return made

    def fit(self, X: Table, y: Any = None) -> FeatureEngineeringPipeline:
        """Learn the selection (with a target, where one is configured), the clipping and the scale.

        Args:
            X: the bars of the training part.
            y: target of shape (n_bars,), or ``None`` to keep every column.
        """
        self._fit(X, y)
        return self

    def transform(self, X: Table) -> Table:
        """Return the selected features of ``X``, clipped and scaled with what ``fit`` learned.

        Indicators need history: give the bars before the ones of interest too, or their first rows are NaN. In
        cross-validation generate the features first and split them: folds of bars are series with holes, over which
        every indicator reaches (there is a warning).

        Returns:
            The same kind of table, one row per bar: the features alone; pandas keeps the times as its index, in
            polars the rows are those of ``X``.

        Raises:
            sklearn.exceptions.NotFittedError: ``fit`` was not called.
            DataProcessingError: as in :meth:`generate_features`.
        """
        if not hasattr(self, "feature_names_"):
            raise NotFittedError(f"{_OWNER} must be fitted before transform.")
        matrix, index = self._matrix(X, read_config(self.config_))
        warn_of_holes(index)
        return self._finish(X, matrix, index)

    def fit_transform(self, X: Table, y: Any = None, **fit_params: Any) -> Table:
        """Fit and transform, computing the features once."""
        if fit_params:
            raise ParameterError.of("fit_params", _OWNER, "empty", sorted(fit_params))
        matrix, index = self._fit(X, y)
        return self._finish(X, matrix, index)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the columns that ``transform`` makes (before ``fit``: all configured)."""
        return np.asarray(getattr(self, "feature_names_", self.features.columns), dtype=object)

    def certify(self, ohlcv: Table, cuts: int | Sequence[int] = 5, seed: int = 0) -> LeakCertificate:
        """Prove on ``ohlcv`` that no feature reads the future; see :mod:`ml_analytics.features.certificate`."""
        return certify(self, ohlcv, cuts=cuts, seed=seed)

    def stream(self, history: Table | None = None) -> FeatureStream:
        """Return the features of a series bar by bar, as :meth:`generate_features` gives them.

        After :meth:`fit` they are as :meth:`transform` gives them: selected, clipped and scaled.

        Args:
            history: the bars so far, or ``None`` to begin with the first :meth:`FeatureStream.update`.

        Raises:
            DataProcessingError: as in :meth:`generate_features`.
        """
        return FeatureStream(self._config_of_stream(), history, self._finish_of_stream())

    def load_stream(self, path: str | Path) -> FeatureStream:
        """Return a stream that :meth:`FeatureStream.save` wrote down, to go on where it was.

        Raises:
            StoreError: the file cannot be read.
            IntegrityError: it was changed since it was written.
            DataProcessingError: it holds no stream, or one of other features or of other code.
        """
        return FeatureStream.load(self._config_of_stream(), path, self._finish_of_stream())

    def _config_of_stream(self) -> FeatureConfig:
        return read_config(self.config_) if hasattr(self, "config_") else self.features

    def _finish_of_stream(self) -> Finish | None:
        if not hasattr(self, "feature_names_"):
            return None
        return Finish(tuple(self.feature_names_), tuple(self.positions_), self.scaler_)

    def save(self, path: str | Path) -> None:
        """Write the configuration and what :meth:`fit` learned as JSON, whole or not at all; nothing is pickled.

        Raises:
            StoreError: the file cannot be written; what was there stays.
        """
        write_pipeline(self, Path(path))

    @classmethod
    def load(cls, path: str | Path) -> FeatureEngineeringPipeline:
        """Return a pipeline that does what the one did that :meth:`save` wrote down (without its cache).

        Raises:
            StoreError: the file cannot be read.
            IntegrityError: it was changed since it was written.
            DataProcessingError: it holds no pipeline.
        """
        return read_pipeline(cls, Path(path))

    def explain(self) -> pd.DataFrame:
        """Return what the last call did: for each column its source and what it cost.

        Returns:
            By ``feature`` (``*`` for what concerns all): ``step`` (``features``, ``selection``, ``scaling``),
            ``source`` (``computed``, ``memory`` or ``disk``) and ``milliseconds`` (of all columns that come out of
            one computation together; summed over threads). Empty before the first call.
        """
        rows = [
            (name, one.step, one.source, 1e3 * one.seconds)
            for one in getattr(self, "_computations", ())
            for name in one.columns
        ]
        made = pd.DataFrame(rows, columns=["feature", "step", "source", "milliseconds"])
        return made.set_index("feature")

    def _matrix(self, ohlcv: Table, config: FeatureConfig) -> tuple[Array, pd.Index]:
        made = generate(ohlcv, config, _OWNER, opened_cache(self.cache))
        self._computations = made.computations
        return made.matrix, made.index

    def _fit(self, ohlcv: Table, target: Any) -> tuple[Array, pd.Index]:
        config = self.features
        matrix, index = self._matrix(ohlcv, config)
        warn_of_holes(index)
        names = list(config.columns)
        if target is not None and config.selects:
            frame = pd.DataFrame(matrix, index=index, columns=names, copy=False)
            selector = _selector(config, config.method, config.n_features, {})
            self.selection_, source, seconds = selected(selector, frame, target, opened_cache(self.cache))
            names = list(self.selection_.names)
            self._computations += (Computation(("*",), source, seconds, "selection"),)
        self.config_ = deepcopy(self.config)  # set_params may change the other one
        self.feature_names_ = names
        self.positions_ = [config.columns.index(name) for name in names]
        begun = time.perf_counter()
        self.scaler_ = FeatureScaler(config.scaler, clip=config.clip_outliers).fit(matrix[:, self.positions_])
        self._computations += (Computation(("*",), "computed", time.perf_counter() - begun, "scaling"),)
        return matrix, index

    def _finish(self, ohlcv: Table, matrix: Array, index: pd.Index) -> Table:
        values = self.scaler_.transform(matrix[:, self.positions_])
        made = pd.DataFrame(values, index=index, columns=list(self.feature_names_), copy=False)
        # The keys of rows are no features: a model that follows shall not learn from them.
        return like(ohlcv, made if isinstance(ohlcv, pd.DataFrame) else made.reset_index(drop=True))


def _selector(
    config: FeatureConfig, method: str | Sequence[str], n_features: int | None, options: Mapping[str, Any]
) -> FeatureSelector:
    given = {"threshold": config.threshold, **dict(config.selection), **options}
    unknown = next((name for name in given if name not in FeatureSelector._get_param_names()), None)
    if unknown is not None:
        known = ", ".join(FeatureSelector._get_param_names())
        raise ParameterError.of("options", "select_features", f"made of {known}", unknown)
    return FeatureSelector(method, n_features, **given)


def _table(original: Table, values: Array, index: pd.Index, names: list[str]) -> Table:
    made = pd.DataFrame(values, index=index, columns=names, copy=False)
    if isinstance(index, pd.MultiIndex) and not isinstance(original, pd.DataFrame):
        made = made.reset_index()
    return like(original, made)
