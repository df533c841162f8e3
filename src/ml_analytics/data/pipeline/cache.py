"""Kept outputs: the bytes first (artifacts), then the row that names them (SQL); so a row never lacks its bytes."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ml_analytics.core.clock import Clock
from ml_analytics.core.errors import IntegrityError, NotFoundError
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import Stores

from .outputs import decode, encode, has_parts, is_table

TABLE = "pipeline_outputs"
_PARTS = "parts"


@dataclass(frozen=True, slots=True)
class StepCache:
    """The kept outputs of one pipeline of one tenant."""

    stores: Stores
    tenant: Tenant
    pipeline: str
    clock: Clock

    def row(self, step: str, key: str) -> dict[str, Any] | None:
        """Return the row of an output, or ``None``."""
        with self.stores.records.read(self.tenant) as records:
            return records.get(TABLE, pipeline=self.pipeline, step=step, key=key)

    def newest(self, step: str) -> dict[str, Any] | None:
        """Return the newest row of a step."""
        with self.stores.records.read(self.tenant) as records:
            where = {"pipeline": self.pipeline, "step": step}
            rows = records.find(TABLE, where, order_by=["-created_at"], limit=1)
        return rows[0] if rows else None

    def stands(self, row: dict[str, Any]) -> bool:
        """Say whether the bytes of an output are there and unchanged; warn when they are not."""
        try:
            self._check(row["digest"], row["kind"])
        except (IntegrityError, NotFoundError):
            warnings.warn(
                f"The kept output of the step '{row['step']}' of the pipeline '{self.pipeline}' is damaged or "
                "gone; the step runs again.",
                UserWarning,
                stacklevel=2,
            )
            return False
        return True

    def keep(self, step: str, key: str, value: Any, detail: dict[str, Any]) -> dict[str, Any]:
        """Keep an output durably and return its row.

        Raises:
            DataProcessingError: the value has no form without a pickle.
            StoreError: a store cannot be written.
        """
        digest, kind, rows = self._put(value)
        named = {"pipeline": self.pipeline, "step": step, "key": key}
        with self.stores.records.begin(self.tenant) as records:
            records.lock(TABLE, shared=True)
            records.lock(f"pipeline:{self.pipeline}")
            if not self._is_there(digest, kind):  # cleared meanwhile, by a pipeline that gave the same
                digest, kind, rows = self._put(value)
            found = {
                "digest": digest,
                "kind": kind,
                "rows": rows,
                "detail": detail,
                "created_at": self.clock.now(),
            }
            if not records.update(TABLE, named, found):
                records.insert(TABLE, {**named, **found})
        return {**named, **found}

    def value(self, digest: str, kind: str) -> Any:
        """Return a new object of the kept bytes.

        Raises:
            IntegrityError: the bytes have changed.
            NotFoundError: they are gone.
        """
        data = self.stores.artifacts.get(self.tenant, digest)
        found = decode(data)
        if kind != _PARTS:
            return found
        return {name: self.value(*one) if isinstance(one, list) else one["is"] for name, one in found.items()}

    def clear(self) -> int:
        """Forget everything that is kept of the pipeline; return how many outputs.

        First the rows, then, where no new row can come between, the bytes that no row needs.
        """
        with self.stores.records.begin(self.tenant) as records:
            records.lock(TABLE)
            rows = records.find(TABLE, {"pipeline": self.pipeline})
            records.delete(TABLE, {"pipeline": self.pipeline})
        freed = {one for row in rows for one in self._digests(row["digest"], row["kind"])}
        with self.stores.records.begin(self.tenant) as records:
            records.lock(TABLE)
            used = {one for row in records.find(TABLE) for one in self._digests(row["digest"], row["kind"])}
            for digest in freed - used:
                self.stores.artifacts.delete(self.tenant, digest)
        return len(rows)

    def _is_there(self, digest: str, kind: str) -> bool:
        """Say whether an output that was just put, and all its parts, are there still."""
        try:
            parts = decode(self.stores.artifacts.get(self.tenant, digest)) if kind == _PARTS else {}
        except NotFoundError:
            return False
        named = [digest, *(one[0] for one in parts.values() if isinstance(one, list))]
        return all(self.stores.artifacts.exists(self.tenant, one) for one in named)

    def _digests(self, digest: str, kind: str) -> Iterator[str]:
        """Yield the digests of an output and of its parts, as far as it can be read."""
        yield digest
        if kind == _PARTS:
            with contextlib.suppress(IntegrityError, NotFoundError):
                parts = decode(self.stores.artifacts.get(self.tenant, digest))
                yield from (one[0] for one in parts.values() if isinstance(one, list))

    def _put(self, value: Any) -> tuple[str, str, int | None]:
        if has_parts(value):
            parts = {
                name: list(self._put(one)[:2]) if is_table(one) else {"is": one}
                for name, one in value.items()
            }
            made = encode(parts)
            return self.stores.artifacts.put(self.tenant, made.data), _PARTS, None
        made = encode(value)
        return self.stores.artifacts.put(self.tenant, made.data), made.kind, made.rows

    def _check(self, digest: str, kind: str) -> None:
        data = self.stores.artifacts.get(self.tenant, digest)
        if kind == _PARTS:
            for one in decode(data).values():
                if isinstance(one, list):
                    self._check(*one)
