"""No measure knows a later tick: cut-off ticks, and ticks whose future is another, change no row up to then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics import features

Maker = Callable[..., Any]
Measure = Callable[[Any, Any], Any]

MEASURES: dict[str, Measure] = {
    "time_bars": lambda t, q: features.time_bars(t, "1s"),
    "time_bars carried": lambda t, q: features.time_bars(t, "1s", empty="carry"),
    "tick_bars": lambda t, q: features.tick_bars(t, 5),
    "volume_bars": lambda t, q: features.volume_bars(t, 20.0),
    "dollar_bars": lambda t, q: features.dollar_bars(t, 2_000.0),
    "trade_signs": lambda t, q: features.trade_signs(t, q, method="lee_ready"),
    "quote_features": lambda t, q: features.quote_features(q, crossed="error"),
    "effective_spread": features.effective_spread,
    "realised_spread": lambda t, q: features.realised_spread(t, q, "700ms"),
    "order_flow_imbalance": lambda t, q: features.order_flow_imbalance(q, "1s"),
    "kyle_lambda": lambda t, q: features.kyle_lambda(t, q, "1s", 3),
    "amihud_illiquidity": lambda t, q: features.amihud_illiquidity(t, q, "1s", 2),
    "realised_variation": lambda t, q: features.realised_variation(q, "500ms", 3),
    "jump_test": lambda t, q: features.jump_test(q, "500ms", 4),
    "local_jumps": lambda t, q: features.local_jumps(q, "500ms", 4),
    "vpin": lambda t, q: features.vpin(t, 20.0, 3),
    "vpin bulk": lambda t, q: features.vpin(t, 20.0, 3, method="bulk", every="1s"),
    "trade_features": lambda t, q: features.trade_features(t, q, "1s", window=3, horizon="700ms"),
    "trade_features closed right": lambda t, q: features.trade_features(t, q, "1s", window=3, closed="right"),
    "trade_features over bars": lambda t, q: features.trade_features(
        t, q, features.tick_bars(t, 5), window=3
    ),
}


def known_at(measure: Measure, trades: Any, quotes: Any, at: Any) -> Any:
    """Return the rows that are stamped before a moment."""
    found = measure(trades, quotes)
    return found[found.index < at]


@pytest.mark.parametrize("name", MEASURES)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), share=st.floats(0.2, 0.9))
def test_later_ticks_change_nothing(
    make_trades: Maker, make_quotes: Maker, name: str, seed: int, share: float
) -> None:
    trades, quotes = make_trades(80, seed), make_quotes(80, seed)
    at = trades.index[int(share * 79)]
    first, second = (one[one.index <= at] for one in (trades, quotes))
    if first.empty or second.empty:
        return
    whole = known_at(MEASURES[name], trades, quotes, at)
    # The next tick may be needed to say that an interval is over: then its row is not there yet, never another.
    part = known_at(MEASURES[name], first, second, at)
    pd.testing.assert_frame_equal(part, whole.iloc[: len(part)])
    others = [make_trades(80, seed + 1), make_quotes(80, seed + 1)]
    changed = [
        pd.concat([past, other.set_axis(other.index + (at - other.index[0]) + pd.Timedelta("1ms"))])
        for past, other in zip((first, second), others, strict=True)
    ]
    other_future = known_at(MEASURES[name], changed[0], changed[1], at)
    both = min(len(other_future), len(whole))
    pd.testing.assert_frame_equal(other_future.iloc[:both], whole.iloc[:both])
    assert both >= len(part)


@pytest.mark.parametrize("name", MEASURES)
def test_there_is_something_to_change(make_trades: Maker, make_quotes: Maker, name: str) -> None:
    trades, quotes = make_trades(300), make_quotes(300)
    found = known_at(MEASURES[name], trades, quotes, trades.index[250])
    assert len(found) > 20 and found.notna().any().all()


def test_a_leak_would_be_found(make_trades: Maker, make_quotes: Maker) -> None:
    def leaking(trades: Any, quotes: Any) -> Any:
        """Stamp bars with their beginning."""
        bars = features.time_bars(trades, "1s", incomplete="flag")
        return bars.set_axis(bars.index - pd.Timedelta("1s"))

    trades, quotes = make_trades(80), make_quotes(80)
    at = trades.index[40]
    with pytest.raises(AssertionError):
        pd.testing.assert_frame_equal(
            known_at(leaking, trades[trades.index <= at], quotes, at), known_at(leaking, trades, quotes, at)
        )
