"""What a market run is told: the data, the horizon, the honest rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ...core.canonical import fingerprint
from ...core.columns import ColumnKind
from ...core.errors import SettingsError
from ...core.names import identifier
from ...core.yaml import read_yaml
from ...models import ModelFactory

SAMPLES = ("sample:sp500", "sample:nasdaq")


def _classifies(model_type: str) -> bool:
    """Say whether a type sorts rows of numbers into classes."""
    model = ModelFactory.create(model_type)
    return model.task == "classification" and ColumnKind.NUMBER in model.accepts


class MarketConfig(BaseModel):
    """The configuration of one market run; every key has a default that suits daily bars.

    >>> MarketConfig().horizon
    5
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field("sp500_direction", min_length=1, max_length=60)
    data: str = Field("sample:sp500", description="a file of bars, or sample:sp500, sample:nasdaq")
    symbol: str = Field("", description="what the bars are of; without it the sample's or the file's name")
    horizon: int = Field(5, ge=1, le=250, description="bars ahead whose direction is predicted")
    holdout_years: float = Field(2.0, gt=0, le=50, description="the last years, never trained on")
    splits: int = Field(5, ge=2, le=20, description="walk-forward folds before the holdout")
    embargo: int = Field(5, ge=0, le=250, description="bars left out beside every test span")
    models: tuple[str, ...] = Field(("xgboost", "logistic"), min_length=1)
    parameters: dict[str, dict[str, Any]] = Field(default_factory=dict, description="by model type")
    regimes: int = Field(3, ge=2, le=5)
    costs_bps: float = Field(2.0, ge=0, le=1000, description="cost of a trade, basis points of its notional")
    features: dict[str, Any] = Field(default_factory=dict)
    repair: tuple[str, ...] = Field((), description="defects to put right before promotion: unit_switch")
    scale_free: bool = Field(True, description="train on features without price level or volume level only")
    seed: int = 7

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(map(str, first["loc"])) or "parameters"
            said = first["msg"].removeprefix("Value error, ").lower()
            raise SettingsError(
                f"The key '{key}' of a market run cannot be used: {said}. Got {first['input']!r}."
            ) from error

    @field_validator("name", "symbol")
    @classmethod
    def _is_a_name(cls, value: str) -> str:
        return value and identifier(value, "name", "the run file")

    @field_validator("models")
    @classmethod
    def _are_known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        known = [one for one in ModelFactory.types() if one != "sklearn" and _classifies(one)]
        if not set(value) <= set(known):
            raise ValueError(f"must be classifiers among {', '.join(known)}")
        return value

    @model_validator(mode="after")
    def _parameters_fit_their_models(self) -> Self:
        for model_type, parameters in self.parameters.items():
            if model_type not in self.models:
                raise ValueError(f"'parameters' must be of models that are compared, not of '{model_type}'")
            ModelFactory.create(model_type, **parameters)
        return self

    @model_validator(mode="after")
    def _named_after_its_data(self) -> Self:
        if not self.symbol:
            stem = self.data.rpartition(":")[2].replace("\\", "/").rpartition("/")[2].partition(".")[0]
            object.__setattr__(
                self, "symbol", re.sub(r"[^A-Za-z0-9_-]", "-", stem).strip("-_").upper() or "BARS"
            )
        return self

    @property
    def source(self) -> str:
        """Where the bars come from, as documents and tables keep it."""
        return re.sub(r"[^A-Za-z0-9_.-]", "-", self.data.replace("\\", "/").rpartition("/")[2]).strip(".-_")[
            :100
        ]

    @property
    def digest(self) -> str:
        """SHA-256 over everything that shapes the result."""
        return fingerprint(self.model_dump())

    @classmethod
    def read(cls, path: Path) -> MarketConfig:
        """Read a run file; a relative ``data`` path is taken from the file's own directory.

        Raises:
            SettingsError: the file is absent or not plain YAML, or a key is unknown or unusable.
        """
        values = read_yaml(path)
        data = values.get("data")
        if isinstance(data, str) and data not in SAMPLES and not Path(data).is_absolute():
            values["data"] = str((path.parent / data).resolve())
        return cls(**values)
