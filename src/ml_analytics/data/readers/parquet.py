"""Parquet files; a pandas index that was stored comes back."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from .options import ReadOptions, require_rows, require_unique, unreadable


def read(path: Path, options: ReadOptions) -> pd.DataFrame:
    """Read the whole file."""
    try:
        table = parquet.ParquetFile(path).read()
        require_unique(table.column_names, path)
        frame: pd.DataFrame = table.to_pandas(date_as_object=False)
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise unreadable(path, "Parquet", str(error)) from error
    return require_rows(frame, path)
