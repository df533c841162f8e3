"""Every damage is found and named, by verify and before a restore writes anything."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ml_analytics.core.canonical import fingerprint
from ml_analytics.core.errors import IntegrityError, MLFrameworkError, StoreError
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import Stores, backup, open_stores, restore, verify_backup
from ml_analytics.stores.backup import files

A = Tenant("tenant_a")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory, sample: Any) -> Path:
    home = tmp_path_factory.mktemp("damage")
    with open_stores(home / "home") as stores:
        sample.fill(stores, A, rows=2)
        backup(stores, home / "kept")
    return home / "kept"


@pytest.fixture
def kept(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "kept"))


def files_of(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def assert_refused(
    kept: Path, stores: Stores, sentence: str, kind: type[MLFrameworkError] = IntegrityError
) -> None:
    with pytest.raises(kind, match=sentence) as told:
        verify_backup(kept)
    assert "\n" not in told.value.message and told.value.message.endswith(".")
    with pytest.raises(kind, match=sentence):
        restore(stores, kept)
    assert stores.records.tenants() == [] and not (stores.home / "artifacts").exists()


def test_one_flipped_bit_anywhere(original: Path, kept: Path) -> None:
    """Every byte of the manifest's and a table's file, and of every other file some."""
    chance = random.Random(0)
    looked_at = 0
    for path in files_of(kept):
        data = bytearray(path.read_bytes())
        small = path.name in ("manifest.json", "models.jsonl.gz")
        places = (
            range(0, len(data), 17) if small else [0, 3, len(data) - 1, *chance.sample(range(len(data)), 3)]
        )
        for place in places:
            data[place] ^= 1 << chance.randrange(8)
            path.write_bytes(data)
            with pytest.raises((IntegrityError, StoreError), match=path.name):
                verify_backup(kept)
            data = bytearray((original / path.relative_to(kept)).read_bytes())
            path.write_bytes(data)
            looked_at += 1
    assert looked_at > 150
    verify_backup(kept)


def test_a_missing_or_shortened_or_longer_file_is_named(kept: Path, stores: Stores) -> None:
    for path in files_of(kept):
        if path.name == "manifest.json":
            continue
        data = path.read_bytes()
        path.unlink()
        assert_refused(kept, stores, f"file '.*{path.name}' is missing")
        path.write_bytes(data[:-1])
        assert_refused(
            kept, stores, f"file '.*{path.name}' has {len(data) - 1} bytes and should have {len(data)}"
        )
        path.write_bytes(data + b"\0")
        with pytest.raises(IntegrityError, match=path.name):
            verify_backup(kept)
        path.write_bytes(data)
    verify_backup(kept)


def test_one_file_too_many(kept: Path, stores: Stores) -> None:
    extra = kept / "tenants" / "tenant_a" / "records" / "extra.jsonl.gz"
    extra.write_bytes(b"x")
    assert_refused(
        kept, stores, "holds 'tenants/tenant_a/records/extra.jsonl.gz', which its manifest does not know"
    )


@pytest.mark.parametrize(
    "where", ["tenants/tenant_a/records/models.jsonl.gz", "tenants/tenant_a", "manifest.json"]
)
def test_links_are_refused(where: str, kept: Path, stores: Stores, tmp_path: Path) -> None:
    (kept / where).rename(tmp_path / "moved")
    (kept / where).symlink_to(tmp_path / "moved")
    assert_refused(kept, stores, f"holds '{where}', which is no plain file")


def test_a_pipe_is_refused(kept: Path, stores: Stores) -> None:
    path = kept / "tenants" / "tenant_a" / "records" / "models.jsonl.gz"
    path.unlink()
    os.mkfifo(path)
    assert_refused(kept, stores, "models.jsonl.gz', which is no plain file")


def forge(kept: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Write a manifest that is consistent in itself, as an attacker would."""
    path = kept / "manifest.json"
    body = json.loads(path.read_bytes())
    del body["sha256"]
    change(body)
    path.write_text(json.dumps({**body, "sha256": fingerprint(body)}, indent=1, sort_keys=True) + "\n")


