"""The tenant scope fails closed."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from ml_analytics.core.errors import ParameterError, TenantError
from ml_analytics.core.tenant import Tenant, require_tenant


def test_nothing_given_is_the_default_tenant() -> None:
    assert Tenant.of(None) == Tenant() == Tenant("default")


def test_a_scope_passes_through_and_a_name_becomes_one() -> None:
    scope = Tenant("tenant_123")
    assert Tenant.of(scope) is scope
    assert Tenant.of("tenant_123") == scope


@pytest.mark.parametrize("bad", ["", "../x", "a b", "a/b", "a\x00", "x" * 101, "..", "-a", "a\n", "ä"])
def test_an_unsafe_name_is_no_tenant(bad: str) -> None:
    with pytest.raises(ParameterError, match="'tenant_id' parameter of Tenant"):
        Tenant.of(bad)


@pytest.mark.parametrize("bad", [0, 1, True, b"default", ["default"], object()])
def test_other_types_are_no_tenant(bad: object) -> None:
    with pytest.raises(ParameterError, match="tenant_id"):
        Tenant.of(bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("missing", [None, "default", 0, {"id": "default"}])
def test_without_a_scope_there_is_no_access(missing: object) -> None:
    with pytest.raises(TenantError, match="tenant scope is required"):
        require_tenant(missing)


def test_a_scope_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Tenant("a").id = "b"  # type: ignore[misc]
    assert require_tenant(Tenant("a")).id == "a"
