"""The signature of a model: what goes in, by name, type and range, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from .canonical import plain
from .columns import ColumnKind, code_word, column_kind
from .errors import DataProcessingError, ParameterError, PredictionError
from .frames import Table, to_pandas
from .row_times import UnreadTimeError, read_times

FLOAT32_MAX = float(np.finfo(np.float32).max)


@dataclass(frozen=True, slots=True)
class Field:
    """One input column.

    ``minimum`` and ``maximum`` were seen in training and inform; they are not enforced. ``nullable`` is
    true when training saw missing values. ``categories`` are those seen; ``unseen`` says what an unknown
    one gets.
    """

    name: str
    kind: ColumnKind
    nullable: bool = False
    minimum: float | None = None
    maximum: float | None = None
    categories: tuple[str, ...] = ()
    unseen: Literal["accept", "refuse"] = "accept"


@dataclass(frozen=True)
class Signature:
    """Inputs in order and the kind of output.

    ``output`` is ``"class"``, ``"number"``, ``"regime"``, ``"cluster"`` or ``"score"``; ``classes`` are the
    labels in the order of the columns of ``predict_proba``.
    """

    inputs: tuple[Field, ...]
    output: str = "number"
    classes: tuple[Any, ...] = field(default=())

    @classmethod
    def infer(cls, table: Table, output: str = "number", classes: tuple[Any, ...] = ()) -> Signature:
        """Infer from training data (features only).

        >>> Signature.infer(pd.DataFrame({"rsi_14": [30.0, 70.0]}), "class", (0, 1)).names
        ('rsi_14',)
        """
        frame = to_pandas(table, "table", "Signature.infer")
        fields = _infer_numbers(frame) or tuple(_infer_field(frame[name]) for name in frame.columns)
        return cls(fields, output, tuple(classes))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Input names in order."""
        return tuple(one.name for one in self.inputs)

    @cached_property
    def _numeric(self) -> np.ndarray | None:
        """Which columns may be missing, when all inputs are numbers; else ``None``."""
        if all(one.kind is ColumnKind.NUMBER for one in self.inputs):
            return np.array([one.nullable for one in self.inputs], dtype=bool)
        return None

    def check(self, table: Table, *, extra: Literal["refuse", "drop"] = "refuse") -> pd.DataFrame:
        """Return the input as a frame in the model's column order, or say in one sentence what is wrong.

        Columns are matched by name and reordered; an array must have exactly as many columns as the model has
        inputs. Values are never converted from text to number; times may be ISO 8601 text (without a zone: UTC), and
        codes of categories whole numbers, as gaps in a column make them (7.0 is "7").

        Raises:
            PredictionError: missing or unknown columns, wrong types, NaN or infinity where training had
                none, numbers beyond 32-bit range, or no rows.
        """
        frame = to_pandas(table, "input_data", "predict")
        if isinstance(table, (np.ndarray, list, tuple)) and not _rows_of_mappings(table):
            frame = self._named(frame)
        elif not all(isinstance(name, str) for name in frame.columns):
            frame = frame.set_axis([str(name) for name in frame.columns], axis=1)
        if self._plainly_fits(frame):
            return frame
        missing = [name for name in self.names if name not in frame.columns]
        if missing:
            raise PredictionError(f"The input must have the column '{missing[0]}' ({len(missing)} missing).")
        known = set(self.names)
        unknown = [str(name) for name in frame.columns if name not in known]
        if unknown and extra == "refuse":
            raise PredictionError(
                f"The input must have only the model's columns. Got '{unknown[0]}' as well."
            )
        if frame.empty:
            raise PredictionError("The input must have at least one row. Got none.")
        frame = frame.loc[:, list(self.names)]
        read = {
            one.name: column for one in self.inputs if (column := _read(one, frame[one.name])) is not None
        }
        frame = frame.assign(**read) if read else frame
        for one in self.inputs:
            _check_field(one, frame[one.name])
        empty = [
            one.name
            for one in self.inputs
            if one.kind is ColumnKind.NUMBER and frame[one.name].dtype == object
        ]
        return frame.astype(dict.fromkeys(empty, np.float64)) if empty else frame

    def _plainly_fits(self, frame: pd.DataFrame) -> bool:
        """Say whether the columns are the model's, all numbers and in range: one pass over one matrix.

        Anything else goes the long way, which finds the sentence for it.
        """
        if self._numeric is None or frame.empty or tuple(frame.columns) != self.names:
            return False
        if not _plain_numbers(frame):
            return False
        values = frame.to_numpy(dtype=np.float64)
        lowest, highest = values.min(), values.max()  # NaN where one is in it
        if not np.isnan(lowest):
            return bool(lowest >= -FLOAT32_MAX and highest <= FLOAT32_MAX)
        missing = np.isnan(values)
        if (missing & ~self._numeric).any():
            return False
        return not (np.abs(values) > FLOAT32_MAX).any()

    def _named(self, frame: pd.DataFrame) -> pd.DataFrame:
        if frame.shape[1] != len(self.inputs):
            raise PredictionError(
                f"The input must have {len(self.inputs)} columns. Got {frame.shape[1]} instead."
            )
        return frame.set_axis(list(self.names), axis=1)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        value: dict[str, Any] = plain(self)
        return value

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Signature:
        """Read what :meth:`to_json` wrote."""
        try:
            inputs = tuple(
                Field(**{**one, "kind": ColumnKind(one["kind"]), "categories": tuple(one["categories"])})
                for one in value["inputs"]
            )
            return cls(inputs, value["output"], tuple(value["classes"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ParameterError.of("value", "Signature.from_json", "a signature as JSON", value) from error


_LARGEST_SQUARES = {np.dtype(np.float64): FLOAT32_MAX**2, np.dtype(np.float32): FLOAT32_MAX}


def finite_in_32_bits(values: np.ndarray) -> bool:
    """Say whether a sum of squares proves that every number is finite in 32 bits: one pass, no other array.

    ``False`` proves nothing: numbers may be missing, large, or of a type that is not looked at.

    >>> finite_in_32_bits(np.array([1.0, -2.0])), finite_in_32_bits(np.array([1.0, np.nan]))
    (True, False)
    """
    flat = values.ravel(order="K")
    return bool(values.dtype in _LARGEST_SQUARES and np.vdot(flat, flat) <= _LARGEST_SQUARES[values.dtype])


def _rows_of_mappings(table: Any) -> bool:
    return isinstance(table, list) and bool(table) and isinstance(table[0], dict)


def _plain_numbers(frame: pd.DataFrame) -> bool:
    """Say whether all columns are NumPy's integers or floats: then one matrix holds them all."""
    return all(isinstance(one, np.dtype) and one.kind in "fiu" for one in set(frame.dtypes))


def _infer_numbers(frame: pd.DataFrame) -> tuple[Field, ...] | None:
    """Return the fields of a table of plain numbers in one pass over one matrix, ``None`` for other tables."""
    if frame.empty or not _plain_numbers(frame):
        return None
    values = frame.to_numpy(dtype=np.float64)
    low, high = values.min(axis=0).tolist(), values.max(axis=0).tolist()
    names = [str(name) for name in frame.columns]
    fields = []
    for place, name in enumerate(names):
        if np.isfinite(low[place]) and np.isfinite(high[place]):
            fields.append(Field(name, ColumnKind.NUMBER, False, low[place], high[place]))
        else:
            fields.append(_infer_field(frame[frame.columns[place]]))
    return tuple(fields)


def _infer_field(column: pd.Series) -> Field:
    kind = column_kind(column)
    nullable = bool(column.isna().any())
    if getattr(column.dtype, "kind", "") == "c":
        raise DataProcessingError(f"The column '{column.name}' must hold real numbers. Got complex ones.")
    if kind is ColumnKind.NUMBER:
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        finite = values[np.isfinite(values)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (None, None)
        return Field(str(column.name), kind, nullable, low, high)
    if kind is ColumnKind.CATEGORY:
        seen = tuple(sorted(map(str, column.dropna().unique())))
        return Field(str(column.name), kind, nullable, categories=seen)
    return Field(str(column.name), kind, nullable)


def _check_field(one: Field, column: pd.Series) -> None:
    if one.kind is ColumnKind.NUMBER:
        _check_numbers(one, column)
        return
    if not one.nullable and one.kind is not ColumnKind.TEXT and column.isna().any():
        raise PredictionError(f"The column '{one.name}' must have no missing values. Got some.")
    if one.kind in (ColumnKind.TIME, ColumnKind.BOOLEAN):
        _check_exact(one, column)
    if one.kind in (ColumnKind.TEXT, ColumnKind.CATEGORY):
        values = column.dropna()
        seen = set(one.categories)  # a known category may be of any type
        wrong = next(
            (
                value
                for value in values
                if (not isinstance(value, (str, int)) or isinstance(value, bool)) and str(value) not in seen
            ),
            None,
        )
        if wrong is not None or (
            one.kind is ColumnKind.TEXT and pd.api.types.is_numeric_dtype(column) and len(values)
        ):
            raise PredictionError(
                f"The column '{one.name}' must hold text. Got {column.iloc[:1].tolist()[0]!r} instead."
            )
        if one.unseen == "refuse" and (new := set(map(str, values)) - set(one.categories)):
            raise PredictionError(f"The column '{one.name}' must hold known categories. Got {min(new)!r}.")


def _read(one: Field, column: pd.Series) -> pd.Series | None:
    """Return a column as its field means it where a file or a gap made it something else, ``None`` where not."""
    if one.kind is ColumnKind.TIME and _holds_text(column):
        return _times_read(one, column)
    if one.kind is ColumnKind.CATEGORY and column.dtype.kind == "f" and any(map(_is_code, one.categories)):
        known = column.dropna()
        if (known % 1 == 0).all():  # codes in a column with gaps: 7.0 is "7"
            return column.astype(object).map(code_word, na_action="ignore")
    return None


def _is_code(category: str) -> bool:
    return category.removeprefix("-").isdecimal()


def _holds_text(column: pd.Series) -> bool:
    return column.dtype.kind == "O" and any(isinstance(value, str) for value in column)


def _times_read(one: Field, column: pd.Series) -> pd.Series:
    try:
        return pd.Series(read_times(column), index=column.index)
    except UnreadTimeError as error:
        raise PredictionError(
            f"The column '{one.name}' must hold times or ISO 8601 text. Got {str(error.got)[:60]!r} instead."
        ) from error


def _check_exact(one: Field, column: pd.Series) -> None:
    wanted, words = (
        ((datetime,), "times") if one.kind is ColumnKind.TIME else ((bool, np.bool_), "true or false")
    )
    if pd.api.types.is_bool_dtype(column) if one.kind is ColumnKind.BOOLEAN else column.dtype.kind == "M":
        return
    wrong = next((value for value in column.dropna() if not isinstance(value, wanted)), None)
    if wrong is not None:
        raise PredictionError(f"The column '{one.name}' must hold {words}. Got {wrong!r} instead.")


def _check_numbers(one: Field, column: pd.Series) -> None:
    if column.dtype.kind in "bc" or not pd.api.types.is_numeric_dtype(
        column
    ):  # no booleans, no complex numbers
        if not column.isna().all():
            shown = column.dropna().iloc[:1].tolist()[0]
            raise PredictionError(f"The column '{one.name}' must hold numbers. Got {shown!r} instead.")
        if not one.nullable:
            raise PredictionError(f"The column '{one.name}' must hold finite numbers. Got missing values.")
        return
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    if not one.nullable and np.isnan(values).any():
        raise PredictionError(f"The column '{one.name}' must hold finite numbers. Got NaN.")
    known = values[~np.isnan(values)]
    if known.size and np.abs(known).max() > FLOAT32_MAX:
        raise PredictionError(
            f"The column '{one.name}' must hold finite 32-bit numbers. Got {np.abs(known).max()}."
        )
