"""Online features in a table beside the records: one row per entity, the newest wins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..core.protocols import RecordStore
from ..core.tenant import Tenant
from ..core.values import OnlineRow


class SqlOnlineStore:
    """The newest features of each entity (:class:`~ml_analytics.core.protocols.OnlineStore`)."""

    def __init__(self, records: RecordStore) -> None:
        self._records = records

    def write(self, tenant: Tenant, view: str, version: int, rows: Iterable[OnlineRow]) -> int:
        """Keep each entity's newest row by (event time, created time); return how many were replaced or new."""
        raise NotImplementedError

    def read(
        self, tenant: Tenant, view: str, version: int, entities: Sequence[str]
    ) -> list[OnlineRow | None]:
        """Return one row per entity, in the order asked for; ``None`` for an unknown one."""
        raise NotImplementedError

    def clear(self, tenant: Tenant, view: str, version: int) -> None:
        """Forget a view's rows."""
        raise NotImplementedError
