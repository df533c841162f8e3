"""Tables from files, addresses, databases and dataframes, with one-sentence errors instead of a traceback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict, Unpack

import narwhals as nw
import pandas as pd
import pyarrow as pa

from ml_analytics.core.clock import TimeRange
from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.core.frames import Table, to_pandas

from .readers import FORMATS, SUFFIXES, Content, Format, ReadOptions
from .readers.frames import Output, nullable_frame, require_output, to_output
from .sources import mongodb, sql
from .sources.address import PROTOCOLS, Kind, kind_of, local_path, remote_name, shown
from .sources.remote import local_copy

_OWNER = "DataLoader"


class LoadOptions(TypedDict, total=False):
    """Everything :meth:`DataLoader.load` takes besides the source; which of it depends on the source."""

    format: str | None
    text: Sequence[str]
    names: Sequence[str] | None
    encoding: str
    sheet: str | int
    storage_options: Mapping[str, Any] | None
    query: str | Mapping[str, Any] | None
    parameters: Mapping[str, Any] | None
    table: str | None
    collection: str | None
    where: Mapping[str, Any] | None
    fields: Sequence[str] | None
    time_range: TimeRange | Mapping[str, Any] | None
    time_field: str | None
    output: Output | None


_FILE = {"format", "text", "names", "encoding", "sheet", "output"}
_TAKES: dict[Kind | str, set[str]] = {
    "path": _FILE,
    "remote": _FILE | {"storage_options"},
    "sql": {"query", "parameters", "table", "output"},
    "mongodb": {"collection", "where", "query", "fields", "time_range", "time_field", "output"},
    "dataframe": {"output"},
}
_CALLED = {
    "path": "a local file",
    "remote": "a file at an address",
    "sql": "a SQL database",
    "mongodb": "MongoDB",
    "dataframe": "a dataframe",
}


class DataLoader:
    """Read files, addresses, SQL databases and MongoDB; hand dataframes through.

    **Files**: CSV, TSV, JSON lines (these also ``.gz``), Parquet, Arrow and Feather, Excel; local, or at an address
    that fsspec knows (``s3://``, ``gs://``, ``az://``, ``https://``, ``memory://``, ``file://``).

    **Types.** Parquet, Arrow and SQL keep their own, but PostgreSQL's ``numeric`` becomes float64, which may round
    (``SELECT price::text`` keeps every digit), and its ``money`` text. Excel itself has only floats: its whole numbers
    beyond 2**53 were rounded when they were written; its cells with a text ``NA`` are text.

    CSV is read by its cells: whole numbers become int64 (a column
    with missing cells float64, or Int64 where a float would round one), other numbers float64,
    ``true``/``false`` bool, ISO 8601 dates and times datetime64 (with ``Z`` or an offset in UTC, without one without a
    zone, a mixture of both stays text), everything else text; a cell that does not fit makes the whole column text. In
    a table of bars (open, high, low, close and volume) such a column of these five is read cell by cell instead:
    numbers, and text where a cell is no number (:meth:`load` to pandas, not :meth:`load_chunks`). Text is never
    changed: a cell ``=1+2`` is those four characters. Empty cells and unquoted ``NA N/A NaN nan null NULL``
    are missing. A code with leading zeros (``007``) reads as a number: name it in ``text`` to keep it.
    JSON has no times: they stay text. In pandas a column of several types, or of nested values, holds
    the values as they are; in Arrow and polars it is JSON text.

    Safe to share between threads; holds nothing but ``protocols``.

    Args:
        protocols: which addresses may be read; by default :data:`PROTOCOLS`. ``file`` stands for local paths. A service
            whose users give the address names only what they may reach: ``DataLoader(protocols=("s3",))``.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "bars.csv"
    ...     _ = path.write_text("close,code\\n1.5,007\\n2.5,=A1\\n")
    ...     DataLoader().load(path, text=["code"])["code"].tolist()
    ['007', '=A1']
    """

    def __init__(self, protocols: Sequence[str] = PROTOCOLS) -> None:
        if isinstance(protocols, str) or not all(isinstance(one, str) for one in protocols):
            raise ParameterError.of("protocols", _OWNER, "a list of protocol names", protocols)
        self.protocols = tuple(protocols)

    def load(self, source: str | Path | Table, **options: Unpack[LoadOptions]) -> Table:
        """Return the table of ``source``: a pandas frame, or what ``output`` says; a dataframe as it is.

        Args:
            source: a path, an address, or a pandas, polars or Arrow table.
            **options: those of the source's kind:

                * all: ``output`` (``pandas``, ``polars`` or ``arrow``).
                * files: ``format`` (``csv``, ``tsv``, ``parquet``, ``jsonl``, ``arrow`` or ``excel``; by default the
                  file's ending); ``text``, columns to keep as text; ``names``, column names of a file
                  without a header row (CSV, TSV, Excel); ``encoding`` (``utf-8``); ``sheet``, name or number (0).
                * files at an address: ``storage_options``, what the file system needs (credentials, endpoint).
                * ``postgresql://``, ``sqlite:///``: ``query`` with ``:name`` for each of ``parameters``, or ``table``.
                * ``mongodb://host/database``: ``collection``; ``where``, fields equal to values (a list: one of
                  them); ``fields``; ``time_range`` in [start, end) of ``time_field``; or ``query``, a filter in
                  MongoDB's own language, which must never come from outside.

        Raises:
            DataProcessingError: the file is absent, a directory, empty, without rows, not of that format
                or encoding, has rows of different lengths, repeated column names, an unclosed quote, NUL, half a
                surrogate pair, or numbers that its type would round; the collection is absent.
            ParameterError: the source, its protocol, the format or an option is of no known kind.
            StoreError: a database or a file's server cannot be reached or refuses us, also midway.
            MissingExtraError: the source needs a package that is not installed.
        """
        if not isinstance(source, (str, Path)):
            _require_options("dataframe", options)
            return _passed_through(source, options)
        kind, output = self._prepared(source, options)
        if kind == "sql":
            return to_output(sql.read(str(source), **_sql(options)), output)
        if kind == "mongodb":
            found = mongodb.read(_mongodb(str(source), options), arrow=output != "pandas")
            return to_output(found, output)
        reading = _options(options, output)
        if kind == "remote":
            reader = _format(remote_name(str(source)), options)
            with local_copy(str(source), options.get("storage_options")) as copy:
                return to_output(_read(reader, copy, reading), output)
        path = _file(source)
        return to_output(_read(_format(path, options), path, reading), output)

    def load_chunks(
        self, source: str | Path, rows: int = 100_000, **options: Unpack[LoadOptions]
    ) -> Iterator[Table]:
        """Yield a source larger than memory in tables of ``rows`` rows (the last may be shorter).

        All tables have the same types. Files are read twice, first to find types that fit every row; what comes from
        an address or from MongoDB is first copied to a temporary file. A query is read once: in pandas its
        whole numbers are Int64 and its truth values boolean. The index counts on from table to table.
        JSON must be lines of at most 64 Mi characters, not one array. ``options`` as in :meth:`load`.

        Raises:
            ParameterError: ``rows`` is not a positive whole number.
            DataProcessingError, StoreError: as in :meth:`load`; what is wrong with the source as a whole
                comes before the first table.
        """
        if isinstance(rows, bool) or not isinstance(rows, int) or rows < 1:
            raise ParameterError.of("rows", "DataLoader.load_chunks", "a positive number of rows", rows)
        if not isinstance(source, (str, Path)):
            raise ParameterError.of("source", "DataLoader.load_chunks", "a path or an address", type(source))
        kind, output = self._prepared(source, options)
        return _numbered(_chunks(source, kind, rows, options, output), output)

    def _prepared(self, source: str | Path, options: LoadOptions) -> tuple[Kind, Output]:
        if "\x00" in str(source):
            raise ParameterError.of("source", _OWNER, "a path without NUL bytes", shown(source))
        kind = kind_of(source, self.protocols)
        _require_options(kind, options)
        return kind, require_output(options.get("output"), _OWNER)


def _chunks(
    source: str | Path, kind: Kind, rows: int, options: LoadOptions, output: Output
) -> Iterator[Content]:
    """Return the chunks; what can be seen to be wrong is refused before the first is asked for."""
    if kind == "sql":
        tables = sql.read_chunks(str(source), **_sql(options), rows=rows)
        return map(nullable_frame, tables) if output == "pandas" else tables
    if kind == "mongodb":
        return mongodb.read_chunks(_mongodb(str(source), options), rows, arrow=output != "pandas")
    reading = _options(options, output)
    if kind == "remote":
        reader = _format(remote_name(str(source)), options)
        return _remote_chunks(str(source), options, reader, reading, rows)
    path = _file(source)
    return _file_chunks(_format(path, options), path, reading, rows)


def _remote_chunks(
    source: str, options: LoadOptions, reader: Format, reading: ReadOptions, rows: int
) -> Iterator[Content]:
    with local_copy(source, options.get("storage_options")) as copy:
        _require_content(copy)
        yield from _file_chunks(reader, copy, reading, rows)


def _file_chunks(reader: Format, path: Path, reading: ReadOptions, rows: int) -> Iterator[Content]:
    for chunk in reader.read_chunks(path, reading, rows):
        yield _require_known(chunk, reading, path)


def _numbered(chunks: Iterator[Content], output: Output) -> Iterator[Table]:
    first = 0
    for chunk in chunks:
        yield to_output(chunk, output, first)
        first += len(chunk)


def _read(reader: Format, path: Path, reading: ReadOptions) -> Content:
    _require_content(path)
    return _require_known(reader.read(path, reading), reading, path)


def _require_known(found: Content, reading: ReadOptions, path: Path) -> Content:
    columns = found.column_names if isinstance(found, pa.Table) else found.columns
    unknown = [name for name in reading.text if name not in columns]
    if unknown:
        raise DataProcessingError(
            f"The 'text' parameter of DataLoader must name columns of '{path.name}'. Got '{unknown[0]}' instead."
        )
    return found


def _passed_through(source: Any, options: LoadOptions) -> Table:
    if isinstance(source, nw.DataFrame):
        source = source.to_native()
    if not isinstance(source, pd.DataFrame):
        try:
            nw.from_native(source, eager_only=True)
        except TypeError as error:
            shown_type = type(source).__name__
            raise ParameterError.of("source", _OWNER, "a path or a dataframe", shown_type) from error
    if len(to_pandas(source, "source", _OWNER)) == 0:
        raise DataProcessingError(
            "The 'source' parameter of DataLoader must have at least one row. Got no rows."
        )
    if options.get("output") is None:
        return source
    output = require_output(options["output"], _OWNER)
    return to_output(source if isinstance(source, (pd.DataFrame, pa.Table)) else source.to_arrow(), output)


def _file(source: str | Path) -> Path:
    path = local_path(source)
    try:
        if path.is_dir():
            raise DataProcessingError(f"The source '{shown(source)}' must be a file. Got a directory.")
        if not path.is_file():
            raise DataProcessingError(f"The file '{shown(source)}' must exist. Got no such file.")
        _require_content(path)
        with path.open("rb"):
            pass
    except OSError as error:
        raise DataProcessingError(
            f"The file '{shown(source)}' must be readable. Got: {error.strerror}."
        ) from error
    return path


def _require_content(path: Path) -> None:
    if path.stat().st_size == 0:
        raise DataProcessingError(f"The file '{path.name}' must have content. Got an empty file.")


def _format(path: Path, options: LoadOptions) -> Format:
    kind = options.get("format")
    if kind is None:
        ending = "".join(path.suffixes[-2:]).lower() if path.suffix == ".gz" else path.suffix.lower()
        kind = SUFFIXES.get(ending)
        if kind is None:
            raise ParameterError.of("source", _OWNER, f"a file ending in {', '.join(SUFFIXES)}", path.name)
    if kind not in FORMATS:
        raise ParameterError.of("format", _OWNER, f"one of {', '.join(FORMATS)}", kind)
    return FORMATS[kind]


def _options(options: LoadOptions, output: Output) -> ReadOptions:
    text, names = options.get("text", ()), options.get("names")
    for name, value in (("text", text), ("names", names)):
        if isinstance(value, str):
            raise ParameterError.of(name, _OWNER, "a list of column names", value)
    return ReadOptions(
        text=tuple(text),
        names=tuple(names) if names is not None else None,
        encoding=options.get("encoding", "utf-8"),
        sheet=options.get("sheet", 0),
        arrow=output != "pandas",
    )


def _require_options(kind: str, options: LoadOptions) -> None:
    """Refuse options that this kind of source would ignore."""
    for name, value in options.items():
        if name not in LoadOptions.__annotations__:
            raise ParameterError.of(
                "options", _OWNER, f"of the names {', '.join(LoadOptions.__annotations__)}", name
            )
        if name not in _TAKES[kind] and value is not None:
            raise ParameterError(
                f"The '{name}' parameter of {_OWNER} must be left out for {_CALLED[kind]}, which does not take it."
            )


def _sql(options: LoadOptions) -> dict[str, Any]:
    return {name: options.get(name) for name in ("query", "parameters", "table")}


def _mongodb(url: str, options: LoadOptions) -> mongodb.MongoQuery:
    names = ("collection", "where", "query", "fields", "time_range", "time_field")
    given: dict[str, Any] = {name: options.get(name) for name in names}
    return mongodb.MongoQuery(url, **given)
