"""Every error the package raises on purpose, one family under :class:`MLFrameworkError`.

Messages are one sentence that names the parameter, what it must be and what it got. The command line
prints the sentence and exits with 2; the HTTP edge turns the class into a status code.
"""

from __future__ import annotations

from collections.abc import Sequence


class MLFrameworkError(Exception):
    """Root of the family; ``message`` is the sentence a person reads."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message


class ParameterError(MLFrameworkError, ValueError):
    """A parameter has a value that the callee cannot accept.

    >>> print(ParameterError.of("horizon", "direction", "a positive number of bars", 0))
    The 'horizon' parameter of direction must be a positive number of bars. Got 0 instead.
    """

    @classmethod
    def of(cls, parameter: str, owner: str, must_be: str, got: object) -> ParameterError:
        """Build the sentence *The 'x' parameter of Y must be … Got … instead.*"""
        shown = repr(got)
        if "\n" in shown:  # tables and arrays; the sentence stays one line
            shown = " ".join(shown.split())
        if len(shown) > 120:
            shown = shown[:117] + "..."
        return cls(f"The '{parameter}' parameter of {owner} must be {must_be}. Got {shown} instead.")


class SettingsError(MLFrameworkError, ValueError):
    """A setting is unknown or has an unusable value; the sentence names the key and the value."""


class MissingExtraError(MLFrameworkError, ImportError):
    """An optional dependency is absent; the sentence names the extra that brings it."""


class DataProcessingError(MLFrameworkError, ValueError):
    """Data could not be read, validated or transformed."""


class LeakageError(DataProcessingError):
    """A feature or split would let the future into the past."""


class TrainingError(MLFrameworkError):
    """Training failed; ``stage`` says where (``prepare``, ``fit``, ``evaluate``, ``save``)."""

    def __init__(self, message: str, model_id: str | None = None, stage: str | None = None) -> None:
        super().__init__(message)
        self.model_id = model_id
        self.stage = stage


class PredictionError(MLFrameworkError, ValueError):
    """A model could not answer, or the input does not fit its signature."""

    def __init__(self, message: str, model_id: str | None = None) -> None:
        super().__init__(message)
        self.model_id = model_id


class ModelLoadError(MLFrameworkError):
    """A stored model cannot be read back."""


class ModelSaveError(MLFrameworkError):
    """A model cannot be written in a safe format."""


class IntegrityError(ModelLoadError):
    """Stored bytes are not the bytes that were written (their SHA-256 differs)."""


class UnsafeArtifactError(ModelLoadError):
    """A file could run code or exhaust the machine when loaded, so it is not loaded."""


class NotFoundError(MLFrameworkError, LookupError):
    """Nothing of that name is visible to this tenant; the same words whether absent or another's."""


class ModelNotFoundError(NotFoundError):
    """No such model or version for this tenant."""

    def __init__(self, model_id: str, version: str | None = None) -> None:
        of = f" version '{version}'" if version is not None else ""
        super().__init__(f"Model '{model_id}'{of} was not found.")
        self.model_id = model_id
        self.version = version


class ConflictError(MLFrameworkError):
    """The thing exists already with other content (versions are immutable, ids are unique)."""


class PromotionRefused(MLFrameworkError):  # noqa: N818 - a verdict, named as users speak of it
    """The gate said no; ``reasons`` lists every check that failed."""

    def __init__(self, message: str, reasons: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.reasons = tuple(reasons)


class StoreError(MLFrameworkError):
    """A store cannot be reached, read or written (permissions, full disk, wrong address)."""


class TenantError(MLFrameworkError):
    """A call has no tenant scope or reaches outside the one it has."""
