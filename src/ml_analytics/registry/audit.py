"""Who did what and when, as a hash chain: an edited or missing row is found.

Each entry's hash is the SHA-256 over the hash before it and the entry's canonical JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..core.canonical import canonical_json, plain, sha256
from ..core.clock import as_utc
from ..core.errors import IntegrityError
from ..core.protocols import Records, Row

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the audit log."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
    hash: str


def append(
    records: Records, at: datetime, actor: str, action: str, subject: str, detail: dict[str, Any]
) -> None:
    """Add an entry inside the caller's transaction: it stands exactly when the change stands."""
    records.lock("audit")
    last = records.find("audit", order_by=("-seq",), limit=1)
    seq, previous = (last[0]["seq"] + 1, last[0]["hash"]) if last else (1, GENESIS)
    entry = {
        "seq": seq,
        "at": at,
        "actor": actor,
        "action": action,
        "subject": subject,
        "detail": plain(detail),
    }
    records.insert("audit", {**entry, "previous_hash": previous, "hash": _hash(previous, entry)})


def entries(records: Records) -> list[AuditEntry]:
    """Return the log, oldest first, after checking the chain.

    Raises:
        IntegrityError: an entry was edited, removed or put in; the message names the first bad one.
    """
    previous, result = GENESIS, []
    for expected, row in enumerate(records.find("audit", order_by=("seq",)), start=1):
        if row["seq"] != expected or row["previous_hash"] != previous or row["hash"] != _hash(previous, row):
            raise IntegrityError(f"The audit log was changed at entry {expected}: its hash does not match.")
        previous = row["hash"]
        result.append(AuditEntry(**{name: row[name] for name in AuditEntry.__slots__}))
    return result


def _hash(previous: str, entry: Row) -> str:
    body = {
        "seq": entry["seq"],
        "at": as_utc(entry["at"]).isoformat(timespec="microseconds"),
        **{name: entry[name] for name in ("actor", "action", "subject", "detail")},
    }
    return sha256((previous + canonical_json(body)).encode())
