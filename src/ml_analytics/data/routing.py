"""Which kind of data lives where: a closed list of names, so that nothing from outside becomes a table name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from ml_analytics.core.errors import ParameterError, SettingsError
from ml_analytics.core.names import identifier
from ml_analytics.core.settings import Settings
from ml_analytics.core.values import OUTCOMES, PREDICTIONS

MARKET_METRICS = "market_metrics"
ML_RECORDS = "ml_records"
QUARANTINE = "quarantine"
RAW_MARKET = "raw_market"
MODEL_OUTPUTS = "model_outputs"


class Accepts(StrEnum):
    """How data of a type gets in."""

    RAW = "ingest"
    RESULTS = "store_model_results"
    BOTH = "ingest or store_model_results"
    PROMOTED = "promote"
    SERVED = "serving"


@dataclass(frozen=True, slots=True)
class Route:
    """Where one data type lives: a collection of documents, or a table (``place``)."""

    data_type: str
    store: Literal["documents", "records"]
    place: str
    accepts: Accepts


_BUILT_IN = (
    *(Route(name, "documents", name, Accepts.RAW) for name in ("text", "social", RAW_MARKET)),
    *(
        Route(name, "documents", MODEL_OUTPUTS, Accepts.RESULTS)
        for name in ("predictions", "embeddings", "intermediate_results")
    ),
    # What was served lies in a log of its own, whose documents have another shape than stored results.
    Route("prediction_log", "documents", PREDICTIONS, Accepts.SERVED),
    Route("outcomes", "documents", OUTCOMES, Accepts.SERVED),
    Route(MARKET_METRICS, "records", MARKET_METRICS, Accepts.PROMOTED),
    *(
        Route(name, "records", ML_RECORDS, Accepts.RESULTS)
        for name in ("metrics", "model_performance", "validation_results", "user_interactions")
    ),
)


class Routing:
    """The built-in routes and those of the settings (``mongodb.collections``, ``sql.tables``).

    A configured type is a name under a group: documents of it go to the collection named like the group,
    records of it into the common table ``ml_records``. A built-in type keeps its place.

    >>> Routing(Settings()).of("raw_market", "fetch_training_data").place
    'raw_market'
    """

    def __init__(self, settings: Settings) -> None:
        routes = {route.data_type: route for route in _BUILT_IN}
        for group, names in settings.mongodb.collections.items():
            for name in names:
                _add(routes, Route(name, "documents", group, Accepts.BOTH), "mongodb.collections")
        for names in settings.sql.tables.values():
            for name in names:
                _add(routes, Route(name, "records", ML_RECORDS, Accepts.RESULTS), "sql.tables")
        self._routes = routes

    @property
    def data_types(self) -> tuple[str, ...]:
        """All names that are known."""
        return tuple(self._routes)

    def of(self, data_type: object, owner: str, parameter: str = "data_type") -> Route:
        """Return the route of a known type.

        Raises:
            ParameterError: the type is none of the known names.
        """
        if isinstance(data_type, str) and data_type in self._routes:
            return self._routes[data_type]
        raise ParameterError.of(parameter, owner, f"one of {', '.join(self._routes)}", data_type)

    def for_writing(self, data_type: object, by: Accepts, owner: str, parameter: str = "data_type") -> Route:
        """Return the route of a type that is written by ``by``.

        Raises:
            ParameterError: the type is unknown, or gets in another way.
        """
        route = self.of(data_type, owner, parameter)
        if route.accepts not in (by, Accepts.BOTH):
            fitting = ", ".join(r.data_type for r in self._routes.values() if r.accepts in (by, Accepts.BOTH))
            raise ParameterError.of(
                parameter, owner, f"one of {fitting} ('{data_type}' gets in by {route.accepts})", data_type
            )
        return route

    def promoted(self, data_type: str, to: object, owner: str) -> Route:
        """Return the route of the records that raw documents of ``data_type`` become.

        Raises:
            ParameterError: raw bars become bars only; all others become records of a results' type.
        """
        route = self.of(to, owner, "to")
        if data_type == RAW_MARKET and route.place != MARKET_METRICS:
            raise ParameterError.of("to", owner, f"'{MARKET_METRICS}' for '{RAW_MARKET}'", to)
        if data_type != RAW_MARKET and route.place != ML_RECORDS:
            names = ", ".join(one.data_type for one in self._routes.values() if one.place == ML_RECORDS)
            raise ParameterError.of("to", owner, f"one of {names} for '{data_type}'", to)
        return route


def _add(routes: dict[str, Route], route: Route, key: str) -> None:
    try:
        identifier(route.data_type, key, "Settings")
        identifier(route.place, key, "Settings")
    except ParameterError as error:
        raise SettingsError(f"The setting '{key}' must hold plain names. {error}") from error
    known = routes.setdefault(route.data_type, route)
    if known.store != route.store:
        raise SettingsError(
            f"The setting '{key}' must not name '{route.data_type}': its home is {known.store} ('{known.place}')."
        )
