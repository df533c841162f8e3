"""The routes of the Open Inference Protocol v2 over JSON.

https://github.com/kserve/open-inference-protocol, with the model repository index of Triton and MLServer.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..core.columns import ColumnKind
from ..core.environment import code_version
from ..core.errors import MLFrameworkError, StoreError
from ..core.tenant import Tenant
from ..serving import ModelManager
from . import answers, strict_json
from .access import asks, caller
from .keys import KeyRing
from .limits import read_body
from .messages import IndexRequest, InferRequest, check_time, name_of, read
from .roles import Access
from .tenants import Predictors
from .tensors import table_of


class InferenceProtocol:
    """The handlers; every one runs behind the gate, for the tenant of its caller.

    Whatever touches a store or a model runs in a worker thread, JSON included, so that one large request
    does not hold up the others.
    """

    def __init__(self, predictors: Predictors, ring: KeyRing, max_rows: int) -> None:
        self._predictors = predictors
        self._ring = ring
        self._max_rows = max_rows

    # -- server ------------------------------------------------------------------------------------------

    @asks(Access.VIEW)
    async def server(self, request: Request) -> Response:
        """Say what this server is and which extensions of the protocol it has."""
        version = code_version().partition("+")[0]
        return JSONResponse(
            {"name": "ml_analytics", "version": version, "extensions": ["model_repository"]},
        )

    @asks(Access.PUBLIC)
    async def live(self, request: Request) -> Response:
        """Say that the process answers."""
        return JSONResponse({"live": True})

    @asks(Access.PUBLIC)
    async def ready(self, request: Request) -> Response:
        """Say whether requests can be answered: 200 when the record store can be read, else 503."""
        try:
            await run_in_threadpool(self._ring.look)
        except StoreError:
            return JSONResponse({"ready": False}, 503)
        return JSONResponse({"ready": True})

    @asks(Access.VIEW)
    async def index(self, request: Request) -> Response:
        """List the versions of the caller's models."""
        body = await read_body(request)
        wanted = read(IndexRequest, strict_json.parse(body)) if body.strip() else IndexRequest()
        entries = await run_in_threadpool(_index, self._predictors.of(caller(request).tenant).manager)
        return JSONResponse([one for one in entries if one["state"] == "READY" or not wanted.ready])

    # -- models ------------------------------------------------------------------------------------------

    @asks(Access.VIEW)
    async def metadata(self, request: Request, model: str) -> Response:
        """Describe the version that is served: inputs, outputs, platform, versions."""
        return await self._metadata(request, model, None)

    @asks(Access.VIEW)
    async def version_metadata(self, request: Request, model: str, version: str) -> Response:
        """Describe one version: inputs, outputs, platform, versions."""
        return await self._metadata(request, model, version)

    @asks(Access.VIEW)
    async def model_ready(self, request: Request, model: str) -> Response:
        """Load the version that is served, where it is not loaded yet, and say that it can answer."""
        return await self._model_ready(request, model, None)

    @asks(Access.VIEW)
    async def version_ready(self, request: Request, model: str, version: str) -> Response:
        """Load one version, where it is not loaded yet, and say that it can answer."""
        return await self._model_ready(request, model, version)

    @asks(Access.PREDICT)
    async def infer(self, request: Request, model: str) -> Response:
        """Answer with the version in production, else the latest; the answer is in the log before it leaves."""
        return await self._infer(request, model, None)

    @asks(Access.PREDICT)
    async def version_infer(self, request: Request, model: str, version: str) -> Response:
        """Answer with one version; the answer is in the log before it leaves."""
        return await self._infer(request, model, version)

    # -- inside ------------------------------------------------------------------------------------------

    async def _metadata(self, request: Request, model: str, version: str | None) -> Response:
        model, version = _names(model, version)
        manager = self._predictors.of(caller(request).tenant).manager
        return JSONResponse(answers.model_metadata(await run_in_threadpool(manager.describe, model, version)))

    async def _model_ready(self, request: Request, model: str, version: str | None) -> Response:
        model, version = _names(model, version)
        manager = self._predictors.of(caller(request).tenant).manager
        await run_in_threadpool(manager.load_model, model, version)
        return JSONResponse({"name": model, "ready": True})

    async def _infer(self, request: Request, model: str, version: str | None) -> Response:
        model, version = _names(model, version)
        body = await read_body(request)
        tenant = caller(request).tenant
        answer = await run_in_threadpool(self._answer, tenant, model, version, body)
        return Response(answer, media_type="application/json")

    def _answer(self, tenant: Tenant, model: str, version: str | None, body: bytes) -> bytes:
        message = read(InferRequest, strict_json.parse(body))
        request_id = uuid4().hex if message.id is None else name_of(message.id, "request id")
        moment = check_time(message.parameters.time)
        predictor = self._predictors.of(tenant)
        wanted = frozenset(one.name for one in message.outputs or ())
        times: frozenset[str] = frozenset()
        if _depends_on_signature(message):
            signature = predictor.manager.load_model(model, version).signature
            answers.check_outputs(wanted, signature)
            times = frozenset(one.name for one in signature.inputs if one.kind is ColumnKind.TIME)
        table = table_of(message.inputs, times, self._max_rows)
        rows = len(table)
        answer = predictor.answer(
            model,
            table,
            version,
            ids=[request_id] if rows == 1 else [f"{request_id}:{row}" for row in range(rows)],
            times=None if moment is None else [moment] * rows,
            entity=message.parameters.entity,
            use_cache=message.parameters.use_cache,
        )
        return answers.infer_body(answer, request_id, wanted)


def _depends_on_signature(message: InferRequest) -> bool:
    """Say whether the request can only be read knowing the model; plain numbers save that look-up."""
    return message.outputs is not None or any(one.datatype == "BYTES" for one in message.inputs)


def _names(model: str, version: str | None) -> tuple[str, str | None]:
    return name_of(model, "model name"), None if version is None else name_of(version, "version")


def _index(manager: ModelManager) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    for one in manager.list_models():
        name = one["model_id"]
        try:
            versions = manager.describe(name).versions
        except MLFrameworkError:
            latest = str(one.get("latest") or "")
            reason = "no version of it can be served"
            entries.append({"name": name, "version": latest, "state": "UNAVAILABLE", "reason": reason})
            continue
        entries += [{"name": name, "version": v, "state": "READY", "reason": ""} for v in versions]
    return entries
