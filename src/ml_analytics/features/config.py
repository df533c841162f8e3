"""What a feature pipeline shall make, read from the flat or the nested configuration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..core.errors import ParameterError
from .catalogue import catalogue
from .choosing import Choice, Wanted, chosen, read_choice
from .indicator import Indicator
from .scaling import SCALERS
from .selection import FeatureSelector, read_plan

_OWNER = "FeatureEngineeringPipeline"
_TOP = (
    "technical_indicators",
    "market_microstructure",
    "scale_free",
    "feature_selection_method",
    "n_features",
    "feature_selection",
    "preprocessing",
)
_TECHNICAL = ("trend", "momentum", "volatility", "volume", "returns", "relative", "patterns")
_SELECTION = (
    "method",
    "n_features",
    "threshold",
    "max_correlation",
    "n_folds",
    "min_stability",
    "horizon",
    "max_missing",
    "task",
    "n_jobs",
    "random_state",
)
_PREPROCESSING = ("scaler", "handle_missing", "outlier_detection")


@dataclass(frozen=True, slots=True)
class FeatureConfig:
    """A configuration, read and checked.

    ``columns`` are the names to make, in catalogue order, and ``indicators`` the entries that make them.
    ``selects`` says whether ``fit`` selects when it has a target, ``n_features`` how many at most (``None``: all that
    pass), and ``selection`` holds further parameters of the selector. ``fill_forward`` says what becomes of a missing
    input value: the last known one, or (default) an error.
    """

    indicators: tuple[Indicator, ...]
    columns: tuple[str, ...]
    selects: bool = False
    method: str | tuple[str, ...] = "mutual_info"
    n_features: int | None = None
    threshold: float | None = None
    selection: tuple[tuple[str, Any], ...] = ()
    scaler: str | None = None
    fill_forward: bool = False
    clip_outliers: bool = False

    @property
    def warm_up(self) -> int:
        """Bars until every column has a value."""
        return max((one.warm_up for one in self.indicators), default=0)


def read_config(config: Mapping[str, Any] | None) -> FeatureConfig:
    """Read a configuration; see :class:`ml_analytics.features.FeatureEngineeringPipeline` for its keys.

    Raises:
        ParameterError: an unknown key, group or indicator, or a value of the wrong kind; the sentence names it.

    >>> read_config({"technical_indicators": {"momentum": ["rsi", "roc_10"]}}).columns
    ('rsi_2', 'rsi_7', 'rsi_14', 'rsi_21', 'roc_10')
    """
    values = _mapping(config if config is not None else {}, "config")
    if set(values) == {"feature_engineering"}:
        values = _mapping(values["feature_engineering"], "feature_engineering")
    _known(values, _TOP, "config")
    wanted = _wanted(values)
    if _boolean(values, "scale_free", False):
        wanted = [(one, names) for one, names in wanted if one.scale_free]
    if not wanted:
        raise ParameterError.of("config", _OWNER, "such that at least one feature is made", config)
    return FeatureConfig(
        tuple(one for one, _ in wanted),
        tuple(name for _, names in wanted for name in names),
        **_selection(values),
        **_preprocessing(_mapping(values.get("preprocessing", {}), "preprocessing")),
    )


def _wanted(values: Mapping[str, Any]) -> list[Wanted]:
    """Return the entries to compute with the columns to keep of each."""
    technical = values.get("technical_indicators", True)
    named = False
    if isinstance(technical, bool):
        groups = _all(_TECHNICAL, technical)
    else:
        groups, named = _groups(_mapping(technical, "technical_indicators"))
    # A configuration that names its groups gets those; the rest is on unless switched off.
    microstructure = values.get("market_microstructure", not named)
    groups["microstructure"] = read_choice("microstructure", microstructure, _OWNER, "market_microstructure")
    wanted: list[Wanted] = []
    for group, choice in groups.items():
        wanted += [(one, names) for one in catalogue(group) if (names := chosen(one, choice))]
        wanted += choice.others
    return wanted


def _groups(technical: Mapping[str, Any]) -> tuple[dict[str, Choice], bool]:
    _known(
        technical,
        ("enabled", *_TECHNICAL, *(f"{name}_indicators" for name in _TECHNICAL)),
        "technical_indicators",
    )
    given = {
        name.removesuffix("_indicators"): choice for name, choice in technical.items() if name != "enabled"
    }
    if len(given) < len(technical) - ("enabled" in technical):
        raise ParameterError.of(
            "technical_indicators", _OWNER, "without a group given twice", list(technical)
        )
    if not _boolean(technical, "enabled", True):
        return _all(_TECHNICAL, False), bool(given)
    if not given:
        return _all(_TECHNICAL, True), False
    return {name: read_choice(name, given.get(name, False), _OWNER, name) for name in _TECHNICAL}, True


def _all(groups: Iterable[str], on: bool) -> dict[str, Choice]:
    return {name: read_choice(name, on, _OWNER, name) for name in groups}


def _selection(values: Mapping[str, Any]) -> dict[str, Any]:
    nested = _mapping(values.get("feature_selection", {}), "feature_selection")
    _known(nested, _SELECTION, "feature_selection")
    flat = {"method": "feature_selection_method", "n_features": "n_features"}
    for inner, outer in flat.items():
        if inner in nested and outer in values:
            raise ParameterError.of(
                outer, _OWNER, f"given once, here or as feature_selection.{inner}", values
            )
    method = nested.get("method", values.get("feature_selection_method", "mutual_info"))
    n_features = nested.get("n_features", values.get("n_features"))
    threshold = nested.get("threshold")
    others = {
        name: value for name, value in nested.items() if name not in ("method", "n_features", "threshold")
    }
    selector = FeatureSelector(method, n_features, threshold=threshold, **others)
    read_plan(selector.get_params(), _OWNER)
    return {
        "selects": n_features is not None or bool(nested),
        "method": method if isinstance(method, str) else tuple(method),
        "n_features": n_features,
        "threshold": threshold,
        "selection": tuple(sorted(others.items())),
    }


def _preprocessing(values: Mapping[str, Any]) -> dict[str, Any]:
    _known(values, _PREPROCESSING, "preprocessing")
    scaler = values.get("scaler")
    if scaler not in (None, *SCALERS):
        raise ParameterError.of("scaler", _OWNER, f"one of {', '.join(SCALERS)}, or null", scaler)
    missing = values.get("handle_missing", "error")
    if missing not in ("error", "ffill"):
        why = " ('interpolate' reads the future)" if missing == "interpolate" else ""
        raise ParameterError.of(
            "handle_missing",
            _OWNER,
            f"'ffill', which carries the last known value forward, or 'error'{why}",
            missing,
        )
    return {
        "scaler": scaler,
        "fill_forward": missing == "ffill",
        "clip_outliers": _boolean(values, "outlier_detection", False),
    }


def _mapping(value: Any, name: str) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    raise ParameterError.of(name, _OWNER, "a mapping", value)


def _known(values: Mapping[str, Any], allowed: tuple[str, ...], where: str) -> None:
    for name in values:
        if name not in allowed:
            raise ParameterError.of(where, _OWNER, f"made of the keys {', '.join(allowed)}", name)


def _boolean(values: Mapping[str, Any], name: str, default: bool) -> bool:
    value = values.get(name, default)
    if isinstance(value, bool):
        return value
    raise ParameterError.of(name, _OWNER, "true or false", value)
