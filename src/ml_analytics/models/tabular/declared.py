"""Columns whose kind is said, not found: codes that are no quantities, short texts that are no categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ...core.columns import ColumnKind, code_word
from ...core.errors import ParameterError
from ...core.frames import to_pandas
from ...core.signature import Field, Signature
from ..hyperparameters import Given

_SPELLED = (ColumnKind.CATEGORY, ColumnKind.TEXT)


def _are_kinds(value: object) -> bool:
    if value is None:
        return True
    if not isinstance(value, dict):
        return False
    return all(
        isinstance(name, str) and isinstance(kind, str) and kind in set(ColumnKind)
        for name, kind in value.items()
    )


KINDS = Given(
    "what columns hold, by name; of all others it is found from their values",
    f"None, or a dict of column names and one of {', '.join(ColumnKind)}",
    _are_kinds,
)
"""The description of ``kinds``."""


def declared_signature(
    found: Signature, frame: pd.DataFrame, kinds: Mapping[str, str], owner: str
) -> Signature:
    """Return the signature of a table with the kinds that were said.

    Raises:
        ParameterError: a column that the table does not have.
    """
    absent = next((name for name in kinds if name not in found.names), None)
    if absent is not None:
        raise ParameterError.of("kinds", owner, f"of columns of X ({', '.join(found.names[:20])})", absent)
    fields = tuple(
        _declared(one, frame[one.name], ColumnKind(kinds[one.name])) if one.name in kinds else one
        for one in found.inputs
    )
    return Signature(fields, found.output, found.classes)


def _declared(found: Field, column: pd.Series, kind: ColumnKind) -> Field:
    if kind is found.kind:
        return found
    seen = tuple(sorted(map(str, column.dropna().unique()))) if kind is ColumnKind.CATEGORY else ()
    return replace(found, kind=kind, minimum=None, maximum=None, categories=seen)


def spelled(X: Any, kinds: Mapping[str, str], signature: Signature | None) -> Any:
    """Return a table whose codes are text: 7 and 7.0 (a column with gaps) are both "7".

    >>> spelled(pd.DataFrame({"code": [7.0, None]}), {"code": "category"}, None)["code"].tolist()
    ['7', nan]
    """
    frame = to_pandas(X, "X", "fit or predict")
    names = list(frame.columns)
    if isinstance(X, np.ndarray) and signature is not None and len(names) == len(signature.names):
        names = list(signature.names)
    frame = frame.set_axis([str(name) for name in names], axis=1)
    coded = [name for name, kind in kinds.items() if kind in _SPELLED and name in frame.columns]
    return frame.assign(
        **{name: frame[name].astype(object).map(code_word, na_action="ignore") for name in coded}
    )
