"""Arrow IPC files (Feather version 2 is one) and streams."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa

from .frames import Gaps, rebatched
from .options import ReadOptions, no_rows, require_rows, require_unique, unreadable

_MAGIC = b"ARROW1"


def read(path: Path, options: ReadOptions) -> pa.Table:
    """Read the whole file."""
    with _sentences(path):
        batches = list(_batches(path))
    if not batches:
        raise no_rows(path)
    return require_rows(pa.Table.from_batches(batches), path)


def read_chunks(path: Path, options: ReadOptions, rows: int) -> Iterator[pa.Table | pd.DataFrame]:
    """Yield tables of ``rows`` rows; one batch of the file is in memory at a time.

    The file is read twice, first to see which columns have missing values.
    """
    empty = True
    with _sentences(path):
        gaps = Gaps()
        for batch in () if options.arrow else _batches(path):
            gaps.observe(batch)
        for table in rebatched(_batches(path), rows):
            empty = False
            yield table if options.arrow else gaps.frame(table)
    if empty:
        raise no_rows(path)


def _batches(path: Path) -> Iterator[pa.RecordBatch]:
    with path.open("rb") as probe:
        is_file = probe.read(len(_MAGIC)) == _MAGIC
    with pa.OSFile(str(path)) as source:
        if is_file:
            reader = pa.ipc.open_file(source)
            batches = (reader.get_batch(i) for i in range(reader.num_record_batches))
        else:
            reader = pa.ipc.open_stream(source)
            batches = iter(reader)
        require_unique(reader.schema.names, path)
        for batch in batches:
            batch.validate(full=True)  # offsets of a damaged file may point anywhere
            yield batch


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, KeyError, UnicodeError) as error:
        raise unreadable(path, "Arrow", str(error)) from error
