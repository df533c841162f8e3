"""Tables for models: clean, extract, scale, split, and turn predictions back into answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..core.columns import ColumnKind
from ..core.errors import DataProcessingError, ParameterError
from ..core.frames import Table, like, to_pandas
from ..core.row_times import require_time_order
from ..core.tenant import Tenant
from .answers import answers
from .cleaning import Coding, TableCleaner
from .encoding import check_encoding
from .moments import row_moments
from .outliers import IsolationFilter, OutlierFilter
from .processor_file import read_processor, write_processor
from .splitting import split_rows, take
from .table_extraction import ExtractionConfig, TableExtraction
from .table_scaling import TableScaler, check_transform_type
from .target_encoding import Averaging, Outcome
from .tidying import TableReader, said_kinds

_OWNER = "DataProcessor"


class DataProcessor:
    """Preparation of one tenant's tables; what is learned from training is reused for inference.

    Every method takes pandas or polars tables (or arrays of numbers) and returns the same kind. Subclass it
    to add steps: override a method and call ``super()``. :meth:`save` writes down what was learned, as JSON, and
    :meth:`load` reads it where predictions are made.

    Args:
        tenant_id: whose tables these are.
        fill: what fills missing numbers: ``median`` or ``mean`` of the training part, or ``forward``.
        outliers: a filter of :mod:`.outliers` that ``preprocess`` applies first, fitted on training data only
            (``RobustZFilter(action="clip")`` clips).
        encoding: how categories become numbers: ``one_hot``, ``ordinal``, ``frequency``, ``target``, or ``auto`` (up to
            10 categories one-hot; more by the target where ``preprocess`` is given one, else ordinal); or a mapping
            from columns, which thereby are categories, to these. See :class:`.encoding.CategoryCoder` for missing and
            unseen categories.
        min_frequency: categories of fewer training rows are taken together (one-hot and ordinal).
        smoothing: how many rows of the overall mean are added to each category's own (target).
        kinds: what columns hold where their values mislead (codes that are categories, say): a mapping from
            columns to ``number``, ``category``, ``text``, ``time`` or ``boolean``.
        time_column: the column with the time of each row, when it is not the index or called ``timestamp``,
            ``time``, ``date`` or ``datetime``.
        horizon: how many moments ahead the target looks: so late it is known to target encoding.
        random_state: seed of the folds of target encoding.

    Raises:
        ParameterError: an argument is not usable.

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
        encoding: str | Mapping[str, str] = "auto",
        min_frequency: int = 1,
        smoothing: float = 10.0,
        kinds: Mapping[str, str] | None = None,
        time_column: str | None = None,
        horizon: int = 0,
        random_state: int = 42,
    ) -> None:
        if outliers is not None and not isinstance(outliers, (OutlierFilter, IsolationFilter)):
            raise ParameterError.of("outliers", _OWNER, "an outlier filter or None", outliers)
        _check_number("min_frequency", min_frequency, 1, whole=True)
        _check_number("smoothing", smoothing, 0, whole=False)
        _check_number("horizon", horizon, 0, whole=True)
        _check_number("random_state", random_state, 0, whole=True)
        self.tenant = Tenant.of(tenant_id)
        self.time_column = time_column
        self.horizon = horizon
        self.random_state = random_state
        self._outliers = outliers
        asked = check_encoding(encoding, _OWNER)
        named = {
            name: ColumnKind.CATEGORY for name in asked if name
        }  # who names a column calls it a category
        self._reader = TableReader(named | said_kinds(kinds, _OWNER))
        self._coding = Coding(asked, min_frequency, smoothing)
        self._cleaner = TableCleaner(fill, self._reader, self._coding)
        self._extraction = TableExtraction(self._reader)
        self._scalers: dict[str, TableScaler] = {}

    def preprocess(self, data: Table, model_type: str | None = None, is_training: bool = True) -> Table:
        """Read what the columns hold, fill gaps and code categories; rules as in :class:`.cleaning.TableCleaner`.

        Columns that make no sense to a model as they are, text and times, stay: see :meth:`extract_features`.

        Args:
            data: the columns of a model's input, without the target; or in training the pair ``(columns, target)``,
                the target of shape (n_samples,), for target encoding. The numbers that a training row gets then
                rest on other rows: on earlier ones whose target was known by then where rows have times, else on
                those of other folds. So they are not the numbers that the same row gets at inference.
            model_type: what the table is for. The rules suit every family; a subclass may branch on it.
            is_training: learn the rules from ``data`` (and forget older ones), or apply those learned.

        Raises:
            ParameterError: ``data`` is not a table, ``model_type`` not a name, or the target does not fit.
            DataProcessingError: no rows, infinite numbers, or at inference other columns than in training.
            LeakageError: ``fill="forward"`` (or a Hampel filter) on times that go back or cannot be read.
        """
        if model_type is not None and not isinstance(model_type, str):
            raise ParameterError.of("model_type", "preprocess", "the name of a model type", model_type)
        data, target = data if _is_pair(data) else (data, None)
        frame = _table(data, "preprocess")
        if self._cleaner.fill == "forward":
            self._require_time_order(frame)
        if is_training:
            return like(data, self._train(frame, target))
        if target is not None:
            raise ParameterError.of(
                "data", "preprocess", "a table alone at inference", "a table and a target"
            )
        if self._outliers is not None and self._cleaner.fitted:
            frame = self._outliers.transform(self._reader.read(frame, "preprocess"))
        return like(data, self._cleaner.transform(frame))

    def extract_features(
        self,
        data: Table,
        feature_config: Mapping[str, Any] | None = None,
        is_training: bool | None = None,
    ) -> Table:
        """Replace text and times by numbers; other columns pass.

        Text gives ``{column}_characters``, ``_words``, ``_word_length``, ``_unique_words``, ``_lines``, ``_digits``,
        ``_uppercase``, ``_questions``, ``_exclamations`` and ``_links``; a column of times ``{column}_hour``,
        ``_weekday``, ``_day``, ``_month`` and ``_weekend``. What a column holds is settled when it is first seen,
        and anew by a training ``preprocess``, so a single row gives the numbers it gives among others.

        Args:
            data: a table.
            feature_config: ``include_text_features`` and ``include_datetime_features``, both true when not given; a
                kind that is not included passes untouched. ``text_terms`` (0): so many terms of each text column
                as TF-IDF, ``{column}_term_{term}``. ``cyclical`` (false): hour, weekday and day of the year on the
                circle as well, ``_sin`` and ``_cos``. ``time_differences`` (false): hours between every two columns
                of times, ``{later column}_since_{earlier column}``; mind that a time that is not known yet when a
                prediction is asked for is no feature.
            is_training: learn what columns hold and the terms anew, or not at all; ``None``: learn what is not yet
                known.

        Raises:
            ParameterError: an unknown key, or a value of the wrong kind.
            DataProcessingError: no rows, a column of times that no longer holds times, terms that were not learned.
        """
        config = ExtractionConfig.read(feature_config)
        frame = _table(data, "extract_features")
        self._reader.learn(frame, anew=is_training is True)
        if is_training or (is_training is None and not self._extraction.learned(frame, config)):
            self._extraction.learn(frame, config)
        if not self._extraction.learned(frame, config):
            raise DataProcessingError(
                "The text of extract_features must be seen with is_training=True first. Got inference data."
            )
        return like(data, self._extraction.transform(frame, config))

    def transform_features(
        self,
        features: Table,
        transform_type: str = "standard",
        is_training: bool = True,
        *,
        clip_outliers: bool = False,
    ) -> Table:
        """Scale the numeric columns; others pass untouched, NaN stays NaN.

        Args:
            features: a table.
            transform_type: ``standard`` (mean 0, deviation 1), ``minmax`` (0 to 1), ``maxabs``, ``robust`` (median
                and quartiles), ``quantile`` (normal scores) or ``power`` (Yeo-Johnson); see
                :class:`.scaling.FeatureScaler`.
            is_training: learn from ``features`` what to subtract and divide by, or apply what was learned.
                Learn from the training part only.
            clip_outliers: in training: clip to the 0.5 % and 99.5 % quantiles first, here and at inference.

        Raises:
            ParameterError: an unknown ``transform_type``.
            DataProcessingError: no rows, infinite numbers, nothing learned yet, or other columns than then.
        """
        kind = check_transform_type(transform_type)
        frame = _table(features, "transform_features")
        if is_training:
            self._scalers[kind] = TableScaler.fit(frame, kind, clip_outliers)
        return like(features, self._scaler(kind).transform(frame))

    def restore_features(self, features: Table, transform_type: str = "standard") -> Table:
        """Undo :meth:`transform_features`: the columns on the scale they came from (what was clipped stays so).

        Raises:
            ParameterError: an unknown ``transform_type``.
            DataProcessingError: no rows, infinite numbers, nothing learned yet, or other columns than then.

        >>> processor = DataProcessor()
        >>> processor.restore_features(processor.transform_features(pd.DataFrame({"a": [1.0, 3.0]}))).a.tolist()
        [1.0, 3.0]
        """
        scaler = self._scaler(check_transform_type(transform_type))
        return like(features, scaler.transform(_table(features, "restore_features"), inverse=True))

    def split_data(
        self,
        X: Table,
        y: Any,
        test_size: float = 0.2,
        val_size: float = 0.1,
        random_state: int | None = 42,
        *,
        horizon: int | None = None,
    ) -> tuple[Any, Any, Any, Any, Any, Any]:
        """Return ``X_train, X_val, X_test, y_train, y_val, y_test``.

        With times (the index, a column ``timestamp``, ``time``, ``date`` or ``datetime``, or the ``time_column`` of
        this processor) the parts follow one another, nothing is shuffled and the newest rows are the test; rows of one
        moment are never torn apart, so parts can be a little larger or smaller than asked for. Rows whose labels
        look across a border, ``horizon`` moments ahead, are in no part. Without times the rows are shuffled by
        the seed, and stratified when ``y`` holds classes with enough rows each (texts, booleans, or at most
        20 different whole numbers).

        Args:
            X: table of shape (n_samples, n_features).
            y: target of shape (n_samples,); its parts have its kind.
            test_size: share of all rows, above 0.
            val_size: share of all rows; 0 gives empty validation parts.
            random_state: the seed of the shuffle.
            horizon: how many moments ahead the target looks (``None``: as this processor was made).

        Raises:
            ParameterError: a share is not usable, or ``y`` has another length.
            DataProcessingError: too few rows, or unknown times.
            LeakageError: what by its name is the time of the rows cannot be read as times.
        """
        _table(X, "split_data")
        rows = split_rows(
            X,
            y,
            test_size,
            val_size,
            random_state,
            time_column=self.time_column,
            horizon=self.horizon if horizon is None else horizon,
        )
        parts = (rows.train, rows.validation, rows.test)
        X_parts, y_parts = ([take(table, part) for part in parts] for table in (X, y))
        return X_parts[0], X_parts[1], X_parts[2], y_parts[0], y_parts[1], y_parts[2]

    def postprocess(
        self,
        predictions: Any,
        classes: Sequence[Any] | None = None,
        *,
        threshold: float | None = None,
        output: str = "labels",
    ) -> Any:
        """Return predictions as answers.

        Args:
            predictions: answers or class codes of shape (n_samples,), or probabilities of shape
                (n_samples, n_classes), of which the largest wins (the first, when several are).
            classes: the labels in the order of the codes or columns; without them codes stay codes.
            threshold: from which probability on the second of two classes wins; then ``predictions`` may also be its
                probabilities alone, shape (n_samples,).
            output: ``labels``: an array of shape (n_samples,); ``frame``: a table with ``prediction`` and, of
                probabilities, ``probability`` (of the answer) and ``probability_{class}``; ``records``: the same as a
                list of plain mappings for JSON.

        Raises:
            ParameterError: ``threshold`` or ``output`` is not usable.
            DataProcessingError: another shape, unknown codes, NaN among probabilities, or as many columns as
                there are no classes for.

        >>> DataProcessor().postprocess([[0.2, 0.8], [0.9, 0.1]], classes=["low", "high"]).tolist()
        ['high', 'low']
        >>> DataProcessor().postprocess([0.4], ["no", "yes"], threshold=0.3, output="records")
        [{'prediction': 'yes', 'probability': 0.4, 'probability_no': 0.6, 'probability_yes': 0.4}]
        """
        return answers(predictions, classes, threshold, output)

    def save(self, path: str | Path) -> None:
        """Write down what was learned, as JSON: rules, codes, terms, scales. No row of the data is in it.

        Raises:
            DataProcessingError: the outlier filter is an isolation forest, which JSON cannot hold.
            StoreError: the file cannot be written; what was there stays.
        """
        write_processor(self, Path(path))

    @classmethod
    def load(cls, path: str | Path, tenant_id: Tenant | str | None = None) -> DataProcessor:
        """Return a processor that does what the one did that :meth:`save` wrote down.

        Args:
            path: the file.
            tenant_id: whose it must be; ``None`` takes the tenant of the file.

        Raises:
            StoreError: the file cannot be read.
            DataProcessingError: it holds no processor.
            TenantError: it is another tenant's.
        """
        return read_processor(cls, Path(path), tenant_id)

    def _train(self, frame: pd.DataFrame, target: Any) -> pd.DataFrame:
        reader = self._reader.anew()
        reader.learn(frame)
        frame = reader.read(frame, "preprocess")
        outcome = None if target is None else Outcome.of(target, frame, "preprocess")
        outliers = deepcopy(self._outliers)
        if outliers is not None:
            frame = outliers.fit(frame).transform(frame)
        cleaner = TableCleaner(self._cleaner.fill, reader, self._coding)
        cleaner.fit(frame, outcome, read=True)
        averaging = self._averaging(frame) if cleaner.codes_by_target else None
        made = cleaner.transform_training(frame, outcome, averaging)
        self._reader.kinds.update(reader.kinds)  # nothing changes before all went well
        cleaner.reader = self._reader
        self._cleaner, self._outliers = cleaner, outliers
        return made

    def _averaging(self, frame: pd.DataFrame) -> Averaging:
        moments = row_moments(frame, "preprocess", self.time_column)
        return Averaging(self._coding.smoothing, moments, self.horizon, self.random_state)

    def _require_time_order(self, frame: pd.DataFrame) -> None:
        if self.time_column is None:
            require_time_order(frame, "preprocess")
        elif self.time_column in frame.columns:
            require_time_order(pd.DataFrame({"timestamp": frame[self.time_column].to_numpy()}), "preprocess")

    def _scaler(self, kind: str) -> TableScaler:
        if kind not in self._scalers:
            raise DataProcessingError(
                "The features of transform_features must be seen with is_training=True first. "
                f"Got nothing learned for '{kind}'."
            )
        return self._scalers[kind]


def _is_pair(data: Any) -> bool:
    two = isinstance(data, tuple) and len(data) == 2
    return two and (hasattr(data[0], "columns") or (isinstance(data[0], np.ndarray) and data[0].ndim == 2))


def _table(data: Table, owner: str) -> pd.DataFrame:
    frame = to_pandas(data, "data", owner)
    if frame.empty:
        raise DataProcessingError(
            f"The 'data' parameter of {owner} must have at least one row and one column. "
            f"Got {frame.shape[0]} rows and {frame.shape[1]} columns."
        )
    if not all(isinstance(name, str) for name in frame.columns):
        frame = frame.rename(columns=str)
    return frame


def _check_number(name: str, value: Any, least: int, *, whole: bool) -> None:
    kinds = int if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not least <= value < float("inf"):
        what = "a whole number" if whole else "a number"
        raise ParameterError.of(name, _OWNER, f"{what} of at least {least}", value)
