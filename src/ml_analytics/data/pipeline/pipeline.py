"""``DataPipeline``: named steps, each run once for each content of what it depends on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ml_analytics.core.canonical import fingerprint
from ml_analytics.core.clock import Clock, SystemClock
from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.core.names import identifier
from ml_analytics.core.progress import Progress, Silent
from ml_analytics.core.settings import Settings
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import Stores

from ..opened import Opened
from .cache import StepCache
from .fingerprints import value_fingerprint
from .plan import Plan, StepPlan, reason
from .step import PipelineStep, StepError

_OWNER = "DataPipeline"
_FORMAT = 2
StepLike: TypeAlias = PipelineStep | tuple[str, Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class StepResult:
    """How a step went: taken from what was kept or run, in how many seconds, with how many rows."""

    name: str
    cached: bool
    seconds: float
    rows: int | None
    digest: str
    kind: str


class PipelineResult(Mapping[str, Any]):
    """The outputs of a run by the names of the steps, each read when asked for, as a new object each time."""

    def __init__(self, steps: tuple[StepResult, ...], cache: StepCache) -> None:
        self.steps = steps
        self._cache = cache
        self._by_name = {step.name: step for step in steps}

    @property
    def output(self) -> Any:
        """What the last step gave."""
        return self[self.steps[-1].name]

    def __getitem__(self, name: str) -> Any:
        step = self._by_name[name]
        return self._cache.value(step.digest, step.kind)

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def __repr__(self) -> str:
        done = ", ".join(f"{step.name}: {'kept' if step.cached else 'run'}" for step in self.steps)
        return f"PipelineResult({done})"


class DataPipeline(Opened):
    """ETL in named steps. A step runs when its function, its parameters or the content of its inputs changed.

    A parameter of a step that is named like an earlier step takes that step's output; other parameters come from
    ``run(...)`` or have a default. Each output is kept in the artifact store under its content, then a row says so;
    a run that is killed goes on after the last step that was kept. A step that gives the same content as before does
    not make later steps run again. What a step is given is always read back from what was kept, so a
    resumed run is the same as an undisturbed one, and a step may change what it is given. Nothing is
    pickled. Two runs at once are harmless: they may both do a step. Close it (or use ``with``) when it
    opened its own stores; closed, it runs nothing, and its results can still be read.

    Args:
        name: of the pipeline; what is kept is kept under it.
        steps: ``(name, function)`` or :class:`PipelineStep`, in an order in which they can run.
        db: open stores, a directory, a database address, or ``None`` for what the settings say.
        tenant_id: whose data; by default the settings' tenant.
        clock: where "now" comes from.
        progress: who is told which step runs.

    >>> from tempfile import TemporaryDirectory
    >>> def load(rows): return list(range(rows))
    >>> def total(load): return sum(load)
    >>> with TemporaryDirectory() as home, DataPipeline("sums", [("load", load), ("total", total)], home) as sums:
    ...     print(sums.run(rows=4).output)
    ...     print(sums.run(rows=4))
    ...     print(sums.plan(rows=5))
    6
    PipelineResult(load: kept, total: kept)
    sums
      load   to do  other content of 'rows'
      total  open   depends on what 'load' gives
    """

    def __init__(
        self,
        name: str,
        steps: Iterable[StepLike],
        db: Stores | Settings | str | Path | None = None,
        tenant_id: Tenant | str | None = None,
        *,
        clock: Clock | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.name = identifier(name, "name", _OWNER)
        self.steps = _ordered(steps)
        self.progress = progress or Silent()
        if tenant_id is None and not isinstance(db, Stores):
            tenant_id = (db if isinstance(db, Settings) else Settings.read()).tenant_id
        self._clock = clock or SystemClock()
        super().__init__(db, Tenant.of(tenant_id))

    def run(
        self, inputs: Mapping[str, Any] | None = None, /, *, fresh: bool = False, **named: Any
    ) -> PipelineResult:
        """Return the outputs of all steps, running those that have no kept output for this content.

        Args:
            inputs: values by name, together with ``named``. A ``Path`` counts by the content of the
                file or of the directory's files, text by itself.
            fresh: run every step, whatever is kept.
            **named: further inputs.

        Raises:
            StepError: a step raised, or gave what has no safe form; the steps before it stay kept.
            ParameterError: an input is missing, unknown, or of no known kind.
            StoreError: a store cannot be read or written; what was kept stays kept.
        """
        cache, given = self._cache, self._inputs(inputs, named)
        prints = {name: value_fingerprint(value, name, self.name) for name, value in given.items()}
        done: dict[str, StepResult] = {}
        codes = {step.name: step.code() for step in self.steps}
        for number, step in enumerate(self.steps):
            self.progress.stage(step.name)
            started = time.perf_counter()
            detail = self._detail(step, codes[step.name], prints)
            row = None if fresh else cache.row(step.name, fingerprint(detail))
            cached = row is not None and cache.stands(row)
            if row is None or not cached:
                row = self._do(cache, step, detail, given, done)
            seconds = time.perf_counter() - started
            done[step.name] = StepResult(step.name, cached, seconds, row["rows"], row["digest"], row["kind"])
            prints[step.name] = row["digest"]
            self.progress.advance(number + 1, len(self.steps))
        return PipelineResult(tuple(done.values()), cache)

    def plan(self, inputs: Mapping[str, Any] | None = None, /, **named: Any) -> Plan:
        """Say for each step whether its output is kept, and why not; nothing runs. Errors as in :meth:`run`."""
        cache, given = self._cache, self._inputs(inputs, named)
        prints = {name: value_fingerprint(value, name, self.name) for name, value in given.items()}
        found: list[StepPlan] = []
        for step in self.steps:
            waits = [one for one in step.sources().values() if one in self._names() and one not in prints]
            if waits:
                found.append(StepPlan(step.name, None, f"depends on what '{waits[0]}' gives"))
                continue
            detail = self._detail(step, step.code(), prints)
            row = cache.row(step.name, fingerprint(detail))
            if row is not None and cache.stands(row):
                prints[step.name] = row["digest"]
                found.append(
                    StepPlan(step.name, True, f"kept since {row['created_at']:%Y-%m-%d %H:%M:%S} UTC")
                )
                continue
            newest = None if row is not None else cache.newest(step.name)
            before = detail if row is not None else (newest["detail"] if newest else None)
            found.append(StepPlan(step.name, False, reason(detail, before)))
        return Plan(self.name, tuple(found))

    def clear(self) -> int:
        """Forget every kept output of this pipeline; return how many.

        Other pipelines may run meanwhile; a run of this one may find its outputs gone (``NotFoundError``).
        """
        return self._cache.clear()

    @property
    def _cache(self) -> StepCache:
        return StepCache(self._stores, self.tenant, self.name, self._clock)

    def _names(self) -> set[str]:
        return {step.name for step in self.steps}

    def _detail(self, step: PipelineStep, code: str, prints: Mapping[str, str]) -> dict[str, Any]:
        inputs = {name: prints[source] for name, source in step.sources().items() if source in prints}
        return {"format": _FORMAT, "code": code, "inputs": inputs}

    def _do(
        self,
        cache: StepCache,
        step: PipelineStep,
        detail: dict[str, Any],
        given: Mapping[str, Any],
        done: Mapping[str, StepResult],
    ) -> dict[str, Any]:
        values = {
            name: cache.value(done[source].digest, done[source].kind) if source in done else given[source]
            for name, source in step.sources().items()
            if source in done or source in given
        }
        value = step.run(values, self.name)
        try:
            return cache.keep(step.name, fingerprint(detail), value, detail)
        except DataProcessingError as error:
            raise StepError(
                f"The step '{step.name}' of the pipeline '{self.name}' gave what cannot be kept: {error}",
                self.name,
                step.name,
            ) from error

    def _inputs(self, inputs: Mapping[str, Any] | None, named: Mapping[str, Any]) -> dict[str, Any]:
        if inputs is not None and not isinstance(inputs, Mapping):
            raise ParameterError.of("inputs", f"{_OWNER}.run", "a mapping of names to values", inputs)
        given = {**(inputs or {}), **named}
        steps = self._names()
        wanted = {source for step in self.steps for source in step.sources().values()} - steps
        unknown = sorted(set(given) - wanted)
        if unknown:
            must_be = f"of the names {', '.join(sorted(wanted)) or 'none'} for the pipeline '{self.name}'"
            raise ParameterError.of("inputs", f"{_OWNER}.run", must_be, unknown[0])
        for step in self.steps:
            for name, source in step.sources().items():
                if source not in steps and source not in given and name not in step.optional():
                    raise ParameterError.of(
                        "inputs",
                        f"{_OWNER}.run",
                        f"given with '{source}' for the step '{step.name}'",
                        sorted(given),
                    )
        return given


def _ordered(steps: Iterable[StepLike]) -> tuple[PipelineStep, ...]:
    """Return the steps; refuse two of one name and one that asks for a later one."""
    made = []
    for one in steps:
        if isinstance(one, PipelineStep):
            made.append(one)
        elif isinstance(one, tuple) and len(one) == 2:
            made.append(PipelineStep(one[0], one[1]))
        else:
            raise ParameterError.of("steps", _OWNER, "pairs of a name and a function, or PipelineSteps", one)
    if not made:
        raise ParameterError.of("steps", _OWNER, "at least one step", [])
    names = [step.name for step in made]
    for position, step in enumerate(made):
        if step.name in names[:position]:
            raise ParameterError.of("steps", _OWNER, "of different names", step.name)
        for source in step.sources().values():
            if source in names[position:]:
                raise ParameterError.of(
                    "steps",
                    _OWNER,
                    f"in order: '{step.name}' takes '{source}', which must come before it",
                    names,
                )
    return tuple(made)
