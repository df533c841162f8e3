"""Texts in any form as one column, and clean of what no file can hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.frames import to_pandas

NAME = "text"
"""What the column of a plain list of texts is called."""


def one_column(X: Any, name: str = NAME) -> Any:
    """Return a list, Series or one-dimensional array of texts as a table of one column; other things as they are.

    Lone surrogates (halves of a character, which no UTF-8 file can hold) become U+FFFD.

    >>> one_column(["a", None])["text"].tolist()
    ['a', None]
    """
    plain = isinstance(X, (list, tuple)) and bool(X) and all(one is None or isinstance(one, str) for one in X)
    if plain or (isinstance(X, np.ndarray) and X.ndim == 1 and X.dtype.kind in "OUT"):
        return pd.DataFrame({name: pd.Series(_clean(X), dtype=object)})
    if isinstance(X, pd.Series) and not pd.api.types.is_numeric_dtype(X):
        return pd.DataFrame({name: pd.Series(_clean(X), index=X.index, dtype=object)})
    frame = to_pandas(X, "X", "text_classifier")
    if frame.shape[1] == 1 and pd.api.types.is_object_dtype(frame.dtypes.iloc[0]):
        column = frame.columns[0]
        return pd.DataFrame({column: pd.Series(_clean(frame[column]), index=frame.index, dtype=object)})
    return frame


def _clean(texts: Any) -> list[Any]:
    return [_whole(str(one)) if isinstance(one, str) else one for one in texts]


def _whole(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
