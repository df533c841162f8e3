"""What a run would do: for each step, kept or to do, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One step: ``cached`` is true, false, or ``None`` where it depends on what an earlier step gives."""

    name: str
    cached: bool | None
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in order; ``print(plan)`` is a table.

    >>> print(Plan("bars", (StepPlan("load", False, "nothing is kept yet"),)))
    bars
      load  to do  nothing is kept yet
    """

    pipeline: str
    steps: tuple[StepPlan, ...]

    def __iter__(self) -> Iterator[StepPlan]:
        return iter(self.steps)

    def __getitem__(self, name: str) -> StepPlan:
        return next(step for step in self.steps if step.name == name)

    def __str__(self) -> str:
        width = max((len(step.name) for step in self.steps), default=0)
        words = {True: "kept ", False: "to do", None: "open "}
        lines = [f"  {step.name:<{width}}  {words[step.cached]}  {step.why}" for step in self.steps]
        return "\n".join([self.pipeline, *lines])


def reason(now: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    """Say what differs from the newest kept output of a step."""
    if before is None:
        return "nothing is kept yet"
    changed = []
    if now["code"] != before.get("code"):
        changed.append("the function or its parameters have changed")
    known = before.get("inputs", {})
    names = [name for name, one in now["inputs"].items() if known.get(name) != one]
    gone = [name for name in known if name not in now["inputs"]]
    if names or gone:
        listed = ", ".join(f"'{name}'" for name in [*names, *gone])
        changed.append(f"other content of {listed}")
    return "; ".join(changed) or "its kept output cannot be read"