def entry_of(body: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = body["tenants"]["tenant_a"]
    return found


ESCAPES = ["../../../outside", "/etc/passwd", "..", "a/../../b", "a\\..\\b", "a\0b", "x" * 10_000, ""]


@pytest.mark.parametrize("name", ESCAPES, ids=range(len(ESCAPES)))
def test_names_that_lead_outside_are_refused(name: str, kept: Path, stores: Stores, tmp_path: Path) -> None:
    changes: list[Callable[[dict[str, Any]], None]] = [
        lambda body: body["tenants"].update({name: body["tenants"].pop("tenant_a")}),
        lambda body: entry_of(body)["tables"].update({name: entry_of(body)["tables"].pop("models")}),
        lambda body: entry_of(body)["collections"].update(
            {name: entry_of(body)["collections"].pop("predictions")}
        ),
        lambda body: entry_of(body)["artifacts"].update({name: 3}),
        lambda body: entry_of(body)["queued"].append(name),
        lambda body: entry_of(body)["content"].update({"hash": name}),
    ]
    (tmp_path / "outside").write_bytes(b"abc")
    good = (kept / "manifest.json").read_bytes()
    for change in changes:
        forge(kept, change)
        assert_refused(kept, stores, "'manifest.json' has entries that make no sense")
        (kept / "manifest.json").write_bytes(good)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "kept", "outside"]


def test_a_newer_format_is_refused(kept: Path, stores: Stores) -> None:
    forge(kept, lambda body: body.update(format=2))
    assert_refused(
        kept, stores, "'manifest.json' is of format 2, .*: install a newer ml_analytics", StoreError
    )


@pytest.mark.parametrize(
    "odd", [{"format": True}, {"format": "1"}, {"kind": "x"}, {"tenants": []}, {"created_at": 5}]
)
def test_a_manifest_that_makes_no_sense(odd: dict[str, Any], kept: Path, stores: Stores) -> None:
    forge(kept, lambda body: body.update(odd))
    assert_refused(kept, stores, "manifest")


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"[" * 100_000, b"\xff\xfe"])
def test_a_manifest_that_is_none(data: bytes, kept: Path, stores: Stores) -> None:
    (kept / "manifest.json").write_bytes(data)
    assert_refused(kept, stores, "'manifest.json' was changed")


def replace_table(kept: Path, data: bytes, unpacked: int, lines: int = 2) -> None:
    path = kept / "tenants" / "tenant_a" / "records" / "models.jsonl.gz"
    path.write_bytes(data)
    told = {
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "unpacked": unpacked,
        "lines": lines,
    }
    forge(kept, lambda body: entry_of(body)["tables"].update(models=told))


def test_a_gzip_bomb_is_stopped_at_what_was_declared(
    kept: Path, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    data = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(200)) + bomb.flush()
    replace_table(kept, data, unpacked=1000)
    assert_refused(kept, stores, "models.jsonl.gz' unpacks to more than the 1000 bytes declared")
    replace_table(kept, data, unpacked=200 << 20)
    monkeypatch.setattr(files, "LONGEST_LINE", 5 << 20)
    assert_refused(kept, stores, "models.jsonl.gz' has a line that is too long")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (b"nonsense\n", "not JSON"),
        (b"[" * 50_000 + b"\n", "not JSON"),
        (b"[1]\n", "no JSON object"),
        (b'{"model_id": "m", "strange": 1}\n', "a column 'strange' that the table does not have"),
        (b'{"model_id": "m", "created_at": "yesterday"}\n', "a time that cannot be read"),
        (b'{"model_id": "m", "created_at": 5}\n', "a time that cannot be read"),
        (b'{"model_id": "m", "created_at": "2024-01-01T00:00:00"}\n', "a time that cannot be read"),
        (b'{"model_id": "m"}\n', "does not have the hash in its manifest"),
        (b'{"model_id": "m"}', "was changed"),
    ],
)
def test_lines_that_make_no_sense(lines: bytes, sentence: str, kept: Path, stores: Stores) -> None:
    replace_table(kept, gzip.compress(lines), len(lines), lines=1)
    assert_refused(kept, stores, sentence)


def test_bytes_behind_the_end_and_two_streams(kept: Path, stores: Stores) -> None:
    lines = b'{"model_id": "m"}\n'
    for data in (
        gzip.compress(lines) + b"more",
        gzip.compress(lines) + gzip.compress(lines),
        gzip.compress(lines)[:-3],
    ):
        replace_table(kept, data, len(lines), lines=1)
        assert_refused(kept, stores, "models.jsonl.gz' was changed")


def test_changed_between_check_and_use(kept: Path, stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read again while restoring is checked again."""
    from ml_analytics.stores.backup import restoring

    path = kept / "tenants" / "tenant_a" / "records" / "models.jsonl.gz"

    def verify_then_swap(root: Path, **_: Any) -> None:
        verify_backup(root)
        rows = gzip.decompress(path.read_bytes()).replace(
            b'"model_id":"model_id0"', b'"model_id":"model_idX"'
        )
        path.write_bytes(gzip.compress(rows))

    monkeypatch.setattr(restoring, "verify", verify_then_swap)
    with pytest.raises(IntegrityError, match=r"models\.jsonl\.gz"):
        restore(stores, kept)
    with stores.records.read(A) as records:
        assert records.count("models") == records.count("stages") == 0
