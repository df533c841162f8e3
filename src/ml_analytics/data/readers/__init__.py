"""File formats, one per file. A new one: a module with ``read`` and its line in ``READERS``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from . import csv, excel, json_lines, parquet
from .options import ReadOptions

Reader = Callable[[Path, ReadOptions], pd.DataFrame]

READERS: dict[str, Reader] = {
    "csv": csv.read,
    "tsv": csv.read_tabs,
    "parquet": parquet.read,
    "jsonl": json_lines.read,
    "excel": excel.read,
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
    ".json": "jsonl",
    ".xlsx": "excel",
}

__all__ = ["READERS", "SUFFIXES", "ReadOptions", "Reader"]
