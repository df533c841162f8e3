"""The tenant scope: one value, given once, carried everywhere. No scope, no access."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import ParameterError, TenantError
from .names import identifier


@dataclass(frozen=True, slots=True)
class Tenant:
    """Whose data a call may see.

    Stores hand out repositories for a scope; a repository cannot reach outside it. Single-tenant users
    never see this: the default tenant is used when none is given.

    >>> Tenant("tenant_123").id
    'tenant_123'
    """

    id: str = "default"

    def __post_init__(self) -> None:
        identifier(self.id, parameter="tenant_id", owner="Tenant")

    @classmethod
    def of(cls, value: Tenant | str | None) -> Tenant:
        """Accept a scope, an identifier, or ``None`` for the default tenant."""
        if isinstance(value, Tenant):
            return value
        if value is None:
            return cls()
        if isinstance(value, str):
            return cls(value)
        raise ParameterError.of("tenant_id", "Tenant.of", "a tenant identifier", value)


def require_tenant(tenant: object) -> Tenant:
    """Return the scope, or refuse: a store call without a scope fails closed."""
    if isinstance(tenant, Tenant):
        return tenant
    raise TenantError(f"A tenant scope is required to reach a store. Got {tenant!r} instead.")
