from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics import IntegrityError, UnsafeArtifactError
from ml_analytics.models import archive
from ml_analytics.models.archive import pack, unpack

NAMES = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,8}(\.[a-z]{1,4})?(/[a-z]{1,5})?", fullmatch=True)


@settings(max_examples=50)
@given(files=st.dictionaries(NAMES, st.binary(max_size=50), min_size=1, max_size=5))
def test_what_is_packed_is_unpacked_and_order_does_not_matter(files: dict[str, bytes]) -> None:
    data = pack(files)
    assert unpack(data, next(iter(files))) == files
    assert pack(dict(reversed(files.items()))) == data


def test_any_zip_reader_can_read_it() -> None:
    with zipfile.ZipFile(io.BytesIO(pack({"a": b"1"}))) as opened:
        assert opened.testzip() is None
        assert opened.read("a") == b"1"


def test_a_file_above_the_limit_is_not_opened() -> None:
    with pytest.raises(UnsafeArtifactError, match="at most 10 bytes"):
        unpack(pack({"a": b"1"}), "a", max_bytes=10)


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_FILES", 2)
    with pytest.raises(UnsafeArtifactError, match="at most 2 files"):
        unpack(pack({"a": b"", "b": b"", "c": b""}), "a")


def test_a_name_that_stands_twice_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened, pytest.warns(UserWarning, match="Duplicate"):
        opened.writestr("a", b"1")
        opened.writestr("a", b"2")
    with pytest.raises(UnsafeArtifactError, match="twice"):
        unpack(buffer.getvalue(), "a")


def test_members_that_overlap_are_refused() -> None:
    # Two directory entries over the same bytes declare more than the file holds.
    data = pack({"a": b"x" * 400, "b": b"x" * 400})
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        entries = opened.infolist()
    for one in entries:
        one.file_size = one.compress_size = len(data)
    with pytest.raises(UnsafeArtifactError, match="must fit"):
        archive._check_entries(entries, len(data))


def test_a_zip_that_was_not_written_here_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        opened.writestr("a", b"1")  # the current time, other attributes
        opened.comment = b"hello"
    with pytest.raises(IntegrityError):
        unpack(buffer.getvalue(), "a")


def test_a_link_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        entry = zipfile.ZipInfo("a", date_time=(1980, 1, 1, 0, 0, 0))
        entry.external_attr = 0o120777 << 16
        opened.writestr(entry, b"/etc/passwd")
    with pytest.raises(IntegrityError):
        unpack(buffer.getvalue(), "a")
