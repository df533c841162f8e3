"""Models by type name: the built-in families, those a caller registers, those a package brings."""

from __future__ import annotations

import difflib
import inspect
from importlib.metadata import entry_points
from typing import Any, ClassVar

from ..core.errors import ParameterError
from ..core.names import identifier

ENTRY_POINTS = "ml_analytics.models"
"""The entry point group through which an installed package adds families: ``name = "package:Class"``."""


class ModelFactory:
    """Makes a model from its type name and parameters. One table for the whole process.

    >>> from ml_analytics.models import ModelFactory
    >>> ModelFactory.create("random_forest", n_estimators=10).n_estimators
    10
    >>> ModelFactory.create("random_forest", trees=10)
    Traceback (most recent call last):
        ...
    ml_analytics.core.errors.ParameterError: The 'params' parameter of ModelFactory.create('random_forest') \
must be among class_weight, max_depth, max_features, min_samples_leaf, min_samples_split, n_estimators, \
n_jobs, random_state. Got 'trees' instead.
    """

    _builders: ClassVar[dict[str, Any]] = {}
    _made_by: ClassVar[dict[type, str]] = {}

    @classmethod
    def register(cls, model_type: str, builder: Any) -> None:
        """Add or replace a type: a class, or a callable that takes the parameters and returns a model.

        Registering is process-wide; call it where the class is defined, so that every process that
        loads a stored model of this type knows it.
        """
        identifier(model_type, "model_type", "ModelFactory.register")
        if not callable(builder):
            raise ParameterError.of("builder", "ModelFactory.register", "a class or a callable", builder)
        cls._builders[model_type] = builder
        if inspect.isclass(builder):
            cls._made_by.setdefault(builder, model_type)

    @classmethod
    def types(cls) -> tuple[str, ...]:
        """Return the names of every type, sorted."""
        return tuple(sorted({*cls._builders, *(one.name for one in entry_points(group=ENTRY_POINTS))}))

    @classmethod
    def create(cls, model_type: str, **params: Any) -> Any:
        """Return a new, unfitted model.

        Raises:
            ParameterError: no such type, or no such parameter; the sentence lists the known ones.
        """
        builder = cls._builder(model_type)
        _check_parameters(builder, model_type, params)
        model = builder(**params)
        if not all(hasattr(model, name) for name in ("fit", "predict", "_state", "_restore")):
            raise ParameterError.of(
                "builder",
                f"ModelFactory.create('{model_type}')",
                "a builder of a BaseModel (wrap() makes one)",
                model,
            )
        cls._made_by.setdefault(type(model), model_type)
        return model

    @classmethod
    def create_model(cls, model_type: str, hyperparameters: dict[str, Any] | None = None) -> Any:
        """Do as :meth:`create`: the name and form that the customization guide of the product teams uses."""
        return cls.create(model_type, **(hyperparameters or {}))

    @classmethod
    def type_of(cls, model: object) -> str | None:
        """Return the registered name under which this kind of model is made, or ``None``."""
        named = str(getattr(model, "model_type", ""))
        if cls._builders.get(named) is type(model):
            return named
        return cls._made_by.get(type(model))

    @classmethod
    def is_known_everywhere(cls, model_type: str) -> bool:
        """Say whether another process knows this type too: built in, or brought by an installed package."""
        builder = cls._builders.get(model_type)
        if builder is None or any(one.name == model_type for one in entry_points(group=ENTRY_POINTS)):
            return True
        return str(getattr(builder, "__module__", "")).startswith(__package__ + ".")

    @classmethod
    def _builder(cls, model_type: str) -> Any:
        if not isinstance(model_type, str) or model_type not in cls._builders:
            found = [one for one in entry_points(group=ENTRY_POINTS) if one.name == model_type]
            if not found:
                must_be = f"one of {', '.join(cls.types())}{_near(model_type, cls.types())}"
                raise ParameterError.of("model_type", "ModelFactory.create", must_be, model_type)
            cls.register(model_type, found[0].load())
        return cls._builders[model_type]


def _near(name: Any, known: tuple[str, ...]) -> str:
    """Return a question after the type that was meant, where one is near."""
    text = str(name).lower().replace("-", "_")
    begins = [one for one in known if one.replace("_", "").startswith(text.replace("_", ""))]
    found = begins[:1] or difflib.get_close_matches(text, known, 1)
    return f" (did you mean '{found[0]}'?)" if found and text else ""


def _check_parameters(builder: Any, model_type: str, params: dict[str, Any]) -> None:
    try:
        accepted = inspect.signature(builder).parameters
    except ValueError:  # a builtin that does not say what it takes
        return
    if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in accepted.values()):
        return
    unknown = sorted(set(params) - set(accepted))
    if unknown:
        known = ", ".join(sorted(accepted)) or "none (it takes no parameters)"
        raise ParameterError.of(
            "params", f"ModelFactory.create('{model_type}')", f"among {known}", unknown[0]
        )
