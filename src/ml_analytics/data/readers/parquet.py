"""Parquet files; a pandas index that was stored comes back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from .frames import Gaps, may_have_gaps, rebatched
from .options import ReadOptions, no_rows, require_rows, require_unique, unreadable

_BUFFER = 1 << 20
_MOST_ROWS = 16_384  # of one read: wide rows stay small


def read(path: Path, options: ReadOptions) -> pa.Table:
    """Read the whole file."""
    with _sentences(path), parquet.ParquetFile(path) as file:
        require_unique(file.schema_arrow.names, path)
        table = file.read()
    return require_rows(table, path)


def read_chunks(path: Path, options: ReadOptions, rows: int) -> Iterator[pa.Table | pd.DataFrame]:
    """Yield tables of ``rows`` rows; columns are read page by page, so row groups may be large.

    Columns of whole numbers and truth values are read twice, first to see whether one has missing values.
    """
    with _sentences(path), parquet.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False) as file:
        require_unique(file.schema_arrow.names, path)
        if not file.metadata.num_rows:
            raise no_rows(path)
        size = min(rows, _MOST_ROWS)
        gaps = Gaps()
        if not options.arrow:
            names = [field.name for field in file.schema_arrow if may_have_gaps(field.type)]
            for batch in file.iter_batches(size, columns=names) if names else ():
                gaps.observe(batch)
        for table in rebatched(file.iter_batches(size), rows):
            yield table if options.arrow else gaps.frame(table)


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, KeyError) as error:
        raise unreadable(path, "Parquet", str(error)) from error
