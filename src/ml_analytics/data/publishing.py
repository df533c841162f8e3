"""Beginning publications and reading what was published: the work behind the manager's ``publish``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ml_analytics.core.clock import Clock, TimeRange
from ml_analytics.core.errors import NotFoundError
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import Stores

from .outbox import Relay, add_entries
from .output import Output, documents_as
from .publication import PUBLICATIONS, begin_publication, collection_of, publishable, refuse_default
from .reports import PublishReport
from .routing import Routing


@dataclass(frozen=True)
class Publishing:
    """The publications of one tenant. Holds no state."""

    stores: Stores
    tenant: Tenant
    routing: Routing
    clock: Clock

    def publish(self, data_type: str, to: str | None) -> PublishReport:
        """Begin to publish a type, unless it is published already, and deliver what is open of it."""
        route = publishable(self.routing, data_type, "publish")
        chosen = None if to is None else collection_of(self.routing, to, "publish")
        refuse_default(self.routing, route, chosen)
        now = self.clock.now()
        with self.stores.records.begin(self.tenant) as records:
            publication, begins = begin_publication(records, route, chosen, now)
            if begins:  # nobody writes the type meanwhile, so a reader of its own sees all there is
                for rows in publication.all_keys(self.stores.records, self.tenant):
                    add_entries(records, publication, rows, now)
        return self._relay().run([publication])

    def relay(self) -> PublishReport:
        """Deliver what is open of all publications."""
        return self._relay().run()

    def published(self, data_type: str, span: TimeRange, output: Output) -> Any:
        """Return the documents that a type was published as."""
        route = publishable(self.routing, data_type, "published")
        with self.stores.records.read(self.tenant) as records:
            row = records.get(PUBLICATIONS, data_type=route.data_type)
        if row is None:
            raise NotFoundError(f"A publication of '{route.data_type}' was not found: publish it first.")
        collection = self.stores.documents.collection(self.tenant, row["collection"])
        return documents_as(output, collection.frame({"data_type": route.data_type}, time_range=span))

    def _relay(self) -> Relay:
        return Relay(self.stores.records, self.stores.documents, self.tenant, self.routing, self.clock)
