"""Names from outside: an allow-list, so that H1 and H15 of the faults cannot reach a path or a query."""

from __future__ import annotations

import string
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.core.errors import ParameterError
from ml_analytics.core.names import field_name, identifier

SAFE = string.ascii_letters + string.digits + "_.-"
ATTACKS = [
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e%2fetc",
    "..\\..\\windows\\system32",
    "/etc/passwd",
    "C:\\x",
    "file:///etc/passwd",
    "a/../b",
    "a..b",
    "..",
    ".",
    ".hidden",
    "-rf",
    "trailing.",
    "trailing-",
    "name\x00",
    "name\n",
    "na me",
    "ünïcode",
    "１２",  # noqa: RUF001 - full-width digits are no digits here
    "",
    "x" * 101,
    "x" * 10_240,
    "name;DROP TABLE models",
    "{name}",
    "$ne",
    "~root",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_unsafe_name_is_refused_in_one_short_sentence(attack: str) -> None:
    with pytest.raises(ParameterError) as caught:
        identifier(attack, "model_id", "register_model")
    assert "The 'model_id' parameter of register_model must be a name" in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("other", [None, 5, True, b"name", ["name"], {"$ne": None}, 1.0])
def test_other_types_are_no_name(other: object) -> None:
    with pytest.raises(ParameterError):
        identifier(other)
    with pytest.raises(ParameterError):
        field_name(other)


@pytest.mark.parametrize(
    "good", ["a", "7", "ticket_classifier", "sp500-direction", "v1.2", "A" * 100, "a__b"]
)
def test_an_ordinary_name_passes_unchanged(good: str) -> None:
    assert identifier(good) == good


@given(st.text())
def test_whatever_passes_is_one_harmless_path_part(text: str) -> None:
    try:
        name = identifier(text)
    except ParameterError:
        return
    assert name == text
    assert set(name) <= set(SAFE)
    assert 1 <= len(name) <= 100
    assert PurePosixPath("root", name).parent == PurePosixPath("root")
    assert name not in (".", "..")


@pytest.mark.parametrize(
    "bad", ["$ne", "$where", "a.b", "a-b", "1a", "", "a b", "a\n", "x" * 64, "a;--", '"a"']
)
def test_operators_and_paths_are_no_field_names(bad: str) -> None:
    with pytest.raises(ParameterError, match="plain field names"):
        field_name(bad, "where", "find")


@pytest.mark.parametrize("good", ["symbol", "_id", "model_id", "rsi_14", "X"])
def test_a_plain_field_name_passes(good: str) -> None:
    assert field_name(good) == good
