"""Rows of a table to documents: raw, complete, and the same document for the same row every time."""

from __future__ import annotations

import hashlib
import json
import math
import re
import warnings
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from ml_analytics.core.canonical import plain
from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.core.frames import Table, to_pandas
from ml_analytics.core.row_times import TIME_NAMES

from .validation.bars import ISO, read_times, unread_times

_INFINITE = {math.inf: "Infinity", -math.inf: "-Infinity"}
_NUMBERS = {text: number for number, text in _INFINITE.items()}
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
"""NUL and lone surrogates: not every database can hold them."""
UNSTORABLE = "unstorable_text"
"""Why a row is quarantined that holds them."""


def documents_of(
    table: Table, source: str, data_type: str, symbol: str | None, scraped_at: datetime
) -> Iterator[tuple[datetime | None, dict[str, Any]]]:
    """Yield the time (``None`` when it cannot be read) and the document of every row.

    ``_id`` is the SHA-256 of source, type, symbol, time and content: the same row gives the same document
    whenever and however often it comes; a revised row is another document.

    Raises:
        DataProcessingError: no rows, no times, or two columns of one name.
    """
    frame = to_pandas(table, "frame", "MLDataManager.ingest")
    if not len(frame):
        raise DataProcessingError("The 'frame' parameter of ingest must have at least one row. Got no rows.")
    times, time_column, unread = _times(frame)
    content = frame.drop(columns=time_column) if time_column is not None else frame
    names = [str(name) for name in content.columns]
    cells = [content.iloc[:, position].astype(object).tolist() for position in range(len(names))]
    metadata = {"time_column": None if time_column is None else str(time_column)}
    for number, row in enumerate(zip(*cells, strict=True) if cells else [()] * len(frame)):
        raw = {name: cell_of(value) for name, value in zip(names, row, strict=True) if not _absent(value)}
        time = times[number]
        given = unread.get(number)
        yield (
            time,
            {
                "_id": identity_of(source, data_type, symbol, time.isoformat() if time else given, raw),
                "time": time,
                "data_type": data_type,
                "symbol": symbol,
                "source": source,
                "raw_content": raw,
                "scraped_at": scraped_at.isoformat(),
                "metadata": metadata if given is None else {**metadata, "time_as_given": given},
            },
        )


def storable(document: dict[str, Any]) -> dict[str, Any] | None:
    """Return a form of ``document`` that a database can hold, or ``None`` when it is one already.

    NUL and lone surrogates are written out (``\\u0000``), in names and values; the id stays.

    >>> storable({"_id": "a", "raw_content": {"title": "plain"}})
    >>> storable({"_id": "a", "raw_content": {"title": "nul\\x00"}})["raw_content"]
    {'title': 'nul\\\\u0000'}
    """
    written = json.dumps([document.get("raw_content"), document.get("metadata")])
    if "\\u0000" not in written and "\\ud" not in written:
        return None  # pairs of surrogates are written like lone ones: only then look closely
    escaped: dict[str, Any] = _escaped(document)
    return escaped if escaped != document else None


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return _NO_TEXT.sub(lambda found: f"\\u{ord(found[0]):04x}", value)
    if isinstance(value, dict):
        return {_escaped(name): _escaped(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    return value


def content_frame(documents: list[dict[str, Any]]) -> pd.DataFrame:
    """Return the raw rows of documents as a table on their times: the way back from :func:`documents_of`."""
    rows = [numbers_of(raw_content(document)) for document in documents]
    index = pd.DatetimeIndex([document["time"] for document in documents], name="timestamp")
    return pd.DataFrame(rows, index=index)


def numbers_of(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return a raw row with its infinities as numbers again."""
    return {
        name: _NUMBERS.get(value, value) if isinstance(value, str) else value for name, value in raw.items()
    }


def raw_content(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the raw row; a document from elsewhere that has none counts as a row of missing values."""
    raw = document.get("raw_content")
    return raw if isinstance(raw, dict) else {}


def cell_of(value: Any) -> Any:
    """Return a cell as a JSON value; infinities become text, because JSON has none."""
    if isinstance(value, float):
        return _INFINITE.get(value, value)
    if isinstance(value, (str, int)):
        return value
    try:
        return plain(value)
    except ParameterError:
        return str(value)


def _absent(value: Any) -> bool:
    """Say whether a cell is missing; it is left out of the document."""
    return (
        value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value))
    )


def unread_reason(document: dict[str, Any]) -> str:
    """Say why a document has no time: the cell that could not be read, or none at all."""
    given = document["metadata"].get("time_as_given")
    return "missing_time" if given is None else f"missing_time: {ISO}; got {given}"


def _times(frame: pd.DataFrame) -> tuple[list[datetime | None], Any, dict[int, str]]:
    by_name = {str(name).lower(): position for position, name in reversed(list(enumerate(frame.columns)))}
    times, naive, position = read_times(frame, by_name)
    if times is None:
        raise DataProcessingError(
            f"The table given to ingest must have a column with the time of each row, named "
            f"{', '.join(TIME_NAMES[:-1])} or {TIME_NAMES[-1]} (or, a dataframe, times as its index). "
            f"Got the columns {', '.join(map(str, frame.columns))[:200]}."
        )
    if naive.any():
        warnings.warn("Times without a zone are taken as UTC.", UserWarning, stacklevel=4)
    moments: list[datetime | None] = [
        None if pd.isna(time) else time.to_pydatetime(warn=False) for time in times
    ]
    if position is None:
        return moments, None, {}
    return moments, frame.columns[position], unread_times(frame.iloc[:, position], times)


def identity_of(
    source: str, data_type: str, symbol: str | None, moment: str | None, raw: Mapping[str, Any]
) -> str:
    """Return the SHA-256 of what makes a document the document it is."""
    text = json.dumps([source, data_type, symbol, moment, raw], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
