"""What a caller may name: values of its own tenant, and columns that there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column

from ..core.errors import ParameterError, TenantError
from ..core.tenant import Tenant
from .columns import RowRules


def own_values(tenant: Tenant, values: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return ``values`` without ``tenant_id``, which may be named only if it is this tenant's."""
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        raise ParameterError.of("where", "Records", "a mapping of column names to values", values)
    own = dict(values)
    if own.pop("tenant_id", tenant.id) != tenant.id:
        raise TenantError(f"This transaction belongs to the tenant '{tenant.id}', not to another.")
    return own


def taken_columns(rules: RowRules, columns: Sequence[str] | None) -> list[Column[Any]]:
    """Return the columns of those names in that order, by default all; never ``tenant_id``."""
    if columns is None:
        return list(rules.columns.values())
    if isinstance(columns, (str, Mapping)) or len(set(columns)) != len(columns) or not columns:
        raise ParameterError.of("columns", rules.owner, "a sequence of different column names", columns)
    return [rules.column(name, "columns") for name in columns]
