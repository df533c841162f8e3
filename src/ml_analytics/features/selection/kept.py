"""A selection found before over the same features, target and options, kept by content."""

from __future__ import annotations

import json
import time
from typing import Any

import numpy as np
import pandas as pd

from ..cache import FeatureCache, Source, content_hash, keyed
from .alignment import require_aligned
from .result import Selection
from .selector import FeatureSelector


def selected(
    selector: FeatureSelector, features: pd.DataFrame, target: Any, cache: FeatureCache | None
) -> tuple[Selection, Source, float]:
    """Return the selection, where it came from, and how many seconds that took."""
    begun = time.perf_counter()
    require_aligned(target, features, "select_features")  # what is kept knows the values only
    key = None if cache is None else _key(selector, features, target)
    if cache is not None and key is not None and (kept := cache.get(key)) is not None:
        read = Selection.from_dict(json.loads(kept[0].tobytes()))
        return read, kept[1], time.perf_counter() - begun
    found = selector.fit(features, target).selection_
    if cache is not None and key is not None:
        cache.put(key, np.frombuffer(json.dumps(found.as_dict()).encode(), np.uint8))
    return found, "computed", time.perf_counter() - begun


def _key(selector: FeatureSelector, features: pd.DataFrame, target: Any) -> str | None:
    values = np.asarray(target)
    if values.ndim != 1:  # the selector says what is wrong with it
        return None
    kind = str(getattr(target, "dtype", values.dtype))
    hashed = [pd.util.hash_array(pd.Series(values).to_numpy())]
    # A target's own times are compared with the features' when it is read: they are part of the question.
    indexes = [one.index for one in (features, target) if isinstance(getattr(one, "index", None), pd.Index)]
    moments = [pd.util.hash_pandas_object(one, index=False).to_numpy() for one in indexes]
    arrays = [features.to_numpy(), *hashed, *moments]
    declared = (kind, list(features.columns), sorted(selector.get_params().items(), key=lambda one: one[0]))
    return keyed(content_hash(arrays), declared)
