"""Who may do what: roles of API keys, and what a route asks for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from ..core.errors import ParameterError
from ..core.tenant import Tenant


class Access(IntEnum):
    """What a route asks of its caller, from nothing to everything."""

    PUBLIC = 0
    VIEW = 1
    PREDICT = 2
    MANAGE = 3


class Role(StrEnum):
    """What a key may do: ``viewer`` reads metadata, ``predictor`` also infers, ``admin`` may do everything.

    >>> Role.PREDICTOR.may(Access.VIEW), Role.VIEWER.may(Access.PREDICT)
    (True, False)
    """

    VIEWER = "viewer"
    PREDICTOR = "predictor"
    ADMIN = "admin"

    @classmethod
    def of(cls, value: object) -> Role:
        """Read a role by name.

        Raises:
            ParameterError: not one of the roles.
        """
        try:
            return cls(str(value))
        except ValueError as error:
            raise ParameterError.of("role", "create_key", f"one of {', '.join(cls)}", value) from error

    def may(self, access: Access) -> bool:
        """Say whether this role reaches a route that asks for ``access``."""
        return access <= _REACH[self]


_REACH = {Role.VIEWER: Access.VIEW, Role.PREDICTOR: Access.PREDICT, Role.ADMIN: Access.MANAGE}


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller: whose data, with which role, under which key name."""

    tenant: Tenant
    role: Role
    name: str
