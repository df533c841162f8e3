"""Tables for models: clean, extract, scale, split, and turn predictions back into answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import numpy as np
import pandas as pd

from ..core.columns import ColumnKind, column_kind
from ..core.errors import DataProcessingError, ParameterError
from ..core.frames import Table, like, to_pandas
from ..core.row_times import require_time_order
from ..core.tenant import Tenant
from .cleaning import TableCleaner
from .extraction import datetime_features, text_features
from .outliers import IsolationFilter, OutlierFilter
from .splitting import split_rows, take

_SCALERS = ("standard", "minmax")
_EXTRACT = ("include_text_features", "include_datetime_features")


class DataProcessor:
    """Preparation of one tenant's tables; what is learned from training is reused for inference.

    Every method takes pandas or polars tables (or arrays of numbers) and returns the same kind. Subclass it
    to add steps: override a method and call ``super()``.

    Args:
        tenant_id: whose tables these are.
        fill: what fills missing numbers: ``median`` or ``mean`` of the training part, or ``forward``.
        outliers: a filter of :mod:`.outliers` that ``preprocess`` applies first, fitted on training data only.

    >>> processor = DataProcessor(tenant_id="tenant_123")
    >>> tickets = pd.DataFrame({"minutes": [5.0, None, 7.0], "channel": ["mail", "phone", "mail"]})
    >>> processor.preprocess(tickets).to_dict("list")  # doctest: +NORMALIZE_WHITESPACE
    {'minutes': [5.0, 6.0, 7.0], 'channel_mail': [1.0, 0.0, 1.0], 'channel_phone': [0.0, 1.0, 0.0],
     'minutes_missing': [0.0, 1.0, 0.0]}
    >>> new = pd.DataFrame({"minutes": [None], "channel": ["chat"]})
    >>> processor.preprocess(new, is_training=False).to_dict("list")  # doctest: +NORMALIZE_WHITESPACE
    {'minutes': [6.0], 'channel_mail': [0.0], 'channel_phone': [0.0], 'minutes_missing': [1.0]}
    """

    def __init__(
        self,
        tenant_id: Tenant | str | None = None,
        *,
        fill: str = "median",
        outliers: OutlierFilter | IsolationFilter | None = None,
    ) -> None:
        if outliers is not None and not isinstance(outliers, (OutlierFilter, IsolationFilter)):
            raise ParameterError.of("outliers", "DataProcessor", "an outlier filter or None", outliers)
        self.tenant = Tenant.of(tenant_id)
        self._outliers = outliers
        self._cleaner = TableCleaner(fill)
        self._kinds: dict[str, ColumnKind] = {}
        self._scalers: dict[str, tuple[list[str], Any]] = {}

    def preprocess(self, data: Table, model_type: str | None = None, is_training: bool = True) -> Table:
        """Fill gaps and code categories; the rules are those of :class:`.cleaning.TableCleaner`.

        Args:
            data: the columns of a model's input, without the target.
            model_type: what the table is for. The rules suit every family; a subclass may branch on it.
            is_training: learn the rules from ``data`` (and forget older ones), or apply those learned.

        Raises:
            ParameterError: ``data`` is not a table, or ``model_type`` not a name.
            DataProcessingError: no rows, infinite numbers, or at inference other columns than in training.
            LeakageError: ``fill="forward"`` (or a Hampel filter) on times that go back or cannot be read.
        """
        if model_type is not None and not isinstance(model_type, str):
            raise ParameterError.of("model_type", "preprocess", "the name of a model type", model_type)
        frame = _table(data, "preprocess")
        if self._cleaner.fill == "forward":
            require_time_order(frame, "preprocess")
        outliers = self._outliers
        if outliers is not None:
            outliers = deepcopy(outliers).fit(frame) if is_training else outliers
            frame = outliers.transform(frame)
        if is_training:
            self._cleaner.fit(frame)
            self._outliers = outliers
            self._kinds = dict(self._cleaner.kinds)
        return like(data, self._cleaner.transform(frame))

    def extract_features(self, data: Table, feature_config: Mapping[str, bool] | None = None) -> Table:
        """Replace text and times by numbers; other columns pass.

        Text gives ``{column}_characters``, ``_words``, ``_digits``, ``_uppercase``, ``_questions`` and
        ``_exclamations``; a column of times ``{column}_hour``, ``_weekday``, ``_day``, ``_month`` and
        ``_weekend``. What a column holds is settled when it is first seen, and anew by a training
        ``preprocess``, so a single row gives the numbers it gives among others.

        Args:
            data: a table.
            feature_config: ``include_text_features`` and ``include_datetime_features``, both true when not
                given; a kind that is not included passes untouched.

        Raises:
            ParameterError: an unknown key, or a value that is not true or false.
            DataProcessingError: no rows, or a column of times that no longer holds times.
        """
        wanted = _extract_config(feature_config)
        frame = _table(data, "extract_features")
        made: dict[str, Any] = {}
        for name in map(str, frame.columns):
            kind = self._kinds.setdefault(name, column_kind(frame[name]))
            made.update(_extracted(name, frame[name], kind, wanted))
        return like(data, pd.DataFrame(made, index=frame.index))

    def transform_features(
        self, features: Table, transform_type: str = "standard", is_training: bool = True
    ) -> Table:
        """Scale the numeric columns; others pass untouched, NaN stays NaN.

        Args:
            features: a table.
            transform_type: ``standard`` (mean 0, deviation 1) or ``minmax`` (0 to 1).
            is_training: learn from ``features`` what to subtract and divide by, or apply what was learned.
                Learn from the training part only.

        Raises:
            ParameterError: an unknown ``transform_type``.
            DataProcessingError: no rows, infinite numbers, nothing learned yet, or other columns than then.
        """
        if transform_type not in _SCALERS:
            raise ParameterError.of(
                "transform_type", "transform_features", f"one of {_SCALERS}", transform_type
            )
        frame = _table(features, "transform_features")
        names = [str(name) for name in frame.columns if column_kind(frame[name]) is ColumnKind.NUMBER]
        if not is_training:
            names = self._learned(transform_type, frame)
        values = _finite(frame, names)
        if is_training:
            self._scalers[transform_type] = (names, _fitted(transform_type, values))
        scaler = self._scalers[transform_type][1]
        out = frame.copy()
        if scaler is not None:
            out[names] = scaler.transform(values)
        return like(features, out)

    def split_data(
        self,
        X: Table,
        y: Any,
        test_size: float = 0.2,
        val_size: float = 0.1,
        random_state: int | None = 42,
    ) -> tuple[Any, Any, Any, Any, Any, Any]:
        """Return ``X_train, X_val, X_test, y_train, y_val, y_test``.

        With a DatetimeIndex (or a ``timestamp`` column of times) the parts follow one another in time,
        nothing is shuffled and the newest rows are the test. Labels that look ahead still reach over the
        borders: purge by :func:`ml_analytics.features.label_spans`. Without times the rows are shuffled by
        the seed, and stratified when ``y`` holds classes with enough rows each (texts, booleans, or at most
        20 different whole numbers).

        Args:
            X: table of shape (n_samples, n_features).
            y: target of shape (n_samples,); its parts have its kind.
            test_size: share of all rows, above 0.
            val_size: share of all rows; 0 gives empty validation parts.
            random_state: the seed of the shuffle.

        Raises:
            ParameterError: a share is not usable, or ``y`` has another length.
            DataProcessingError: too few rows, or unknown times.
        """
        _table(X, "split_data")
        rows = split_rows(X, y, test_size, val_size, random_state)
        parts = (rows.train, rows.validation, rows.test)
        X_train, X_val, X_test = (take(X, part) for part in parts)
        y_train, y_val, y_test = (take(y, part) for part in parts)
        return X_train, X_val, X_test, y_train, y_val, y_test

    def postprocess(self, predictions: Any, classes: Sequence[Any] | None = None) -> np.ndarray:
        """Return predictions as answers, shape (n_samples,).

        Args:
            predictions: answers or class codes of shape (n_samples,), or probabilities of shape
                (n_samples, n_classes), of which the largest wins (the first, when several are).
            classes: the labels in the order of the codes or columns; without them codes stay codes.

        Raises:
            DataProcessingError: another shape, unknown codes, NaN among probabilities, or as many columns as
                there are no classes for.

        >>> DataProcessor().postprocess([[0.2, 0.8], [0.9, 0.1]], classes=["low", "high"]).tolist()
        ['high', 'low']
        """
        values = np.asarray(predictions)
        if values.ndim == 2:
            values = _winners(values, classes)
        elif values.ndim != 1:
            raise DataProcessingError(
                f"The 'predictions' parameter of postprocess must have one or two dimensions. Got {values.ndim}."
            )
        if classes is None:
            return values
        return _labels(values, list(classes))

    def _learned(self, transform_type: str, frame: pd.DataFrame) -> list[str]:
        if transform_type not in self._scalers:
            raise DataProcessingError(
                "The features of transform_features must be seen with is_training=True first. "
                f"Got nothing learned for '{transform_type}'."
            )
        names = self._scalers[transform_type][0]
        missing = next((name for name in names if name not in frame.columns), None)
        if missing is not None:
            raise DataProcessingError(
                f"The features of transform_features must have the columns of the training. Got no '{missing}'."
            )
        return names


def _table(data: Table, owner: str) -> pd.DataFrame:
    frame = to_pandas(data, "data", owner)
    if frame.empty:
        raise DataProcessingError(
            f"The 'data' parameter of {owner} must have at least one row and one column. "
            f"Got {frame.shape[0]} rows and {frame.shape[1]} columns."
        )
    return frame


def _extract_config(config: Mapping[str, bool] | None) -> dict[str, bool]:
    given = dict(config or {})
    for name, value in given.items():
        if name not in _EXTRACT:
            raise ParameterError.of(
                "feature_config", "extract_features", f"made of the keys {', '.join(_EXTRACT)}", name
            )
        if not isinstance(value, bool):
            raise ParameterError.of(name, "extract_features", "true or false", value)
    return dict.fromkeys(_EXTRACT, True) | given


def _extracted(name: str, column: pd.Series, kind: ColumnKind, wanted: Mapping[str, bool]) -> dict[str, Any]:
    if kind is ColumnKind.TEXT and wanted["include_text_features"]:
        return {f"{name}_{part}": values for part, values in text_features(column).items()}
    if kind is ColumnKind.TIME and wanted["include_datetime_features"]:
        if not pd.api.types.is_datetime64_any_dtype(column):
            raise DataProcessingError(
                f"The column '{name}' of extract_features must hold times as before. Got {column.dtype}."
            )
        return {f"{name}_{part}": values for part, values in datetime_features(column).items()}
    return {name: column}


def _finite(frame: pd.DataFrame, names: list[str]) -> np.ndarray:
    for name in names:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            raise DataProcessingError(
                f"The column '{name}' of transform_features must hold numbers as in training. "
                f"Got {frame[name].dtype}."
            )
    values: np.ndarray = frame[names].to_numpy(dtype=np.float64, na_value=np.nan)
    infinite = np.isinf(values).any(axis=0)
    if infinite.any():
        raise DataProcessingError(
            f"The column '{names[int(np.argmax(infinite))]}' of transform_features must hold finite numbers. "
            "Got infinity."
        )
    return values


def _fitted(transform_type: str, values: np.ndarray) -> Any:
    if values.shape[1] == 0:
        return None
    from sklearn.preprocessing import MinMaxScaler, StandardScaler

    return (StandardScaler() if transform_type == "standard" else MinMaxScaler()).fit(values)


def _winners(probabilities: np.ndarray, classes: Sequence[Any] | None) -> np.ndarray:
    if classes is not None and probabilities.shape[1] != len(classes):
        raise DataProcessingError(
            f"The 'classes' parameter of postprocess must have one label per column. "
            f"Got {len(classes)} for {probabilities.shape[1]} columns."
        )
    if probabilities.shape[1] == 0 or not np.isfinite(probabilities.astype(np.float64)).all():
        raise DataProcessingError(
            "The probabilities of postprocess must be finite numbers. Got NaN or nothing."
        )
    winners: np.ndarray = np.argmax(probabilities, axis=1)
    return winners


def _labels(values: np.ndarray, classes: list[Any]) -> np.ndarray:
    labels = np.empty(len(classes), dtype=object)
    labels[:] = classes
    if values.dtype.kind in "OUS" and set(values.tolist()) <= set(classes):
        return values
    numbers = values.astype(np.float64) if values.dtype.kind in "biuf" else np.full(len(values), np.nan)
    known = (numbers == np.floor(numbers)) & (numbers >= 0) & (numbers < len(classes))
    if not known.all():
        raise DataProcessingError(
            f"The 'predictions' parameter of postprocess must be codes from 0 to {len(classes) - 1} or known "
            f"labels. Got {values[int(np.argmin(known))]!r}."
        )
    return labels[numbers.astype(np.int64)]
