"""What a feature view is: entities, features with their kinds, a version, times, how long a value lives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any

from ml_analytics.core.canonical import fingerprint
from ml_analytics.core.errors import ParameterError
from ml_analytics.core.names import identifier

from .kinds import FeatureKind, feature_kind

_OWNER = "FeatureView"
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class FeatureView:
    """A group of features of one entity that are written together; immutable under its version.

    Args:
        name: 1 to 100 letters, digits, ``_ . -``.
        entities: columns that name the entity (``["user_id"]``); whole numbers or text, compared as text.
        features: names and kinds (``float``, ``int``, ``bool``, ``string``, ``timestamp``): a mapping, or a sequence
            of objects with ``name`` and ``dtype`` (or ``kind``).
        version: a whole number from 1; versions live side by side.
        ttl: how old a value may be when it is asked for, its last moment included; ``None`` means no bound.
        event_time: column that says when a row happened.
        created_time: column that says since when it was known; without it the time of writing.
        description: for people; may change under one version.
        tags: for people; may change under one version.

    Raises:
        ParameterError: says which part is none.

    >>> view = FeatureView("user_spend", ["user_id"], {"spend_7d": "float"}, ttl=timedelta(days=30))
    >>> view.reference, view.features["spend_7d"].value
    ('user_spend@1', 'float')
    """

    name: str
    entities: tuple[str, ...]
    features: Mapping[str, FeatureKind]
    version: int = 1
    ttl: timedelta | None = None
    event_time: str = "event_timestamp"
    created_time: str = "created_timestamp"
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    def __init__(
        self,
        name: str,
        entities: Iterable[str],
        features: Mapping[str, object] | Iterable[object],
        version: int = 1,
        ttl: timedelta | None = None,
        event_time: str = "event_timestamp",
        created_time: str = "created_timestamp",
        description: str = "",
        tags: Mapping[str, str] | None = None,
    ) -> None:
        if isinstance(entities, (str, bytes)) or not isinstance(entities, Iterable):
            raise ParameterError.of("entities", _OWNER, "a sequence of column names", entities)
        values = {
            "name": identifier(name, "name", _OWNER),
            "entities": tuple(_column(one, "entities") for one in entities),
            "features": _features(features),
            "version": version,
            "ttl": ttl,
            "event_time": _column(event_time, "event_time"),
            "created_time": _column(created_time, "created_time"),
            "description": description,
            "tags": dict(tags or {}),
        }
        for key, value in values.items():
            object.__setattr__(self, key, value)
        self._check()

    def _check(self) -> None:
        if not self.entities:
            raise ParameterError.of("entities", _OWNER, "at least one column name", list(self.entities))
        if not self.features:
            raise ParameterError.of("features", _OWNER, "at least one feature", dict(self.features))
        version = self.version
        if isinstance(version, bool) or not isinstance(version, int) or not 1 <= version < 1 << 31:
            raise ParameterError.of("version", _OWNER, "a whole number of at least 1", version)
        if self.ttl is not None and (not isinstance(self.ttl, timedelta) or self.ttl < _MICROSECOND):
            raise ParameterError.of("ttl", _OWNER, "a positive timedelta or None", self.ttl)
        if not isinstance(self.description, str):
            raise ParameterError.of("description", _OWNER, "text", self.description)
        if not all(isinstance(part, str) for pair in self.tags.items() for part in pair):
            raise ParameterError.of("tags", _OWNER, "a mapping of text to text", dict(self.tags))
        names = [*self.entities, self.event_time, self.created_time, *self.features]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ParameterError.of("features", _OWNER, "named unlike every other column of the view", twice)

    def __hash__(self) -> int:
        return hash((self.name, self.version, self.fingerprint))

    @property
    def reference(self) -> str:
        """``name@version``."""
        return f"{self.name}@{self.version}"

    @property
    def ttl_us(self) -> int | None:
        """The ttl in microseconds."""
        return None if self.ttl is None else self.ttl // _MICROSECOND

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that values depend on: neither words for people nor the order of features."""
        value = self.to_json()
        return fingerprint({**value, "features": sorted(value["features"]), "description": "", "tags": {}})

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; features as pairs, because JSON objects keep no order."""
        return {
            "name": self.name,
            "entities": list(self.entities),
            "features": [[name, kind.value] for name, kind in self.features.items()],
            "version": self.version,
            "ttl": self.ttl_us,
            "event_time": self.event_time,
            "created_time": self.created_time,
            "description": self.description,
            "tags": dict(self.tags),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> FeatureView:
        """Read what :meth:`to_json` wrote."""
        known = {one.name: value[one.name] for one in fields(cls)}
        ttl = known.pop("ttl")
        pairs = known.pop("features")
        return cls(**known, features=dict(pairs), ttl=None if ttl is None else ttl * _MICROSECOND)


def _column(value: object, parameter: str) -> str:
    if isinstance(value, str) and 0 < len(value) <= 100 and value.isprintable() and value.strip() == value:
        return value
    raise ParameterError.of(parameter, _OWNER, "a column name of 1 to 100 printable characters", value)


def _features(given: object) -> dict[str, FeatureKind]:
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise ParameterError.of(
            "features", _OWNER, "a mapping of names to kinds, or a sequence of fields", given
        )
    pairs = list(given.items()) if isinstance(given, Mapping) else [_pair(one) for one in given]
    made = {_column(name, "features"): feature_kind(kind) for name, kind in pairs}
    if len(made) != len(pairs):
        raise ParameterError.of("features", _OWNER, "of different names", [name for name, _ in pairs])
    return made


def _pair(one: Any) -> tuple[object, object]:
    kind = getattr(one, "dtype", getattr(one, "kind", None))
    if not hasattr(one, "name") or kind is None:
        raise ParameterError.of("features", _OWNER, "objects with 'name' and 'dtype'", one)
    return one.name, kind
