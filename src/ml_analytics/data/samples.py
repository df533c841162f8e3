"""Bundled real data, no network: daily S&P 500 and NASDAQ bars and monthly Fama-French factors.

They come with the ``arch`` package (NCSA licence): 5,031 daily bars from 1999-01-04 to 2018-12-31 and
1,109 months of factors from 1926-07 to 2018-11.
"""

from __future__ import annotations

import pandas as pd


def load_sp500() -> pd.DataFrame:
    """Return daily S&P 500 bars, 1999-2018: 5,031 rows.

    Columns ``open high low close adj_close volume`` (float64; prices in index points, volume in shares) on
    a UTC index named ``timestamp`` that holds the date of the session at midnight. No value is missing.
    Many opens before 2007 repeat the close before them: they are not prices at which anyone traded, and
    :class:`~ml_analytics.data.DataValidator` says so.

    >>> load_sp500().shape
    (5031, 6)
    """
    from arch.data import sp500

    return _bars(sp500.load())


def load_nasdaq() -> pd.DataFrame:
    """Return daily NASDAQ Composite bars, 1999-2018: 5,031 rows, columns as :func:`load_sp500`.

    >>> load_nasdaq().columns.tolist()
    ['open', 'high', 'low', 'close', 'adj_close', 'volume']
    """
    from arch.data import nasdaq

    return _bars(nasdaq.load())


def load_fama_french() -> pd.DataFrame:
    """Return monthly Fama-French factors, 1926-07 to 2018-11: 1,109 rows.

    Columns ``mkt_rf smb hml rf`` in percent per month, on a UTC index named ``timestamp`` that holds the
    last day of the month: the first moment at which the month's figures can be known.

    >>> load_fama_french().index[0].date().isoformat()
    '1926-07-31'
    """
    from arch.data import frenchdata

    frame = frenchdata.load()
    frame.columns = frame.columns.str.lower().str.replace("-", "_")
    # The file says 192607; arch reads that number as nanoseconds since 1970.
    months = pd.DatetimeIndex(frame.index).as_unit("ns").asi8
    first_days = pd.to_datetime(pd.Series(months).astype(str), format="%Y%m", utc=True)
    frame.index = pd.DatetimeIndex(first_days + pd.offsets.MonthEnd(0), name="timestamp")
    return frame.astype("float64")


def _bars(frame: pd.DataFrame) -> pd.DataFrame:
    frame.columns = frame.columns.str.lower().str.replace(" ", "_")
    frame.index = pd.DatetimeIndex(frame.index).tz_localize("UTC").rename("timestamp")
    return frame.astype("float64")
