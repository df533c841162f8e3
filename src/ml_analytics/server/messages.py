"""Bodies of the Open Inference Protocol v2, as JSON; what is not named here is refused.

Requests are validated with these models; responses are only described by them (for OpenAPI).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic import Field as Described

from ..core.clock import parse_time
from ..core.errors import MLFrameworkError, ParameterError
from ..core.names import identifier
from .errors import RequestError

Datatype = Literal[
    "BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP32", "FP64", "BYTES"
]
Size = Annotated[int, Described(ge=0, le=1 << 40)]
_MAX_LOCATION = 80


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TensorParameters(_Message):
    """Hints that other clients send along; they change nothing in how a tensor is read."""

    content_type: Literal["np", "pd", "str"] | None = None
    binary_data: Literal[False] | None = None


class InputTensor(_Message):
    """One input: a whole matrix [n, k] in the model's column order, or one column [n] or [n, 1] by name."""

    name: str
    shape: Annotated[list[Size], Described(min_length=1, max_length=2)]
    datatype: Datatype
    parameters: TensorParameters | None = None
    data: Any = Described(
        json_schema_extra={"type": "array", "items": {}},
        description="Row-major, flat or nested as the shape says; null is a missing FP or BYTES value.",
    )


class RequestParameters(_Message):
    """What goes to the prediction log with the rows, and whether the cache may answer."""

    time: str | None = Described(None, max_length=40, description="Event time of the rows, ISO 8601.")
    entity: str | None = Described(None, max_length=200, description="What the rows are about.")
    use_cache: bool = False
    binary_data_output: bool | None = Described(None, description="Accepted; answers are JSON all the same.")
    content_type: Literal["np", "pd"] | None = None


class OutputParameters(_Message):
    """What tritonclient adds to a requested output; binary answers and top-k classes are not offered."""

    binary_data: bool | None = Described(None, description="Accepted; answers are JSON all the same.")


class RequestedOutput(_Message):
    """An output the caller wants."""

    name: Literal["predict", "probabilities"]
    parameters: OutputParameters | None = None


class InferRequest(_Message):
    """An inference request; ``id`` becomes the id in the prediction log."""

    id: str | None = None
    parameters: RequestParameters = RequestParameters()
    inputs: Annotated[list[InputTensor], Described(min_length=1)]
    outputs: Annotated[list[RequestedOutput], Described(min_length=1)] | None = None


class IndexRequest(_Message):
    """What to list: everything, or only what is ready to answer."""

    ready: bool = False


class ErrorBody(_Message):
    """Every error: one sentence."""

    error: str


class ServerMetadata(_Message):
    """The server."""

    name: str
    version: str
    extensions: list[str]


class Live(_Message):
    """Whether the process answers."""

    live: bool


class Ready(_Message):
    """Whether requests can be answered."""

    ready: bool


class ModelReady(_Message):
    """Whether a model can answer."""

    name: str
    ready: bool


class TensorMetadata(_Message):
    """An input or output; -1 stands for any number of rows."""

    name: str
    datatype: Datatype
    shape: list[int]
    parameters: dict[str, Any] | None = None


class ModelMetadata(_Message):
    """A model: versions, platform, and what goes in and out."""

    name: str
    versions: list[str]
    platform: str
    inputs: list[TensorMetadata]
    outputs: list[TensorMetadata]


class OutputTensor(TensorMetadata):
    """One output of an inference."""

    data: list[Any]


class InferResponse(_Message):
    """An inference; row i of many is in the prediction log as ``<id>:<i>``, a single row as ``<id>``."""

    model_name: str
    model_version: str
    id: str
    outputs: list[OutputTensor]


class IndexEntry(_Message):
    """One version of one model."""

    name: str
    version: str
    state: Literal["READY", "UNAVAILABLE"]
    reason: str


REQUESTS = (InferRequest, IndexRequest)
"""Bodies that come in; the OpenAPI document adds them."""

M = TypeVar("M", bound=_Message)


def read(kind: type[M], value: Any) -> M:
    """Return ``value`` as a message.

    Raises:
        RequestError: 422 with one sentence that names the first field that cannot be used.
    """
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:_MAX_LOCATION]
        if first["type"] == "extra_forbidden":
            raise RequestError(422, f"The request field {where!r} is not known.") from error
        field = f"field {where!r}" if where else "body"
        raise RequestError(422, f"The request {field} cannot be used: {first['msg'].lower()}.") from error


def name_of(value: str, what: str) -> str:
    """Return a name from the path or the body when it is safe; the answer does not repeat it.

    Raises:
        RequestError: 422.
    """
    try:
        return identifier(value, what, "the request")
    except ParameterError as error:
        raise RequestError(422, f"The {what} must be 1 to 100 letters, digits, '_', '.' or '-'.") from error


def check_time(text: str | None) -> Any:
    """Return the event time of a request as aware UTC, or ``None``.

    Raises:
        RequestError: 422 when it is not ISO 8601, or outside the years 1 to 9999 in UTC.
    """
    if text is None:
        return None
    try:
        return parse_time(text, "time", "the request")
    except (MLFrameworkError, OverflowError) as error:
        raise RequestError(422, "The request field 'parameters.time' must be an ISO 8601 time.") from error
