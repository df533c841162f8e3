"""The data of a trading report, checked once, before any format is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import ParameterError
from ..inputs import annual_rate, count, numbers, on_calendar, positive
from ..metrics.calendar import TRADING_DAYS
from ..metrics.calendar import periods_per_year as found_periods
from ..strategy import StrategyResult
from .trades import report_trades

_OWNER = "TradingReport"
MOST_REGIMES = 8  # as many as there are colours that can be told apart
LONGEST, MOST_NAME = 1000, 100  # characters of a line, and of the name of a fact
LENGTHS = {"title": 200, "strategy_name": 60, "benchmark_name": 60, "verdict": LONGEST}
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class TradingReport:
    """What a report shows; every format is made of this value and of nothing else.

    Args:
        net: simple returns of the strategy after costs, on a DatetimeIndex in time order. Without times (an
            array, a list, a series on another index) they are counted from 1, and what needs a calendar
            (months, years) is left out.
        benchmark: returns of what it is compared with, on the same times.
        gross: returns before costs, on the same times.
        held: the position that earned each bar's return (share of capital): gives exposure and turnover.
        cost_bps: cost per traded notional, in basis points; shown, not applied.
        close: price of the asset, on the same times, for the regime chart; without it the benchmark's growth.
        regimes: regime known at the close of each bar (any values; missing is unknown), on the same times.
        regime_labels: name of each regime value; without it the value itself.
        title: first line.
        strategy_name: heading of the strategy's column.
        benchmark_name: heading of the benchmark's column.
        verdict: the one sentence under the title; written from the figures when empty.
        notes: lines on method and costs.
        facts: name -> value lines on how the result came about (data, model, seed, ...).
        periods_per_year: ``None`` finds it in the calendar (252 for a single bar or without times).
        risk_free_rate: annual, a fraction; Sharpe, Sortino and Omega are over it.
        trades: closed trades, a row each with at least ``pnl`` (money, after costs), such as the table of
            :func:`~ml_analytics.analytics.trades.round_trips`; where given also symbol, side (long, short),
            sector, entry_time, exit_time, quantity, return.
        trials: how many strategies were tried before this one was chosen; ``None`` is not known.
        sharpe_variance: variance of the annual Sharpe ratios of those trials; ``None`` takes that of records
            without skill.
        seed: of the simulated futures.

    Raises:
        ParameterError: empty, not numeric, NaN, on other times, or text that is not text.

    >>> days = pd.bdate_range("2024-01-01", periods=3)
    >>> TradingReport(pd.Series([0.0, 0.01, -0.01], index=days)).annual_periods
    252.0
    """

    net: pd.Series
    benchmark: pd.Series | None = None
    _: KW_ONLY
    gross: pd.Series | None = None
    held: pd.Series | None = None
    cost_bps: float | None = None
    close: pd.Series | None = None
    regimes: pd.Series | None = None
    regime_labels: Mapping[Any, str] | None = None
    title: str = "Trading report"
    strategy_name: str = "Strategy"
    benchmark_name: str = "Buy and hold"
    verdict: str = ""
    notes: Sequence[str] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    periods_per_year: float | None = None
    risk_free_rate: float = 0.0
    trades: pd.DataFrame | None = None
    trials: int | None = None
    sharpe_variance: float | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "net", _known(self.net, "net"))
        for name in ("benchmark", "gross", "held", "close"):
            series = getattr(self, name)
            if series is not None:
                object.__setattr__(self, name, self._aligned(_known(series, name), name))
        if self.close is not None and not bool((self.close > 0).all()):
            raise ParameterError.of("close", _OWNER, "made of positive prices", float(self.close.min()))
        if self.regimes is not None:
            _require_series(self.regimes, "regimes")
            self._aligned(self.regimes, "regimes")
            if self.regimes.nunique() > MOST_REGIMES:
                must = f"made of at most {MOST_REGIMES} regimes"
                raise ParameterError.of("regimes", _OWNER, must, self.regimes.nunique())
        self._require_texts()
        self._require_numbers()

    def _require_texts(self) -> None:
        for name, most in LENGTHS.items():
            _require_text(getattr(self, name), name, most)
        if isinstance(self.notes, str):
            raise ParameterError.of("notes", _OWNER, "a sequence of lines", self.notes)
        for line in self.notes:
            _require_text(line, "notes", LONGEST)
        for name, text in self.facts.items():
            _require_text(name, "facts", MOST_NAME)
            _require_text(text, "facts", LONGEST)

    def _require_numbers(self) -> None:
        if self.periods_per_year is not None:
            positive(self.periods_per_year, "periods_per_year", _OWNER)
        annual_rate(self.risk_free_rate, "risk_free_rate", _OWNER)
        if self.trades is not None:
            object.__setattr__(self, "trades", report_trades(self.trades, _OWNER))
        if self.trials is not None:
            object.__setattr__(self, "trials", count(self.trials, "trials", _OWNER))
        if self.sharpe_variance is not None:
            positive(self.sharpe_variance, "sharpe_variance", _OWNER)

    @classmethod
    def of(cls, result: StrategyResult, benchmark: pd.Series | None = None, **others: Any) -> TradingReport:
        """Make a report of what :func:`~ml_analytics.analytics.strategy_returns` gave.

        A benchmark whose first return is missing (the first bar of a price series) starts with 0.
        """
        if isinstance(benchmark, pd.Series) and len(benchmark) and pd.isna(benchmark.iloc[0]):
            benchmark = pd.concat([pd.Series([0.0], index=benchmark.index[:1]), benchmark.iloc[1:]])
        return cls(
            result.net, benchmark, gross=result.gross, held=result.held, cost_bps=result.cost_bps, **others
        )

    @classmethod
    def joined(cls, net: Any, benchmark: Any = None, **others: Any) -> TradingReport:
        """Make a report of returns with gaps and of a benchmark on times of its own.

        Bars that the returns or the benchmark do not know are left out, and a note says how many: nothing is
        filled in. Without times the two must be equally long.

        Raises:
            ParameterError: no bar is known to both, a time zone on one side only, or what the class refuses.

        >>> days = pd.bdate_range("2024-01-01", periods=4)
        >>> market = pd.Series([0.01, 0.02], index=days[1:3])
        >>> report = TradingReport.joined(pd.Series([0.0, 0.1, 0.2, 0.3], index=days), market)
        >>> report.net.tolist(), report.notes
        ([0.1, 0.2], ('2 of 4 bars are left out: the benchmark is not known on them.',))
        """
        own = _read(net, "net")
        known = own.notna()
        notes = list(others.pop("notes", ()))
        if not known.all():
            missing = f"{int((~known).sum())} of {len(own)}"
            notes.append(f"{missing} bars are left out: the strategy's return is not known on them.")
        if benchmark is None:
            return cls(own[known], None, notes=tuple(notes), **others)
        other = _on_times_of(own, _read(benchmark, "benchmark"))
        shared = known & other.notna()
        if not shared.any():
            raise ParameterError.of(
                "benchmark", _OWNER, "known on at least one time of 'net'", "none of them"
            )
        if int(shared.sum()) < int(known.sum()):
            missing = f"{int(known.sum() - shared.sum())} of {len(own)}"
            notes.append(f"{missing} bars are left out: the benchmark is not known on them.")
        return cls(own[shared], other[shared], notes=tuple(notes), **others)

    @property
    def index(self) -> pd.Index:
        """The times of the bars, or their numbers from 1 where there are no times."""
        return self.net.index

    @property
    def has_times(self) -> bool:
        """Whether the returns have times; without, there are no months and no years."""
        return isinstance(self.net.index, pd.DatetimeIndex)

    @property
    def annual_periods(self) -> float:
        """Periods per year: stated, or found in the calendar."""
        if self.periods_per_year is not None:
            return float(self.periods_per_year)
        dated = self.has_times and len(self.index) > 1
        return found_periods(self.index) if dated else float(TRADING_DAYS)

    def _aligned(self, series: pd.Series, name: str) -> pd.Series:
        index = self.net.index
        if len(series) != len(index):
            raise ParameterError.of(
                name, _OWNER, f"on the {len(index)} times of 'net'", f"{len(series)} times"
            )
        same = np.asarray(series.index == index)
        if not same.all():
            at = int(np.argmin(same))
            raise ParameterError.of(
                name, _OWNER, f"on the times of 'net' (row {at}: {index[at]})", str(series.index[at])
            )
        return series


def _read(values: Any, name: str) -> pd.Series:
    """Return returns with their times, or counted from 1 where they have none."""
    if isinstance(values, pd.Series) and isinstance(values.index, pd.DatetimeIndex):
        return on_calendar(values, name, _OWNER)
    array = numbers(values, name, _OWNER)
    if not array.size:
        raise ParameterError.of(name, _OWNER, "a series of at least one return", "no rows")
    return pd.Series(array, index=pd.RangeIndex(1, array.size + 1))


def _known(values: Any, name: str) -> pd.Series:
    series = _read(values, name)
    if series.isna().any():
        at = series.index[int(series.isna().to_numpy().argmax())]
        raise ParameterError.of(name, _OWNER, "known on every bar", f"NaN at {at}")
    return series


def _on_times_of(own: pd.Series, other: pd.Series) -> pd.Series:
    if not isinstance(own.index, pd.DatetimeIndex) or not isinstance(other.index, pd.DatetimeIndex):
        if type(own.index) is not type(other.index) or len(own) != len(other):
            must = f"of {len(own)} bars, with times or without, as 'net'"
            raise ParameterError.of("benchmark", _OWNER, must, f"{len(other)} bars")
        return other
    if (own.index.tz is None) != (other.index.tz is None):
        must = "with a time zone where 'net' has one, and only there"
        raise ParameterError.of("benchmark", _OWNER, must, str(other.index.tz))
    return other.reindex(own.index)


def _require_series(values: Any, name: str) -> None:
    if not isinstance(values, pd.Series):
        raise ParameterError.of(name, _OWNER, "a pandas series on the times of 'net'", type(values).__name__)


def _require_text(value: Any, name: str, most: int) -> None:
    if not isinstance(value, str) or len(value) > most or _UNPRINTABLE.search(value):
        must = f"a line of at most {most:,} characters without control characters"
        raise ParameterError.of(name, _OWNER, must, value)
