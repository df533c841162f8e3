"""The catalogue: every indicator there is, found by group, as entries or as one table."""

from __future__ import annotations

import pandas as pd

from ..core.errors import ParameterError
from .indicator import Indicator
from .indicators import GROUPS


def catalogue(group: str | None = None) -> tuple[Indicator, ...]:
    """Return the entries of the catalogue, all or of one group, in a fixed order.

    Raises:
        ParameterError: no such group.

    >>> len([one for one in catalogue("patterns") if one.source.startswith("TA-Lib CDL")])
    61
    >>> [one.columns for one in catalogue("trend")][:2]
    [('sma_5',), ('sma_10',)]
    """
    if group is None:
        return tuple(one for entries in GROUPS.values() for one in entries)
    if group not in GROUPS:
        raise ParameterError.of("group", "catalogue", f"one of {', '.join(GROUPS)}", group)
    return GROUPS[group]


def catalogue_table(group: str | None = None) -> pd.DataFrame:
    """Return the catalogue, or one group of it, to look through: one row per feature, in the catalogue's order.

    The index is the feature's name, as a configuration and the columns of a pipeline use it. The columns are
    ``group``, ``family``, ``inputs``, ``parameters`` (texts), ``warm_up`` (bars), ``unit``, ``scale_free``,
    ``cumulative``, ``optional``, ``formula`` and ``source``, as :class:`Indicator` explains them.

    Raises:
        ParameterError: no such group.

    >>> table = catalogue_table()
    >>> table.loc["rsi_14", ["group", "inputs", "parameters", "unit"]].tolist()
    ['momentum', 'close', 'period=14', 'percent']
    >>> len(table[table.scale_free & table.source.str.startswith("TA-Lib CDL")])
    61
    >>> table.index[table.cumulative].tolist()
    ['obv', 'vpt', 'ad', 'nvi', 'pvi']
    """
    rows = {
        name: {
            "group": one.group,
            "family": one.family,
            "inputs": ", ".join(one.inputs),
            "parameters": ", ".join(f"{key}={value:g}" for key, value in one.parameters.items()),
            "warm_up": one.warm_up,
            "unit": one.unit,
            "scale_free": one.scale_free,
            "cumulative": one.cumulative,
            "optional": one.optional,
            "formula": one.formula,
            "source": one.source,
        }
        for one in catalogue(group)
        for name in one.columns
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("feature")
