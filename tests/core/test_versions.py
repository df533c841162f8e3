"""Semantic versions, compared by number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.core.errors import ParameterError
from ml_analytics.core.versions import Version

parts = st.integers(0, 999_999_999)
versions = st.builds(Version, parts, parts, parts)


@given(versions)
def test_a_version_survives_its_text(version: Version) -> None:
    assert Version.parse(str(version)) == version


@given(versions, versions)
def test_order_is_by_number_not_by_text(one: Version, other: Version) -> None:
    key = (one.major, one.minor, one.patch)
    assert (one < other) == (key < (other.major, other.minor, other.patch))


@given(versions)
def test_the_next_minor_is_later_and_has_no_patch(version: Version) -> None:
    following = version.next_minor()
    assert following > version
    assert (following.major, following.minor, following.patch) == (version.major, version.minor + 1, 0)


def test_ten_comes_after_nine_and_missing_parts_are_zero() -> None:
    assert Version.parse("1.10.0") > Version.parse("1.9.9")
    assert Version.parse("1") == Version.parse("1.0") == Version.parse("1.0.0")


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "v1.0",
        "1.",
        ".1",
        "1.0.0.0",
        "01.0",
        "-1",
        "1.0.0-rc1",
        "1.0 ",
        "1.0\n",
        "latest",
        "1,0",
        "9" * 10,
        "1٣",
    ],
)
def test_another_form_is_refused(bad: str) -> None:
    with pytest.raises(ParameterError, match="MAJOR"):
        Version.parse(bad)


@pytest.mark.parametrize("bad", [None, 1, 1.0, True, b"1.0", (1, 0, 0)])
def test_another_type_is_refused(bad: object) -> None:
    with pytest.raises(ParameterError, match="'version' parameter"):
        Version.parse(bad)
