"""Tables from files and dataframes, with one-sentence errors instead of a parser's traceback."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import narwhals as nw
import pandas as pd

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.core.frames import Table, to_pandas

from .readers import READERS, SUFFIXES, ReadOptions
from .readers.csv import read_chunks

_SEPARATORS = {"csv": ",", "tsv": "\t"}


class DataLoader:
    """Read CSV, TSV (both also ``.gz``), Parquet, JSON lines and Excel; hand dataframes through.

    **Types.** Parquet keeps its own. Text formats are read by their cells: whole numbers become int64 (a
    column with missing cells float64), other numbers float64, ``true``/``false`` bool, ISO 8601 dates and
    times datetime64 (with ``Z`` or an offset in UTC, without one without a zone), everything else text; a cell
    that does not fit makes the whole column text. In a table of bars (open, high, low, close and volume)
    such a column of these five is read cell by cell instead: numbers, and text where a cell is no number
    (:meth:`load`, not :meth:`load_chunks`). Text is never changed: a cell ``=1+2`` is those four characters.
    Empty cells and unquoted ``NA N/A NaN nan null NULL`` are missing. A code with leading zeros (``007``)
    reads as a number: name it in ``text`` to keep it.

    Safe to share between threads; holds nothing.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "bars.csv"
    ...     _ = path.write_text("close,code\\n1.5,007\\n2.5,=A1\\n")
    ...     DataLoader().load(path)["code"].tolist()
    ['007', '=A1']
    """

    def load(
        self,
        source: str | Path | Table,
        *,
        format: str | None = None,  # noqa: A002 - the word users look for
        text: Sequence[str] = (),
        names: Sequence[str] | None = None,
        encoding: str = "utf-8",
        sheet: str | int = 0,
    ) -> Table:
        """Return the table of ``source``: a pandas frame for files, the very object for a dataframe.

        Args:
            source: a path, or a pandas or polars frame.
            format: ``csv``, ``tsv``, ``parquet``, ``jsonl`` or ``excel``; by default the file's ending.
            text: columns to keep as text.
            names: column names of a file that has no header row (CSV, TSV, Excel).
            encoding: of a text file.
            sheet: name or number of an Excel sheet.

        Raises:
            DataProcessingError: the file is absent, a directory, empty, without rows, not of that format
                or encoding, has rows of different lengths, repeated column names, NUL bytes, or whole
                numbers beyond 64 bits.
            ParameterError: the source or the format is of no known kind.
            MissingExtraError: Excel without the extra ``excel``.
        """
        if not isinstance(source, (str, Path)):
            return _passed_through(source)
        path, kind = _file(source, format)
        options = _options(text, names, encoding, sheet)
        return _require_columns(READERS[kind](path, options), options, path)

    def load_chunks(
        self,
        source: str | Path,
        rows: int = 100_000,
        *,
        format: str | None = None,  # noqa: A002 - the word users look for
        text: Sequence[str] = (),
        names: Sequence[str] | None = None,
        encoding: str = "utf-8",
    ) -> Iterator[pd.DataFrame]:
        """Yield a CSV or TSV file larger than memory in frames of ``rows`` rows (the last may be shorter).

        All frames have the same types: the file is read twice, first to find types that fit every row.
        The index counts on from frame to frame. Errors as in :meth:`load`, the first before any frame.

        Raises:
            ParameterError: ``rows`` is not a positive whole number, or the format has no chunks.
        """
        if isinstance(rows, bool) or not isinstance(rows, int) or rows < 1:
            raise ParameterError.of("rows", "DataLoader.load_chunks", "a positive number of rows", rows)
        path, kind = _file(source, format)
        if kind not in _SEPARATORS:
            raise ParameterError.of("format", "DataLoader.load_chunks", "csv or tsv", kind)
        return read_chunks(path, _options(text, names, encoding, 0), _SEPARATORS[kind], rows)


def _passed_through(source: Any) -> Table:
    if isinstance(source, nw.DataFrame):
        source = source.to_native()
    if not isinstance(source, pd.DataFrame):
        try:
            nw.from_native(source, eager_only=True)
        except TypeError as error:
            shown = type(source).__name__
            raise ParameterError.of("source", "DataLoader", "a path or a dataframe", shown) from error
    if len(to_pandas(source, "source", "DataLoader")) == 0:
        raise DataProcessingError(
            "The 'source' parameter of DataLoader must have at least one row. Got no rows."
        )
    return source


def _file(source: str | Path, kind: str | None) -> tuple[Path, str]:
    if "\x00" in str(source):
        raise ParameterError.of("source", "DataLoader", "a path without NUL bytes", str(source))
    path = Path(source)
    try:
        if path.is_dir():
            raise DataProcessingError(f"The source '{source}' must be a file. Got a directory.")
        if not path.is_file():
            raise DataProcessingError(f"The file '{source}' must exist. Got no such file.")
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as error:
        raise DataProcessingError(f"The file '{source}' must be readable. Got: {error.strerror}.") from error
    if size == 0:
        raise DataProcessingError(f"The file '{path.name}' must have content. Got an empty file.")
    if kind is None:
        ending = "".join(path.suffixes[-2:]).lower() if path.suffix == ".gz" else path.suffix.lower()
        kind = SUFFIXES.get(ending)
        if kind is None:
            raise ParameterError.of(
                "source", "DataLoader", f"a file ending in {', '.join(SUFFIXES)}", path.name
            )
    if kind not in READERS:
        raise ParameterError.of("format", "DataLoader", f"one of {', '.join(READERS)}", kind)
    return path, kind


def _options(
    text: Sequence[str], names: Sequence[str] | None, encoding: str, sheet: str | int
) -> ReadOptions:
    if isinstance(text, str):
        raise ParameterError.of("text", "DataLoader", "a list of column names", text)
    if isinstance(names, str):
        raise ParameterError.of("names", "DataLoader", "a list of column names", names)
    return ReadOptions(tuple(text), tuple(names) if names is not None else None, encoding, sheet)


def _require_columns(frame: pd.DataFrame, options: ReadOptions, path: Path) -> pd.DataFrame:
    unknown = [name for name in options.text if name not in frame.columns]
    if unknown:
        raise DataProcessingError(
            f"The 'text' parameter of DataLoader must name columns of '{path.name}'. Got '{unknown[0]}' instead."
        )
    return frame
