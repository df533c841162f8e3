"""Numbers from text and times, row by row: a row gives the same numbers alone and among others."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd


def text_features(column: pd.Series) -> dict[str, np.ndarray]:
    """Return counts and shares of a text column; a missing text counts as empty.

    ``characters``, ``words``, ``digits`` and ``uppercase`` (shares of the characters, 0 to 1), ``questions``
    and ``exclamations`` (marks).

    >>> {name: values.tolist() for name, values in text_features(pd.Series(["Help me!"])).items()}["words"]
    [2.0]
    """
    texts = column.where(column.notna(), "").astype(str).str
    characters = texts.len().to_numpy(np.float64)
    size = np.maximum(characters, 1.0)
    return {
        "characters": characters,
        "words": texts.count(r"\S+").to_numpy(np.float64),
        "digits": texts.count(r"\d").to_numpy(np.float64) / size,
        "uppercase": texts.count(r"[A-Z]").to_numpy(np.float64) / size,
        "questions": texts.count(r"\?").to_numpy(np.float64),
        "exclamations": texts.count("!").to_numpy(np.float64),
    }


def datetime_features(column: pd.Series) -> dict[str, np.ndarray]:
    """Return calendar numbers of a column of times, in UTC; a missing time gives NaN.

    ``hour`` (0 to 23), ``weekday`` (Monday is 0), ``day``, ``month``, ``weekend`` (1 or 0). Times without a
    zone are taken as UTC, with a warning.

    >>> times = pd.Series(pd.to_datetime(["2024-01-06T15:30Z"]))
    >>> {name: float(values[0]) for name, values in datetime_features(times).items()}
    {'hour': 15.0, 'weekday': 5.0, 'day': 6.0, 'month': 1.0, 'weekend': 1.0}
    """
    if column.dt.tz is None:
        warnings.warn("Times without a zone are taken as UTC.", UserWarning, stacklevel=4)
    else:
        column = column.dt.tz_convert("UTC")
    times = column.dt
    weekday = times.day_of_week.to_numpy(np.float64)
    return {
        "hour": times.hour.to_numpy(np.float64),
        "weekday": weekday,
        "day": times.day.to_numpy(np.float64),
        "month": times.month.to_numpy(np.float64),
        "weekend": np.where(np.isnan(weekday), np.nan, weekday >= 5),
    }
