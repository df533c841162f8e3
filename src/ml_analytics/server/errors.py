"""One table from error class to status; every error body is ``{"error": "one sentence"}``.

Sentences of errors about the server's own insides (stores, artifacts, settings) can name paths, so the
table replaces them; sentences about the caller's input are passed on.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping

from starlette.responses import Response

from ..core.errors import (
    ConflictError,
    DataProcessingError,
    MissingExtraError,
    MLFrameworkError,
    ModelLoadError,
    ModelSaveError,
    NotFoundError,
    ParameterError,
    PredictionError,
    PromotionRefused,
    SettingsError,
    StoreError,
    TenantError,
    TrainingError,
    UnsafeArtifactError,
)

logger = logging.getLogger("ml_analytics.server")

RETRY_AFTER_SECONDS = 1
MAX_SENTENCE = 400
GENERIC = "The server could not answer this request."
_BUSY = "The store cannot be reached right now; try again."
_UNREADABLE = "The model cannot be loaded; its owner has to look at it."


class RequestError(MLFrameworkError):
    """The edge itself refuses a request: wrong key, wrong body, too much; carries its own status."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})


# The first class that fits decides, so subclasses stand above their parents.
# A sentence of None passes the error's own on.
STATUS: tuple[tuple[type[MLFrameworkError], int, str | None], ...] = (
    (ParameterError, 422, None),
    (PredictionError, 422, None),
    (DataProcessingError, 422, None),
    (UnsafeArtifactError, 422, "The file is not of a kind that is loaded here."),
    (NotFoundError, 404, None),
    (ConflictError, 409, None),
    (PromotionRefused, 409, None),
    (TenantError, 403, "This is outside the caller's scope."),
    (StoreError, 503, _BUSY),
    (ModelLoadError, 503, _UNREADABLE),
    (ModelSaveError, 503, _BUSY),
    (TrainingError, 422, None),
    (MissingExtraError, 501, "This server is not equipped for that request."),
    (SettingsError, 500, GENERIC),
    (MLFrameworkError, 500, GENERIC),
)


def error_response(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return the protocol's error body; a long sentence is cut."""
    shown = sentence if len(sentence) <= MAX_SENTENCE else sentence[: MAX_SENTENCE - 3] + "..."
    return Response(json.dumps({"error": shown}), status, headers, "application/json")


def response_for(error: MLFrameworkError) -> Response:
    """Return the answer to an error of the family; what the caller may not read goes to the log."""
    if isinstance(error, RequestError):
        return error_response(error.status, error.message, error.headers)
    status, sentence = next((code, text) for kind, code, text in STATUS if isinstance(error, kind))
    if sentence is not None:
        logger.warning("%s answered with %d: %s", type(error).__name__, status, error.message)
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if isinstance(error, StoreError) else None
    return error_response(status, sentence or error.message, headers)
