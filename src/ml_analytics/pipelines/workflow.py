"""Runs that can be killed anywhere and started again: finished steps are remembered, not repeated.

A step's result is kept in SQL under (workflow, step) with a hash of its inputs. Started again with equal
inputs it is returned without running; with other inputs it runs and replaces what was kept. Results are
plain JSON values; larger things go to a store and the result names them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..core.canonical import fingerprint, plain
from ..core.clock import Clock, SystemClock
from ..core.names import identifier
from ..core.progress import Progress, Silent
from ..core.protocols import RecordStore
from ..core.tenant import Tenant


@dataclass
class Workflow:
    """One run of named steps for one tenant. Steps run in the order in which they are called.

    A step that has an effect outside must make that effect idempotent (registering takes ``once``, ingesting
    and promoting do so by themselves): it runs again when the process dies before its result is kept.
    """

    records: RecordStore
    tenant: Tenant
    name: str
    progress: Progress = field(default_factory=Silent)
    clock: Clock = field(default_factory=SystemClock)

    def __post_init__(self) -> None:
        identifier(self.name, "name", "Workflow")

    def step(
        self,
        name: str,
        inputs: Any,
        run: Callable[[], Any],
        *,
        stands: Callable[[Any], bool] = lambda value: True,
    ) -> Any:
        """Return the result of ``run()``, or what it returned when it last finished with equal inputs.

        ``stands`` says whether a remembered result is still good (what it names may have been deleted); when it
        is not, the step runs again.
        """
        self.progress.stage(name)
        identifier(name, "name", "Workflow.step")
        hashed = fingerprint(inputs)
        with self.records.read(self.tenant) as records:
            done = records.get("workflow_steps", workflow=self.name, step=name)
        if done is not None and done["inputs_hash"] == hashed and stands(done["result"]["value"]):
            return done["result"]["value"]
        value = plain(run())
        row = {"inputs_hash": hashed, "result": {"value": value}, "finished_at": self.clock.now()}
        key = {"workflow": self.name, "step": name}
        with self.records.begin(self.tenant) as records:
            records.lock(f"workflow:{self.name}")
            if not records.update("workflow_steps", key, row):
                records.insert("workflow_steps", {**key, **row})
        return value
