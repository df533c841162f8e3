"""The catalogue: every indicator there is, found by group."""

from __future__ import annotations

from ..core.errors import ParameterError
from .indicator import Indicator
from .indicators import GROUPS


def catalogue(group: str | None = None) -> tuple[Indicator, ...]:
    """Return the entries of the catalogue, all or of one group, in a fixed order.

    Raises:
        ParameterError: no such group.

    >>> len(catalogue("patterns"))
    61
    >>> [one.columns for one in catalogue("trend")][:2]
    [('sma_5',), ('sma_10',)]
    """
    if group is None:
        return tuple(one for entries in GROUPS.values() for one in entries)
    if group not in GROUPS:
        raise ParameterError.of("group", "catalogue", f"one of {', '.join(GROUPS)}", group)
    return GROUPS[group]
