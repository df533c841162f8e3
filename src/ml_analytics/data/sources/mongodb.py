"""Documents of anyone's MongoDB as rows: by equality, some fields, a range of time; never by operators."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from ml_analytics.core.clock import TimeRange
from ml_analytics.core.errors import DataProcessingError, MLFrameworkError, ParameterError, StoreError
from ml_analytics.core.names import field_name
from ml_analytics.core.optional import require
from ml_analytics.stores.mongodb.errors import patience

from ..readers.rows import table_of, tables_of

if TYPE_CHECKING:
    from pymongo.collection import Collection

_OWNER = "DataLoader"
_PLAIN = (str, int, float, bool, bytes, datetime, type(None))
_OBJECT_ID = 24  # hexadecimal digits
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MongoQuery:
    """What to read: see :meth:`ml_analytics.data.DataLoader.load`."""

    url: str
    collection: str
    where: Mapping[str, Any] | None = None
    query: Mapping[str, Any] | None = None
    fields: Sequence[str] | None = None
    time_range: TimeRange | Mapping[str, Any] | None = None
    time_field: str | None = None

    def filter(self) -> Row:
        """Return MongoDB's filter.

        Raises:
            ParameterError: ``where`` holds an operator or a path, or a parameter is missing.
        """
        if self.query is not None:
            if self.where is not None:
                raise ParameterError.of("where", _OWNER, "left out where 'query' is given", self.where)
            if not isinstance(self.query, Mapping):
                raise ParameterError.of("query", _OWNER, "a mapping in MongoDB's language", self.query)
            chosen: Row = dict(self.query)
        else:
            chosen = _equalities(self.where)
        if self.time_range is None:
            return chosen
        if self.time_field is None:
            raise ParameterError.of("time_field", _OWNER, "given together with 'time_range'", None)
        span = TimeRange.of(self.time_range)
        name = field_name(self.time_field, "time_field", _OWNER)
        sides = {"$gte": span.start, "$lt": span.end}
        bounds = {side: moment for side, moment in sides.items() if moment is not None}
        return {"$and": [chosen, {name: bounds}]} if bounds else chosen

    def projection(self) -> dict[str, int] | None:
        """Return which fields to send; ``_id`` only when it is named."""
        if self.fields is None:
            return None
        if isinstance(self.fields, str) or not self.fields:
            raise ParameterError.of("fields", _OWNER, "a list of field names", self.fields)
        names = {field_name(name, "fields", _OWNER): 1 for name in self.fields}
        return {"_id": 0, **names}


def read(asked: MongoQuery, *, arrow: bool) -> pa.Table | pd.DataFrame:
    """Return all documents as one table."""
    rows = [_row(document) for document in _documents(asked, raw=False)]
    return _with_fields(table_of(rows, arrow=arrow), asked)


def read_chunks(asked: MongoQuery, rows: int, *, arrow: bool) -> Iterator[pa.Table | pd.DataFrame]:
    """Yield tables of ``rows`` documents with the same columns and types.

    All documents are first copied to a temporary file, which is read twice: MongoDB has no types per column, and
    a server that fails midway fails before the first table.
    """
    with tempfile.TemporaryFile(prefix="ml_analytics_") as spool:
        for document in _documents(asked, raw=True):
            spool.write(document.raw)

        def again() -> Iterator[Row]:
            spool.seek(0)
            with _sentences(asked):
                yield from map(_row, _bson().decode_file_iter(spool, _codec()))

        yield from tables_of(again, rows, arrow=arrow)


def _documents(asked: MongoQuery, *, raw: bool) -> Iterator[Any]:
    chosen, projection = asked.filter(), asked.projection()
    with _collection(asked, raw=raw) as collection, _sentences(asked):
        found = False
        for document in collection.find(chosen, projection).sort("_id", 1).allow_disk_use(True):
            found = True
            yield document
        if not found and asked.collection not in collection.database.list_collection_names():
            raise DataProcessingError(
                f"The 'collection' parameter of {_OWNER} must name a collection of the database. "
                f"Got '{asked.collection}' instead."
            )


@contextmanager
def _collection(asked: MongoQuery, *, raw: bool) -> Iterator[Collection[Any]]:
    pymongo = require("pymongo", "mongodb", "Reading MongoDB")
    raw_bson = require("bson.raw_bson", "mongodb", "Reading MongoDB")
    if not isinstance(asked.collection, str) or not asked.collection or asked.collection.startswith("$"):
        raise ParameterError.of("collection", _OWNER, "the name of a collection", asked.collection)
    try:
        with _sentences(asked):
            # The client only warns about an option that it does not know, with the option's text.
            parser = require("pymongo.uri_parser", "mongodb", "Reading MongoDB")
            named = parser.parse_uri(asked.url, warn=False)["options"]
            client = pymongo.MongoClient(asked.url, tz_aware=True, **patience(named))
    except OSError as error:
        raise ParameterError(
            f"The 'source' parameter of {_OWNER} must name files that can be read in its options. "
            f"Got one that cannot ({type(error).__name__})."
        ) from None
    try:
        with _sentences(asked):
            database = client.get_default_database()
            codec = _codec(raw_bson.RawBSONDocument) if raw else _codec()
            collection = database.get_collection(asked.collection, codec_options=codec)
        yield collection
    finally:
        client.close()


def _codec(kind: type = dict) -> Any:
    options = require("bson.codec_options", "mongodb", "Reading MongoDB")
    standard = require("bson.binary", "mongodb", "Reading MongoDB").UuidRepresentation.STANDARD
    return options.CodecOptions(document_class=kind, tz_aware=True, tzinfo=UTC, uuid_representation=standard)


def _bson() -> Any:
    return require("bson", "mongodb", "Reading MongoDB")


@contextmanager
def _sentences(asked: MongoQuery) -> Iterator[None]:
    """Raise our errors for pymongo's: what it says may hold the address with its password."""
    errors = require("pymongo.errors", "mongodb", "Reading MongoDB")
    bson_errors = require("bson.errors", "mongodb", "Reading MongoDB")
    try:
        yield
    except bson_errors.InvalidBSON:
        raise DataProcessingError(
            f"The documents of '{asked.collection}' must have times in the years 1 to 9999 and valid text. "
            "Got one that has not."
        ) from None
    except errors.InvalidName:
        raise ParameterError.of("collection", _OWNER, "a name that MongoDB takes", asked.collection) from None
    except (errors.ConfigurationError, ValueError) as error:
        if isinstance(error, (MLFrameworkError, UnicodeError)):
            raise
        raise ParameterError(
            f"The 'source' parameter of {_OWNER} must be 'mongodb://user:password@host/database' with known "
            f"options. Got an address that is not ({type(error).__name__})."
        ) from None
    except errors.OperationFailure as error:
        refused = error.code in (13, 18)
        why = "it refuses this user or password" if refused else f"it answered with error {error.code}"
        raise StoreError(f"The collection '{asked.collection}' cannot be read from MongoDB: {why}.") from None
    except errors.PyMongoError as error:
        raise StoreError(
            f"The collection '{asked.collection}' cannot be read from MongoDB: "
            f"the server does not answer ({type(error).__name__})."
        ) from None


