"""Laws of weights of rows: what counts once, twice or not at all; and who does not weigh says so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import ParameterError
from ..base import BaseModel
from ..formats import dump_model
from .example import answers, hold, make_data, near


def weights_count_rows(family: type[BaseModel]) -> None:
    """Rows of weight 1 are as without weights, rows of weight 0 as if absent, and other weights are refused.

    A family that does not learn from weights refuses any, in a sentence that names the parameter.
    """
    X, y = make_data(family._small())
    ones = np.ones(len(X))
    if family._small()._without_weights():
        _refused(family, X, y, ones)
        return
    plain = dump_model(family._small().fit(X, y))
    hold(dump_model(family._small().fit(X, y, sample_weight=ones)) == plain, "weights of 1 change the model")
    kept = np.arange(len(X)) % 3 > 0
    fewer = dump_model(family._small().fit(_rows(X, kept), _rows(y, kept)))
    zeros = family._small().fit(X, y, sample_weight=pd.Series(kept.astype(float)))
    hold(dump_model(zeros) == fewer, "a row of weight 0 is not as if it were absent")
    uneven = np.where(kept, 1.0, 2.5).tolist()
    hold(dump_model(family._small().fit(X, y, sample_weight=uneven)) != plain, "weights change nothing")
    for wrong in (-ones, ones * np.nan, ones * np.inf, ones[:-1], ones * 0.0, ones[:, None], "even"):
        _refused(family, X, y, wrong)


def whole_weights_repeat_rows(family: type[BaseModel]) -> None:
    """A row of weight 2 counts as two equal rows."""
    X, y = make_data(family._small())
    if family._small()._without_weights():
        return
    times = np.random.default_rng(0).integers(1, 4, len(X))
    weighted = family._small().fit(X, y, sample_weight=times)
    again = np.repeat(np.arange(len(X)), times)
    repeated = family._small().fit(_rows(X, again), _rows(y, again))
    for one, other in zip(answers(weighted, X), answers(repeated, X), strict=True):
        near(one, other, "a row of weight 2 is not two rows")


def _rows(values: Any, chosen: np.ndarray) -> Any:
    if isinstance(values, (pd.DataFrame, pd.Series)):
        return values.iloc[np.arange(len(values))[chosen]].reset_index(drop=True)
    return np.asarray(values, dtype=object)[chosen] if isinstance(values, list) else values[chosen]


def _refused(family: type[BaseModel], X: Any, y: Any, weights: Any) -> None:
    try:
        family._small().fit(X, y, sample_weight=weights)
    except ParameterError as error:
        hold("'sample_weight'" in str(error), "the sentence does not name sample_weight")
    else:
        raise AssertionError(f"weights that cannot be used must be refused: {weights!r}")
