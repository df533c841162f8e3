from __future__ import annotations

import pytest

from ml_analytics.core.errors import ParameterError
from ml_analytics.server.roles import Access, Role


def test_each_role_reaches_what_the_one_before_reaches_and_more() -> None:
    reach = [{access for access in Access if role.may(access)} for role in Role]
    assert reach[0] < reach[1] < reach[2] == set(Access)
    assert Access.PREDICT not in reach[0]


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(ParameterError, match="viewer, predictor, admin"):
        Role.of("root")
