"""The laws of bars, one per file. A new one: a file with a ``Rule`` and its line in ``RULES``."""

from __future__ import annotations

from ..rule import Rule
from .duplicate_times import DuplicateTimes
from .flat_bars import FlatBars
from .gaps import Gaps
from .high_below import HighBelow
from .low_above import LowAbove
from .missing_columns import MissingColumns
from .missing_time import MissingTime
from .naive_time_zone import NaiveTimeZone
from .negative_volume import NegativeVolume
from .non_finite import NonFinite
from .non_numeric import NonNumeric
from .non_positive_price import NonPositivePrice
from .outlying_returns import OutlyingReturns
from .repeated_opens import RepeatedOpens
from .stale_closes import StaleCloses
from .unit_switch import UnitSwitch
from .unsorted import Unsorted

RULES: tuple[Rule, ...] = (
    MissingColumns(),
    NonNumeric(),
    NonFinite(),
    MissingTime(),
    Unsorted(),
    DuplicateTimes(),
    NaiveTimeZone(),
    HighBelow(),
    LowAbove(),
    NonPositivePrice(),
    NegativeVolume(),
    UnitSwitch(),
    FlatBars(),
    RepeatedOpens(),
    Gaps(),
    StaleCloses(),
    OutlyingReturns(),
)

__all__ = ["RULES"]
