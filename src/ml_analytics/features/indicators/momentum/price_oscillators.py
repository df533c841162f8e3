"""A fast average of the close against a slow one: in price (APO) and in percent (PPO)."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step, ema


def apo(close: Array, fast: int, slow: int) -> Array:
    """Fast exponential average less the slow one; unlike in MACD each begins with its own first closes."""
    return ta.APO(close, fastperiod=fast, slowperiod=slow)


def ppo(close: Array, fast: int, slow: int) -> Array:
    """Fast exponential average over the slow one, less 1, in percent."""
    return ta.PPO(close, fastperiod=fast, slowperiod=slow)


def apo_stepper(fast: int, slow: int) -> Step:
    """Return the step of :func:`apo`."""
    push_fast, push_slow = ema(fast), ema(slow)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_fast, of_slow = state or (None, None)
        of_fast, quickly = push_fast(of_fast, recent.close[-1])
        of_slow, slowly = push_slow(of_slow, recent.close[-1])
        return (of_fast, of_slow), quickly - slowly

    return step


def ppo_stepper(fast: int, slow: int) -> Step:
    """Return the step of :func:`ppo`."""
    push_fast, push_slow = ema(fast), ema(slow)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_fast, of_slow = state or (None, None)
        of_fast, quickly = push_fast(of_fast, recent.close[-1])
        of_slow, slowly = push_slow(of_slow, recent.close[-1])
        return (of_fast, of_slow), (quickly - slowly) / slowly * 100.0

    return step


_AVERAGES = [{"fast": 12, "slow": 26}]
INDICATORS = (
    *declare(
        "apo",
        "momentum",
        ["apo"],
        ["close"],
        apo,
        stepper=apo_stepper,
        warm_up=lambda fast, slow: max(fast, slow) - 1,
        unit="price",
        formula="ema({fast}) - ema({slow})",
        source="TA-Lib APO",
        over=_AVERAGES,
    ),
    *declare(
        "ppo",
        "momentum",
        ["ppo"],
        ["close"],
        ppo,
        stepper=ppo_stepper,
        warm_up=lambda fast, slow: max(fast, slow) - 1,
        unit="percent",
        formula="100 * (ema({fast}) - ema({slow})) / ema({slow})",
        source="TA-Lib PPO",
        over=_AVERAGES,
    ),
)
