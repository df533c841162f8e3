from __future__ import annotations

from typing import Any

from ml_analytics.core.tenant import Tenant
from ml_analytics.server import tenants
from ml_analytics.server.tenants import Predictors


def test_each_tenant_has_its_own_and_keeps_it(models: Any, settings: Any) -> None:
    predictors = Predictors(models, settings)
    alpha, beta = predictors.of(Tenant("alpha")), predictors.of(Tenant("beta"))
    assert alpha is predictors.of(Tenant("alpha")) and alpha is not beta
    assert (alpha.tenant.id, beta.tenant.id) == ("alpha", "beta")


def test_the_least_recently_used_leave(models: Any, settings: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(tenants, "MAX_TENANTS", 1)
    predictors = Predictors(models, settings)
    alpha = predictors.of(Tenant("alpha"))
    predictors.of(Tenant("beta"))
    assert predictors.of(Tenant("alpha")) is not alpha
