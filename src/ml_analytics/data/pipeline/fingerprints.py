"""What a value and a function are, as one hash each: equal hash, equal behaviour of a step.

What is covered, for a function:

- its bytecode, constants, defaults, attributes, and the values it closes over;
- the globals that it names and that its own module defines, in the same way: functions, also wrapped ones
  (``functools.lru_cache``), classes with all they have (methods of every kind, properties, attributes, and their base
  classes in that module), and values with their state (fields or attributes) and class;
- of a global that another module defines, an object's state, but of functions, classes and modules the name alone:
  a change there needs a new ``version`` of the step. What is reached through a module (``other.rate``) is such a
  change.

Comments, formatting and line numbers do not count. Loggers count by name. What cannot be shown to be made of such
parts (a lock, an open file, a generator of random numbers, an object with a pickling of its own) is refused.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ml_analytics.core.errors import ParameterError

from .content import OpaqueError
from .walk import Walk, digest

_DEEP = "object nested too deeply"


def value_fingerprint(value: Any, parameter: str, owner: str) -> str:
    """Return the hash of a plain value, an array, a table, a function, or an object made of these.

    A ``Path`` counts by its text and the content of the file, or of all files under the directory (at most
    10 000). Arrays count with their mask, tables with their exact types, names and categories; an object by
    its fields or attributes and, unless its class is of an installed package, its class. Unlike
    :func:`~ml_analytics.core.canonical.fingerprint` it tells 1 from 1.0, NaN from None and a list from a
    tuple: a step may do so too. (In polars and Arrow tables 0.0 and -0.0 are one.)

    Raises:
        ParameterError: there is no telling what the value is, or a path cannot be read.
    """
    try:
        return digest(Walk().value(value))
    except (OpaqueError, RecursionError) as error:
        raise ParameterError.of(
            parameter,
            owner,
            "made of plain values, arrays, tables or functions",
            error.kind if isinstance(error, OpaqueError) else _DEEP,
        ) from error
    except OSError as error:
        raise _unreadable(parameter, owner, error) from error


def function_fingerprint(function: Any, step: str) -> str:
    """Return the hash of a function; the module says what it covers.

    Raises:
        ParameterError: it uses something that has no hash, or is no function of Python's: the step needs a
            ``version``, which then stands for the function.
    """
    try:
        return digest(Walk().function(function))
    except (OpaqueError, RecursionError) as error:
        raise ParameterError.of(
            "version",
            f"the step '{step}'",
            "given (version='1'), because its function holds what has no fingerprint",
            error.kind if isinstance(error, OpaqueError) else _DEEP,
        ) from error
    except OSError as error:
        raise _unreadable("function", f"the step '{step}'", error) from error


def _unreadable(parameter: str, owner: str, error: OSError) -> ParameterError:
    return ParameterError.of(parameter, owner, "without paths that cannot be read", Path(str(error.filename)))
