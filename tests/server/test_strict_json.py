from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.server.errors import RequestError
from ml_analytics.server.strict_json import parse

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


@given(VALUES, st.booleans())
def test_what_json_can_say_is_read_as_it_was_said(value: Any, ascii_only: bool) -> None:
    assert parse(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"NaN", 422),
        (b"[Infinity]", 422),
        (b"[-Infinity]", 422),
        (b"[" * 100_000, 400),
        (b"[" * 100_000 + b"]" * 100_000, 400),
        (b'{"a":' * 100_000, 400),
        (b"9" * 5_000, 400),
        (b"[-" + b"9" * 5_000 + b"]", 400),
        (b'{"a": 1, "a": 2}', 400),
        (b"", 400),
        (b"{", 400),
        (b'{"a": 1,}', 400),
        (b"\xff\xfe", 400),
        (b"\xef\xbb\xbf{}", 400),
        (b'"a\x00b"', 400),
        (rb'"a\u0000b"', 422),
        (rb'{"\u0000": 1}', 422),
        (rb'[["\ud800"]]', 422),
    ],
)
def test_what_cannot_be_trusted_is_refused(body: bytes, status: int) -> None:
    with pytest.raises(RequestError) as caught:
        parse(body)
    assert caught.value.status == status
    assert len(caught.value.message) < 200


def test_a_number_beyond_64_bits_is_left_to_whoever_takes_it() -> None:
    assert parse(b"1e400") == float("inf")
