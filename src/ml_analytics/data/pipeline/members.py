"""What a class has of its own, and which modules are of installed packages."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from types import FunctionType, GetSetDescriptorType, MemberDescriptorType, WrapperDescriptorType
from typing import Any

# What Python keeps for itself or for people to read.
_BOOKKEEPING = frozenset(
    (
        "__dict__", "__weakref__", "__module__", "__doc__", "__qualname__", "__firstlineno__", "__annotations__",
        "__static_attributes__", "__annotate__", "__annotate_func__", "__annotations_cache__", "__parameters__",
        "__orig_bases__", "__type_params__", "__abstractmethods__", "_abc_impl", "__dataclass_fields__",
        "__dataclass_params__",
    )
)  # fmt: skip
_OF_C = (GetSetDescriptorType, MemberDescriptorType, WrapperDescriptorType)
_BEHAVIOUR = (FunctionType, staticmethod, classmethod, property, functools.cached_property)


def installed(module: str) -> bool:
    """Say whether a module is of Python or of an installed package: what it defines counts by name."""
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names or top in ("builtins", "ml_analytics"):
        return top != "__main__"
    file = getattr(sys.modules.get(module), "__file__", None)
    return file is not None and not {"site-packages", "dist-packages"}.isdisjoint(Path(file).parts)


def imported_name(value: Any) -> str | None:
    """Return the name under which a function can be imported, or ``None``: then only its parts tell what it is."""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(name, str):
        return None
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return f"{module}.{name}" if found is value else None


def members(cls: type) -> Iterator[tuple[str, Any]]:
    """Yield name and value of all that a class itself defines, methods of every kind as functions."""
    if issubclass(cls, Enum):
        for one in cls:
            yield one.name, one.value
    for name, member in sorted(vars(cls).items()):
        if name in _BOOKKEEPING or (issubclass(cls, Enum) and not isinstance(member, _BEHAVIOUR)):
            continue
        if isinstance(member, (staticmethod, classmethod)):
            yield f"{name} {type(member).__name__}", member.__func__
        elif isinstance(member, property):
            yield f"{name} property", (member.fget, member.fset, member.fdel)
        elif isinstance(member, functools.cached_property):
            yield f"{name} cached_property", member.func
        elif isinstance(member, _OF_C) or type(member).__name__ == "_tuplegetter":
            yield f"{name} {type(member).__name__}", None
        else:
            yield name, member
    for name, field in vars(cls).get("__dataclass_fields__", {}).items():
        yield f"field {name}", (field.metadata, field.init, field.repr, field.compare, field.kw_only is True)