def _equalities(where: Mapping[str, Any] | None) -> Row:
    if where is None:
        return {}
    if not isinstance(where, Mapping):
        raise ParameterError.of("where", _OWNER, "a mapping of field names to values", where)
    return {field_name(name, "where", _OWNER): _equality(value) for name, value in where.items()}


def _equality(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return {"$in": [one for item in value for one in _spellings(item)]}
    spellings = _spellings(value)
    return {"$in": spellings} if len(spellings) > 1 else {"$eq": spellings[0]}


def _spellings(value: Any) -> list[Any]:
    """Return what a value may be in the database: an ObjectId is given out as text and accepted as text."""
    object_id = require("bson", "mongodb", "Reading MongoDB").ObjectId
    if not isinstance(value, (*_PLAIN, object_id)):
        raise ParameterError.of(
            "where", _OWNER, "made of plain values (or lists of them, which mean 'one of')", value
        )
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ParameterError.of("where", _OWNER, "made of times with a zone", str(value))
    if isinstance(value, str) and len(value) == _OBJECT_ID and object_id.is_valid(value):
        return [value, object_id(value)]
    return [value]


def _row(document: Mapping[str, Any]) -> Row:
    return {name: _value(value) for name, value in document.items()}


def _value(value: Any) -> Any:
    """Return a plain value: text for an ObjectId and other kinds of MongoDB's own, Decimal for Decimal128."""
    kind = type(value)
    if kind in (str, int, float, bool, bytes, datetime, type(None), date):
        return value
    if kind is list:
        return [_value(one) for one in value]
    if isinstance(value, Mapping):
        return _row(value)
    if kind.__name__ == "Int64":
        return int(value)
    if kind.__name__ == "Decimal128":
        return value.to_decimal()
    return bytes(value) if isinstance(value, bytes) else str(value)


def _with_fields(table: pa.Table | pd.DataFrame, asked: MongoQuery) -> pa.Table | pd.DataFrame:
    """Return the table with the fields in the order asked for; one that no document has is missing."""
    if asked.fields is None:
        return table
    if isinstance(table, pa.Table):
        known = table.column_names
        empty = pa.nulls(table.num_rows)
        columns = [table.column(name) if name in known else empty for name in asked.fields]
        return pa.table(columns, names=list(asked.fields))
    return table.reindex(columns=list(asked.fields))
