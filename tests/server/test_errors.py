from __future__ import annotations

import inspect
import json
import logging

import pytest

from ml_analytics.core import errors as core_errors
from ml_analytics.core.errors import MLFrameworkError, ModelNotFoundError, SettingsError, StoreError
from ml_analytics.server.errors import STATUS, RequestError, error_response, response_for

FAMILY = [
    one
    for _, one in inspect.getmembers(core_errors, inspect.isclass)
    if issubclass(one, MLFrameworkError) and one.__module__ == core_errors.__name__
]


@pytest.mark.parametrize("kind", FAMILY)
def test_every_error_of_the_family_has_a_status(kind: type[MLFrameworkError]) -> None:
    fitting = next(one for one, _, _ in STATUS if issubclass(kind, one))
    assert fitting is not MLFrameworkError or kind is MLFrameworkError


def test_no_row_hides_a_later_one() -> None:
    kinds = [kind for kind, _, _ in STATUS]
    for place, kind in enumerate(kinds):
        assert not any(issubclass(kind, earlier) for earlier in kinds[:place])


@pytest.mark.parametrize("kind", FAMILY)
def test_the_servers_insides_stay_inside(kind: type[MLFrameworkError]) -> None:
    status = response_for(kind("Cannot write '/home/secret/file'.")).status_code
    about_the_caller = {400, 404, 409, 413, 415, 422}
    if status not in about_the_caller:
        assert b"secret" not in response_for(kind("Cannot write '/home/secret/file'.")).body


def test_what_the_caller_may_not_read_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        response = response_for(StoreError("Cannot write '/somewhere'."))
    assert response.status_code == 503 and response.headers["retry-after"] == "1"
    assert "/somewhere" in caplog.text
    assert response_for(SettingsError("x")).status_code == 500


def test_bodies_are_one_sentence_and_never_long() -> None:
    response = response_for(ModelNotFoundError("risk"))
    assert json.loads(bytes(response.body)) == {"error": "Model 'risk' was not found."}
    assert len(error_response(422, "x" * 100_000).body) < 500
    refused = response_for(RequestError(401, "No.", {"WWW-Authenticate": "Bearer"}))
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
