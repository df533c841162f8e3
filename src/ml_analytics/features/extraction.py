"""Numbers from text and times, row by row: a row gives the same numbers alone and among others."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

_TURNS = {"hour": 24, "weekday": 7, "day_of_year": 365.25}
_LINK = r"https?://|www\."


def text_features(column: pd.Series) -> dict[str, np.ndarray]:
    """Return counts and shares of a text column; a missing text counts as empty.

    ``characters``, ``words``, ``word_length`` (characters per word), ``unique_words`` (share of the words that are
    different, in lower case), ``lines``, ``digits`` and ``uppercase`` (shares of the characters, 0 to 1),
    ``questions`` and ``exclamations`` (marks), ``links`` (web addresses).

    >>> {name: values.tolist() for name, values in text_features(pd.Series(["Help me!"])).items()}["words"]
    [2.0]
    """
    texts = column.where(column.notna(), "").astype(str)
    strings = texts.str
    characters = strings.len().to_numpy(np.float64)
    size = np.maximum(characters, 1.0)
    words = [text.lower().split() for text in texts]
    counts = np.asarray([len(one) for one in words], dtype=np.float64)
    each = np.maximum(counts, 1.0)
    return {
        "characters": characters,
        "words": counts,
        "word_length": np.asarray([sum(map(len, one)) for one in words]) / each,
        "unique_words": np.asarray([len(set(one)) for one in words]) / each,
        "lines": strings.count("\n").to_numpy(np.float64) + (characters > 0),
        "digits": strings.count(r"\d").to_numpy(np.float64) / size,
        "uppercase": np.asarray([sum(map(str.isupper, text)) for text in texts]) / size,
        "questions": strings.count(r"\?").to_numpy(np.float64),
        "exclamations": strings.count("!").to_numpy(np.float64),
        "links": strings.count(_LINK).to_numpy(np.float64),
    }


def datetime_features(column: pd.Series, *, cyclical: bool = False) -> dict[str, np.ndarray]:
    """Return calendar numbers of a column of times, in UTC; a missing time gives NaN.

    ``hour`` (0 to 23), ``weekday`` (Monday is 0), ``day``, ``month``, ``weekend`` (1 or 0). With ``cyclical`` also the
    place on the circle, ``_sin`` and ``_cos``, of ``hour`` (with its minutes), ``weekday`` and ``day_of_year``, so
    that 23:59 and 0:00 are neighbours. Times without a zone are taken as UTC, with a warning.

    >>> times = pd.Series(pd.to_datetime(["2024-01-06T15:30Z"]))
    >>> {name: float(values[0]) for name, values in datetime_features(times).items()}
    {'hour': 15.0, 'weekday': 5.0, 'day': 6.0, 'month': 1.0, 'weekend': 1.0}
    """
    if column.dt.tz is None:
        warnings.warn("Times without a zone are taken as UTC.", UserWarning, stacklevel=6)
    else:
        column = column.dt.tz_convert("UTC")
    times = column.dt
    weekday = times.day_of_week.to_numpy(np.float64)
    hour = times.hour.to_numpy(np.float64)
    made = {
        "hour": hour,
        "weekday": weekday,
        "day": times.day.to_numpy(np.float64),
        "month": times.month.to_numpy(np.float64),
        "weekend": np.where(np.isnan(weekday), np.nan, weekday >= 5),
    }
    if cyclical:
        within = {
            "hour": hour + times.minute.to_numpy(np.float64) / 60,
            "weekday": weekday,
            "day_of_year": times.day_of_year.to_numpy(np.float64) - 1,
        }
        for name, values in within.items():
            angle = 2 * np.pi * values / _TURNS[name]
            made |= {f"{name}_sin": np.sin(angle), f"{name}_cos": np.cos(angle)}
    return made


def hours_between(earlier: pd.Series, later: pd.Series) -> np.ndarray:
    """Return hours from one column of times to another, NaN where one is missing.

    >>> day = pd.to_datetime(["2024-01-06T15:30Z", "2024-01-07T15:30Z"])
    >>> hours_between(pd.Series(day[:1]), pd.Series(day[1:])).tolist()
    [24.0]
    """
    hours = (_utc(later) - _utc(earlier)).to_numpy()
    return np.asarray(hours / np.timedelta64(1, "h"), dtype=np.float64)


def _utc(column: pd.Series) -> pd.DatetimeIndex:
    times = pd.DatetimeIndex(column)
    return times.tz_localize("UTC") if times.tz is None else times.tz_convert("UTC")
