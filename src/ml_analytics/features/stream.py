"""Features bar by bar: the vector that batch computation gives, as each bar arrives."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import nan
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..core.errors import DataProcessingError, ParameterError
from ..core.frames import Table
from ..core.ohlcv import OHLCV
from .bars import check_value, read_bars
from .cache import code_hash
from .config import FeatureConfig
from .indicator import Array
from .panel import SYMBOL, has_symbols, only_symbol
from .scaling import FeatureScaler
from .sealed import digest, read_sealed, write_sealed
from .stepping.recent import Recent, State, Step

_OWNER = "FeatureStream"
_FORMAT = "ml_analytics.feature_stream.2"


@dataclass(frozen=True, slots=True)
class Finish:
    """What becomes of a configured vector: which of its values are kept, and how they are scaled."""

    names: tuple[str, ...]
    positions: tuple[int, ...] | None = None
    scaler: FeatureScaler | None = None

    def apply(self, values: Array) -> Array:
        """Return the finished vector."""
        if self.positions is not None:
            values = values[list(self.positions)]
        return values if self.scaler is None else self.scaler.transform(values[None, :])[0]

    def described(self) -> list[Any]:
        """Return what decides the outcome, as plain JSON values."""
        return [list(self.names), self.positions, None if self.scaler is None else self.scaler.to_state()]


class FeatureStream:
    """The features of a series, kept up to date one bar at a time.

    :meth:`update` returns what ``pipeline.generate_features`` gives for that bar over the whole series, to
    1e-9 of its size (of its mean size, where it is near zero; where prices move by less than 1e-7 of themselves,
    differences of averages keep fewer digits than that, in the batch too). Nothing is recomputed. A bar with the
    time of the last one corrects it; an earlier bar is refused; one that comes late is taken as batch takes it:
    indicators count bars, not hours.

    One stream is one series, for one thread. :meth:`save` writes it down as JSON;
    ``pipeline.load_stream(path)`` goes on from there, in any process, with the very same numbers.

    >>> import numpy as np
    >>> from ml_analytics.features import FeatureEngineeringPipeline
    >>> days = pd.date_range("2024-01-01", periods=30, tz="UTC")
    >>> price = pd.Series(100 + np.sin(np.arange(30.0)), index=days)
    >>> bars = pd.DataFrame({"open": price, "high": price + 1, "low": price - 1, "close": price, "volume": 1.0})
    >>> pipeline = FeatureEngineeringPipeline({"technical_indicators": {"trend": ["sma_5", "ema_5"]}})
    >>> stream = pipeline.stream(bars[:-1])
    >>> batch = pipeline.generate_features(bars).iloc[-1]
    >>> bool(np.allclose(stream.update(bars.iloc[-1]), batch, rtol=1e-12))
    True
    """

    def __init__(
        self, config: FeatureConfig, history: Table | None = None, finish: Finish | None = None
    ) -> None:
        self._config = config
        self._finish = finish or Finish(config.columns)
        self._steps: list[tuple[Step, int, int]] = []  # the step, its width, its warm-up
        self._names = pd.Index(self._finish.names)
        self._build()
        self.time: pd.Timestamp | None = None
        """Time of the newest bar, UTC; ``None`` before the first."""
        self.symbol: Any = None
        """Whose bars these are, where they say so."""
        if history is not None:
            if has_symbols(history):
                self.symbol, history = only_symbol(history, _OWNER)
            bars, index = read_bars(history, _OWNER, fill_forward=config.fill_forward)
            for time, *values in zip(index, *(bars[name].tolist() for name in OHLCV), strict=True):
                self._push(time, tuple(values))

    def _build(self) -> None:
        reaches = [one.looks_at for one in self._config.indicators]
        # Without a step of its own an indicator needs the whole series.
        everything = 2**62
        self._recent = Recent(max(everything if one is None else one for one in (2, *reaches)))
        place = {name: number for number, name in enumerate(self._made())}
        self._places = [place[name] for name in self._config.columns]
        self._steps = [(one.step(), len(one.columns), one.warm_up) for one in self._config.indicators]
        self._states: list[State] = [None] * len(self._steps)
        self._before: list[State] = list(self._states)
        self._values: list[float] = []

    def _made(self) -> list[str]:
        return [name for one in self._config.indicators for name in one.columns]

    @property
    def feature_names(self) -> list[str]:
        """Names of the values, in order."""
        return list(self._finish.names)

    @property
    def bars(self) -> int:
        """How many bars the series has."""
        return self._recent.bar + 1

    @property
    def vector(self) -> pd.Series:
        """The values at the newest bar, named; all NaN before the first."""
        if not self._values:
            return pd.Series(nan, index=self._names, name=self.time, dtype="float64")
        values = np.array([self._values[place] for place in self._places])
        return pd.Series(self._finish.apply(values), index=self._names, name=self.time, copy=False)

    def update(self, bar: Mapping[str, Any] | pd.Series) -> pd.Series:
        """Take a bar and return its features.

        Args:
            bar: open, high, low, close, volume (any case); its time is the Series' name, or ``timestamp``. A
                time without a zone is taken as UTC with a warning.

        Returns:
            float64 by name, the bar's time as its name; NaN during a feature's warm-up.

        Raises:
            ParameterError: ``bar`` is neither.
            DataProcessingError: the bar lies before the last one, is of another symbol, has no time, lacks a
                column, or holds what is no number, missing, infinite or impossible. The stream stays as it was.
        """
        time, values, symbol = self._read(bar)
        if self.time is not None and time < self.time:
            raise DataProcessingError(
                f"The bar of {_OWNER} must not lie before the last one ({self.time}). Got {time}."
            )
        if time == self.time:
            self._step_again(values)
        else:
            self._push(time, values)
        self.symbol = symbol
        return self.vector

    def save(self, path: str | Path) -> None:
        """Write the stream to a file, whole or not at all; a few kilobytes a hundred features.

        Raises:
            StoreError: the file cannot be written.
        """
        write_sealed(Path(path), _FORMAT, self._written())

    @classmethod
    def load(cls, config: FeatureConfig, path: str | Path, finish: Finish | None = None) -> FeatureStream:
        """Read what :meth:`save` wrote for the same features; see ``FeatureEngineeringPipeline.load_stream``."""
        stream = cls(config, finish=finish)
        stream._restore(read_sealed(Path(path), _FORMAT, "stream"), str(path))
        return stream

    def _written(self) -> dict[str, Any]:
        return {
            "features": self._fingerprint(),
            "symbol": self.symbol,
            "time": None if self.time is None else self.time.isoformat(),
            "recent": self._recent.to_dict(),
            "before": self._before,
            "states": self._states,
            "values": self._values,
        }

    def _fingerprint(self) -> str:
        """Hash what the numbers depend on: the features, what becomes of them, and the code that steps."""
        made = [[list(one.columns), one.warm_up, dict(one.parameters)] for one in self._config.indicators]
        kept = [list(self._config.columns), self._config.fill_forward, self._finish.described()]
        return digest(json.dumps([made, kept, code_hash()]))

    def _restore(self, written: dict[str, Any], shown: str) -> None:
        if written["features"] != self._fingerprint():
            raise DataProcessingError(
                f"The stream in '{shown}' must be of this pipeline's features and of this version of the package: "
                "begin it anew from the history. Got one of others."
            )
        self.time = None if written["time"] is None else pd.Timestamp(written["time"])
        self.symbol = written["symbol"]
        self._recent = Recent.from_dict(written["recent"])
        self._before, self._states = (
            [_tuples(one) for one in written[name]] for name in ("before", "states")
        )
        self._values = [float(one) for one in written["values"]]

    def _push(self, time: pd.Timestamp, values: Sequence[float]) -> None:
        self._before = self._states
        self._recent.push(tuple(values))  # type: ignore[arg-type]
        self.time = time
        self._step()

    def _step_again(self, values: Sequence[float]) -> None:
        self._recent.replace(tuple(values))  # type: ignore[arg-type]
        self._step()

    def _step(self) -> None:
        recent, made, states = self._recent, [], []
        for (step, width, warm_up), before in zip(self._steps, self._before, strict=True):
            state, value = step(before, recent)
            states.append(state)
            if recent.bar < warm_up:
                made += [nan] * width
            elif isinstance(value, tuple):
                made += value
            else:
                made.append(value)
        self._states, self._values = states, made

    def _read(self, bar: Mapping[str, Any] | pd.Series) -> tuple[pd.Timestamp, tuple[float, ...], Any]:
        if not isinstance(bar, (Mapping, pd.Series)):
            raise ParameterError.of("bar", _OWNER, "a mapping or a Series", type(bar).__name__)
        given = {str(name).lower(): value for name, value in bar.items()}
        missing = [name for name in OHLCV if name not in given]
        if missing:
            raise DataProcessingError(
                f"The bar of {_OWNER} must have open, high, low, close, volume. Got none named {missing[0]}."
            )
        time, symbol = self._time(bar, given), given.get(SYMBOL, self.symbol)
        if self.symbol is not None and symbol != self.symbol:
            raise DataProcessingError(
                f"The bar of {_OWNER} must be of the symbol {self.symbol!r}: a stream is one series. Got {symbol!r}."
            )
        carried = self._last_known(time) if self._config.fill_forward else None
        return time, tuple(self._number(name, given[name], time, carried) for name in OHLCV), symbol

    def _last_known(self, time: pd.Timestamp) -> dict[str, float] | None:
        """Return the bar before the one at ``time``: what a missing value is given."""
        place = -2 if time == self.time else -1
        if self.bars < -place:
            return None
        return {name: getattr(self._recent, name)[place] for name in OHLCV}

    def _number(self, name: str, value: Any, time: pd.Timestamp, carried: dict[str, float] | None) -> float:
        if value is None or value is pd.NA:
            value = nan
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, (Real, Decimal)):
            raise DataProcessingError(
                f"The column '{name}' of {_OWNER} must hold numbers. Got {value!r} at {time}."
            )
        number = float(value)
        if carried is not None and math.isnan(number):
            number = carried[name]
        check_value(name, number, time, _OWNER)
        return number

    def _time(self, bar: Mapping[str, Any] | pd.Series, given: Mapping[str, Any]) -> pd.Timestamp:
        value = given.get("timestamp", bar.name if isinstance(bar, pd.Series) else None)
        try:
            time = pd.Timestamp(value)
        except (TypeError, ValueError):
            time = None
        if time is None or pd.isna(time) or isinstance(value, (int, float)):
            raise DataProcessingError(
                f"The bar of {_OWNER} must have a time, as 'timestamp' or as its name. Got {value!r}."
            )
        if time.tzinfo is None:
            warnings.warn("Times without a zone are taken as UTC.", UserWarning, stacklevel=4)
            return time.tz_localize("UTC")
        return time.tz_convert("UTC")


def _tuples(value: Any) -> Any:
    """JSON's lists are the states' tuples."""
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value
