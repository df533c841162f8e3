"""The registered views of one tenant: immutable definitions, side by side by version."""

from __future__ import annotations

from ml_analytics.core.clock import Clock
from ml_analytics.core.errors import ConflictError, NotFoundError, ParameterError
from ml_analytics.core.names import identifier
from ml_analytics.core.protocols import RecordStore, Row
from ml_analytics.core.tenant import Tenant

from .definitions import FeatureView
from .references import parse

_TABLE = "feature_views"


class RegisteredViews:
    """Reads and adds definitions. A definition that was read is kept: under its version it cannot change."""

    def __init__(self, records: RecordStore, tenant: Tenant, clock: Clock) -> None:
        self._records = records
        self._tenant = tenant
        self._clock = clock
        self._known: dict[tuple[str, int], FeatureView] = {}

    def add(self, view: FeatureView) -> FeatureView:
        """Register a definition; the same again changes nothing but description and tags.

        Raises:
            ConflictError: another definition has this version.
        """
        if not isinstance(view, FeatureView):
            raise ParameterError.of("view", "FeatureStore.register", "a FeatureView", view)
        with self._records.begin(self._tenant) as records:
            records.lock(f"{_TABLE}/{view.name}")
            key = {"name": view.name, "version": view.version}
            known = records.get(_TABLE, **key)
            if known is None:
                row = {"definition": view.to_json(), "fingerprint": view.fingerprint}
                records.insert(_TABLE, {**key, **row, "created_at": self._clock.now()})
            elif known["fingerprint"] != view.fingerprint:
                raise ConflictError(
                    f"The feature view '{view.reference}' is registered with another definition, which cannot "
                    f"change: register the new one as version {view.version + 1} or higher."
                )
            elif known["definition"] != view.to_json():
                records.update(_TABLE, key, {"definition": view.to_json()})
        self._known[view.name, view.version] = view
        return view

    def all(self) -> list[FeatureView]:
        """Return every version of every view, by name and version."""
        with self._records.read(self._tenant) as records:
            rows = records.find(_TABLE, order_by=["name", "version"])
        return [FeatureView.from_json(row["definition"]) for row in rows]

    def one(self, name: str, version: int | None = None) -> FeatureView:
        """Return a view as it is registered now, by default its highest version.

        Raises:
            NotFoundError: this tenant has none of that name or version.
        """
        row = self._row(name, version)
        view = FeatureView.from_json(row["definition"])
        self._known[view.name, view.version] = view
        return view

    def lookup(self, name: str, version: int | None = None) -> FeatureView:
        """Do as :meth:`one`, without asking again for what cannot have changed (words for people may be old)."""
        if version is None:
            row = self._row(name, None)
            known = self._known.get((name, row["version"]))
        else:
            known = self._known.get((name, version))
        return known if known is not None else self.one(name, version)

    def _row(self, name: str, version: int | None) -> Row:
        identifier(name, "view", "FeatureStore")
        where = {"name": name} if version is None else {"name": name, "version": version}
        with self._records.read(self._tenant) as records:
            rows = records.find(_TABLE, where, order_by=["-version"], limit=1)
        if not rows:
            shown = name if version is None else f"{name}@{version}"
            raise NotFoundError(f"The feature view '{shown}' was not found: register it first.")
        return rows[0]

    def given(self, view: FeatureView | str, owner: str) -> FeatureView:
        """Return the registered view that a caller means by a definition or by ``name`` or ``name@2``.

        Raises:
            NotFoundError: it is not registered.
            ConflictError: another definition is registered under its version.
        """
        if isinstance(view, FeatureView):
            known = self.lookup(view.name, view.version)
            if known.fingerprint != view.fingerprint:
                raise ConflictError(
                    f"The feature view '{view.reference}' is registered with another definition than the one given."
                )
            return known
        name, version, feature = parse(view, owner)
        if feature is not None:
            raise ParameterError.of("view", owner, "a view's name, 'name@2' or a FeatureView", view)
        return self.lookup(name, version)
