"""Features bar by bar: the vector that batch computation gives, as each bar arrives."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..core.errors import DataProcessingError, StoreError
from ..core.files import write_atomically
from ..core.frames import Table
from ..core.ohlcv import OHLCV
from .bars import check_value, read_bars
from .config import FeatureConfig
from .indicator import Array
from .stepping.recent import Recent, State, Step

_OWNER = "FeatureStream"
_FORMAT = "ml_analytics.feature_stream.1"


@dataclass(frozen=True, slots=True)
class Finish:
    """What becomes of a configured vector: which of its values are kept, and how they are scaled."""

    names: tuple[str, ...]
    positions: tuple[int, ...] | None = None
    scale: Callable[[Array], Array] | None = None

    def apply(self, values: Array) -> Array:
        """Return the finished vector."""
        if self.positions is not None:
            values = values[list(self.positions)]
        return values if self.scale is None else self.scale(values[None, :])[0]


class FeatureStream:
    """The features of a series, kept up to date one bar at a time.

    :meth:`update` returns what ``pipeline.generate_features`` gives for that bar over the whole series, to
    1e-9 of its size; nothing is recomputed. A bar with the time of the last one corrects it; an earlier bar is
    refused; later than the next is taken as batch takes it: indicators count bars, not hours.

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
        if history is not None:
            bars, index = read_bars(history, _OWNER, fill_forward=config.fill_forward)
            for time, *values in zip(index, *(bars[name].tolist() for name in OHLCV), strict=True):
                self._push(time, tuple(values))

    def _build(self) -> None:
        reaches = [one.looks_at for one in self._config.indicators]
        # Without a step of its own an indicator needs the whole series.
        everything = 2**62
        self._recent = Recent(max((everything if one is None else one for one in reaches), default=1))
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
            DataProcessingError: the bar lies before the last one, has no time, lacks a column, or holds a
                missing, infinite or impossible value. The stream stays as it was.
        """
        time, values = self._read(bar)
        if self.time is not None and time < self.time:
            raise DataProcessingError(
                f"The bar of {_OWNER} must not lie before the last one ({self.time}). Got {time}."
            )
        if time == self.time:
            self._step_again(values)
        else:
            self._push(time, values)
        return self.vector

    def save(self, path: str | Path) -> None:
        """Write the stream to a file, whole or not at all; a few kilobytes a hundred features.

        Raises:
            StoreError: the file cannot be written.
        """
        write_atomically(Path(path), json.dumps(self._written(), allow_nan=True).encode())

    @classmethod
    def load(cls, config: FeatureConfig, path: str | Path, finish: Finish | None = None) -> FeatureStream:
        """Read what :meth:`save` wrote for the same features; see ``FeatureEngineeringPipeline.load_stream``."""
        stream = cls(config, finish=finish)
        stream._restore(_read_file(Path(path)), str(path))
        return stream

    def _written(self) -> dict[str, Any]:
        return {
            "format": _FORMAT,
            "features": self._fingerprint(),
            "time": None if self.time is None else self.time.isoformat(),
            "recent": self._recent.to_dict(),
            "before": self._before,
            "states": self._states,
            "values": self._values,
        }

    def _fingerprint(self) -> list[list[Any]]:
        return [[list(one.columns), one.warm_up, dict(one.parameters)] for one in self._config.indicators]

    def _restore(self, written: Any, shown: str) -> None:
        if not isinstance(written, dict) or written.get("format") != _FORMAT:
            raise DataProcessingError(f"The file '{shown}' must hold a stream of this version. Got another.")
        if written.get("features") != self._fingerprint():
            raise DataProcessingError(
                f"The stream in '{shown}' must be of this pipeline's features. Got one of others."
            )
        try:
            self.time = None if written["time"] is None else pd.Timestamp(written["time"])
            self._recent = Recent.from_dict(written["recent"])
            self._before, self._states = (
                [_tuples(one) for one in written[name]] for name in ("before", "states")
            )
            self._values = [float(one) for one in written["values"]]
        except (KeyError, TypeError, ValueError) as error:
            raise DataProcessingError(
                f"The file '{shown}' must hold a whole stream. Got a damaged one."
            ) from error

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

    def _read(self, bar: Mapping[str, Any] | pd.Series) -> tuple[pd.Timestamp, tuple[float, ...]]:
        given = {str(name).lower(): value for name, value in bar.items()}
        missing = [name for name in OHLCV if name not in given]
        if missing:
            raise DataProcessingError(
                f"The bar of {_OWNER} must have open, high, low, close, volume. Got none named {missing[0]}."
            )
        time = self._time(bar, given)
        carried = self._recent if self._config.fill_forward and self.bars else None
        return time, tuple(self._number(name, given[name], time, carried) for name in OHLCV)

    def _number(self, name: str, value: Any, time: pd.Timestamp, carried: Recent | None) -> float:
        try:
            number = nan if value is None or value is pd.NA else float(value)
        except (TypeError, ValueError):
            raise DataProcessingError(
                f"The column '{name}' of {_OWNER} must hold numbers. Got {value!r} at {time}."
            ) from None
        if carried is not None and number != number:  # noqa: PLR0124 - NaN
            place = -2 if time == self.time and self.bars > 1 else -1
            number = getattr(carried, name)[place]
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


def _read_file(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise StoreError(f"Cannot read '{path}': {error.strerror or error}.") from error
    except ValueError as error:
        raise DataProcessingError(f"The file '{path}' must hold a stream. Got no JSON.") from error


def _tuples(value: Any) -> Any:
    """JSON's lists are the states' tuples."""
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value
