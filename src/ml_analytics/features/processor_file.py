"""A processor as a JSON file: settings and what was learned; nothing in it is ever executed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.columns import ColumnKind
from ..core.errors import DataProcessingError, StoreError, TenantError
from ..core.files import write_atomically
from ..core.tenant import Tenant
from .outliers import HampelFilter, OutlierFilter, RobustZFilter
from .table_scaling import TableScaler
from .text_terms import TextTerms

if TYPE_CHECKING:
    from .processor import DataProcessor

FORMAT, VERSION = "ml_analytics.DataProcessor", 1
_FILTERS: dict[str, type[OutlierFilter]] = {"RobustZFilter": RobustZFilter, "HampelFilter": HampelFilter}


def write_processor(processor: DataProcessor, path: Path) -> None:
    """See :meth:`ml_analytics.features.DataProcessor.save`."""
    text = json.dumps(_state(processor), ensure_ascii=False, indent=1, allow_nan=False)
    write_atomically(path, text.encode())


def read_processor(kind: type[DataProcessor], path: Path, tenant_id: Tenant | str | None) -> DataProcessor:
    """See :meth:`ml_analytics.features.DataProcessor.load`."""
    try:
        state = json.loads(path.read_bytes())
    except OSError as error:
        raise StoreError(f"Cannot read '{path.name}': {error.strerror or error}.") from error
    except ValueError as error:
        raise DataProcessingError(f"The file '{path.name}' must hold a processor. Got no JSON.") from error
    if not isinstance(state, dict) or (state.get("format"), state.get("version")) != (FORMAT, VERSION):
        raise DataProcessingError(
            f"The file '{path.name}' must hold a processor of version {VERSION}. Got something else."
        )
    try:
        processor = _restored(kind, state)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise DataProcessingError(
            f"The file '{path.name}' must hold a whole processor. Got a damaged one."
        ) from error
    if tenant_id is not None and Tenant.of(tenant_id) != processor.tenant:
        raise TenantError(
            f"The file '{path.name}' must be of tenant '{Tenant.of(tenant_id).id}'. Got another's."
        )
    return processor


def _state(processor: DataProcessor) -> dict[str, Any]:
    coding = processor._coding
    return {
        "format": FORMAT,
        "version": VERSION,
        "tenant": processor.tenant.id,
        "settings": {
            "fill": processor._cleaner.fill,
            "encoding": dict(coding.encoding),
            "min_frequency": coding.min_frequency,
            "smoothing": coding.smoothing,
            "kinds": {name: str(one) for name, one in processor._reader.said.items()},
            "time_column": processor.time_column,
            "horizon": processor.horizon,
            "random_state": processor.random_state,
        },
        "outliers": _filter_state(processor._outliers),
        "kinds": {name: str(one) for name, one in processor._reader.kinds.items()},
        "rules": processor._cleaner.to_state(),
        "terms": {name: one.to_state() for name, one in processor._extraction.terms.items()},
        "scalers": {name: one.to_state() for name, one in processor._scalers.items()},
    }


def _restored(kind: type[DataProcessor], state: dict[str, Any]) -> DataProcessor:
    processor = kind(state["tenant"], outliers=_filter(state["outliers"]), **state["settings"])
    processor._reader.kinds.update({name: ColumnKind(one) for name, one in state["kinds"].items()})
    processor._cleaner.restore(state["rules"])
    processor._extraction.terms.update(
        {name: TextTerms.from_state(one) for name, one in state["terms"].items()}
    )
    processor._scalers.update({name: TableScaler.from_state(one) for name, one in state["scalers"].items()})
    return processor


def _filter_state(outliers: Any) -> dict[str, Any] | None:
    if outliers is None:
        return None
    name = type(outliers).__name__
    if _FILTERS.get(name) is not type(outliers):
        raise DataProcessingError(
            f"The outlier filter of a processor that is saved must be one of {', '.join(_FILTERS)}. Got {name}."
        )
    learned = {key.lstrip("_"): value for key, value in vars(outliers).items()}
    usual = learned.pop("usual", {})
    learned["usual"] = {key: [one if one == one else None for one in pair] for key, pair in usual.items()}  # noqa: PLR0124
    return {"kind": name, **learned}


def _filter(state: dict[str, Any] | None) -> OutlierFilter | None:
    if state is None:
        return None
    given = {key: state[key] for key in ("window", "z", "action") if key in state}
    made = _FILTERS[state["kind"]](**given)
    made._names = None if state["names"] is None else tuple(state["names"])
    if isinstance(made, RobustZFilter):
        nan = float("nan")
        made._usual = {
            key: (nan if middle is None else middle, nan if sigma is None else sigma)
            for key, (middle, sigma) in state["usual"].items()
        }
    return made
