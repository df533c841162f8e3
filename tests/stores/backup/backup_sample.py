"""A tenant with something in every table, made of values that backends are known to disagree on."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import BigInteger, Column, Float, Integer, String
from sqlalchemy.types import JSON

from ml_analytics.core.protocols import Records
from ml_analytics.core.tenant import Tenant
from ml_analytics.registry import audit
from ml_analytics.stores import Stores
from ml_analytics.stores.backup.snapshot import ARTIFACT_COLUMNS, TABLES
from ml_analytics.stores.tables import UtcDateTime

TEXTS = [
    "plain",
    "",
    "ünï 漢字 😀\u2028",
    "line\nbreak\ttab",
    "'; DROP TABLE models;--",
    '{"a": 1}',
    "\uff21",
    "\U0001f600z",
]
FLOATS = [0.1, -0.0, 0.0, 1.0, 1e22, 1.5e300, 5e-324, -123456.789, 2**53 + 2.0, float("nan"), None]
EAST = timezone(timedelta(hours=5, minutes=45))
TIMES = [
    datetime(2024, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
    datetime(2024, 1, 2, 3, 4, 5, 7, tzinfo=UTC),
    datetime(1923, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(2031, 3, 30, 2, 30, tzinfo=EAST),
]
JSONS: list[Any] = [
    {"b": [1, 1.0, 1e22, -0.0, None, True], "a": {"ü": "漢字", "Z": {"": []}}},
    {"big": 2**70, "negative": -(2**63), "tiny": 5e-324, "huge": 1.5e300, "nan": float("nan")},
    {},
    {"text": '{"not": "parsed"}', "time": "2024-01-01T00:00:00Z", "exp": 1e-7, "int": 10**25},
]
COLLECTIONS = ("raw_market", "predictions", "Text.Notes")


def fill(stores: Stores, tenant: Tenant, seed: int = 0, rows: int = 4, canary: str = "") -> None:
    """Write rows to every table, documents to three collections, and the artifacts that the rows name."""
    chance = random.Random(seed)
    made: dict[str, list[dict[str, Any]]] = {}
    for table in TABLES:
        if table.name in ("tenants", "audit"):
            continue
        made[table.name] = []
        for number in range(rows):
            row: dict[str, Any] = {}
            for column in table.columns:
                if column.name != "tenant_id":
                    row[column.name] = value(chance, column, number, canary)
            for column_name in ARTIFACT_COLUMNS.get(table.name, ()):
                data = f"{tenant.id} {table.name} {column_name} {number} {seed} {canary}".encode() * 50
                row[column_name] = stores.artifacts.put(tenant, data)
            for constraint in table.foreign_key_constraints:
                parent = made[constraint.referred_table.name][number]
                for element in constraint.elements:
                    if element.parent.name != "tenant_id":
                        row[element.parent.name] = parent[element.column.name]
            made[table.name].append(row)
    with stores.records.begin(tenant) as records:
        for name, table_rows in made.items():
            assert records.insert_new(name, table_rows) == len(table_rows), name
        write_audit(records, canary)
    for number, name in enumerate(COLLECTIONS):
        collection = stores.documents.collection(tenant, name)
        collection.insert_new(documents(chance, rows * 3, canary), pending=number == 0)
    assert stores.documents.collection(tenant, "raw_market").acknowledge(["Doc 1 ü"]) == 1


def write_audit(records: Records, canary: str) -> None:
    for number in range(3):
        detail = {"number": number, "what": canary + "漢字"}
        audit.append(records, TIMES[0] + timedelta(seconds=number), "tester", "act", f"s{number}", detail)


def value(chance: random.Random, column: Column[Any], number: int, canary: str) -> Any:
    """Return a value for a column: distinct by ``number`` in keys."""
    kind = column.type
    in_key = column.primary_key
    if isinstance(kind, UtcDateTime):
        moment = TIMES[number % len(TIMES)] + timedelta(days=number)
        return None if column.nullable and number == 2 else moment
    if isinstance(kind, JSON):
        return {**JSONS[number % len(JSONS)], "canary": canary}
    if isinstance(kind, Float):
        return chance.choice(FLOATS)
    if isinstance(kind, Integer):
        edge = 2**63 - 1 if isinstance(kind, BigInteger) else 2**31 - 1
        return number + 1 if in_key else chance.choice([0, number, edge, -edge - 1])
    assert isinstance(kind, String)
    if in_key or column.name in ("batch_id", "hash"):
        return f"{column.name}{number}"
    if column.nullable and number == 1:
        return None
    text = canary + chance.choice(TEXTS)
    return text[: kind.length] if kind.length else text


def documents(chance: random.Random, count: int, canary: str) -> list[dict[str, Any]]:
    return [
        {
            **({"_id": f"Doc {number} ü"} if number % 2 else {}),
            "time": TIMES[number % len(TIMES)],
            "number": number,
            "price": chance.choice(FLOATS),
            "text": canary + chance.choice(TEXTS),
            "nested": JSONS[number % len(JSONS)] if number % 3 else {"a": [1, 2.5, "x"], "b": {}},
        }
        for number in range(count)
    ]
