"""File formats, one per file. A new one: a module with ``read`` and ``read_chunks``, and its line in ``FORMATS``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pandas as pd
import pyarrow as pa

from . import arrow_file, csv, csv_chunks, excel, json_lines, parquet
from .options import ReadOptions

Content: TypeAlias = pa.Table | pd.DataFrame
"""What a reader gives: the caller's library is the loader's business."""


@dataclass(frozen=True, slots=True)
class Format:
    """How a file of one kind is read: whole, and in tables of a number of rows with the same types."""

    read: Callable[[Path, ReadOptions], Content]
    read_chunks: Callable[[Path, ReadOptions, int], Iterator[Content]]


FORMATS: dict[str, Format] = {
    "csv": Format(csv.read, csv_chunks.read_chunks),
    "tsv": Format(csv.read_tabs, csv_chunks.read_chunks_of_tabs),
    "parquet": Format(parquet.read, parquet.read_chunks),
    "jsonl": Format(json_lines.read, json_lines.read_chunks),
    "excel": Format(excel.read, excel.read_chunks),
    "arrow": Format(arrow_file.read, arrow_file.read_chunks),
}

SUFFIXES: dict[str, str] = {
    ".csv": "csv",
    ".csv.gz": "csv",
    ".tsv": "tsv",
    ".tsv.gz": "tsv",
    ".parquet": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".jsonl.gz": "jsonl",
    ".ndjson.gz": "jsonl",
    ".json": "jsonl",
    ".xlsx": "excel",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
}

__all__ = ["FORMATS", "SUFFIXES", "Content", "Format", "ReadOptions"]
