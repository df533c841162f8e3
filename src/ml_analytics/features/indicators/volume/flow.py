"""On which side of the move the volume was, over a window: free of the level of the cumulative lines."""

from __future__ import annotations

from math import nan
from operator import mul

import numpy as np

from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.sums import positive_sum, window_sum, windowed_sum


def obv_slope(close: Array, volume: Array, period: int) -> Array:
    """Slope of the least-squares line through on-balance volume, per bar, in mean volumes of the window.

    Between -1 (every bar fell) and 1, where volumes are alike; 0 where nothing was traded. The slope is a
    weighted sum of the signed volumes, so the level of the line, and its rounding, do not come in.
    """
    signed = np.zeros_like(close)
    signed[1:] = np.sign(np.diff(close)) * volume[1:]
    slope = np.full_like(close, nan)
    slope[period - 1 :] = np.convolve(signed[1:], _slope_weights(period), mode="valid")
    mean = windowed_sum(volume, period) / period
    untraded = mean == 0
    return np.where(untraded, 0.0, slope / np.where(untraded, 1.0, mean))


def up_volume_share(close: Array, volume: Array, period: int) -> Array:
    """Share of the volume that was traded on bars whose close rose; 0.5 where nothing was traded."""
    rose = np.full_like(close, nan)
    rose[1:] = np.where(np.diff(close) > 0, volume[1:], 0.0)
    traded = windowed_sum(volume, period)
    untraded = traded == 0
    return np.where(untraded, 0.5, windowed_sum(rose, period) / np.where(untraded, 1.0, traded))


def volume_weighted_return(close: Array, volume: Array, period: int) -> Array:
    """Mean change of the close, each bar weighted by its volume; 0 where nothing was traded.

    What the volume-price trend gained over the window, over the volume of the window.
    """
    gained = np.full_like(close, nan)
    gained[1:] = np.diff(close) / close[:-1] * volume[1:]
    traded = windowed_sum(volume, period)
    untraded = traded == 0
    return np.where(untraded, 0.0, windowed_sum(gained, period) / np.where(untraded, 1.0, traded))


def _slope_weights(period: int) -> np.ndarray:
    """Return what each step of a line weighs in its least-squares slope: a parabola that adds up to 1."""
    place = np.arange(1.0, period)
    return 6.0 * place * (period - place) / (period * (period**2 - 1))


def obv_slope_stepper(period: int) -> Step:
    """Return the step of :func:`obv_slope`."""
    weights = tuple(_slope_weights(period).tolist())
    push = positive_sum(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_volume, window = state or (None, ())
        of_volume, total = push(of_volume, recent.volume[-1])
        if recent.bar:
            window = (*window[-period + 2 :], _signed(recent))
        return (of_volume, window), sum(map(mul, weights, window)) / (total / period) if total else 0.0

    return step


def _signed(recent: Recent) -> float:
    now, before, volume = recent.close[-1], recent.close[-2], recent.volume[-1]
    return volume if now > before else -volume if now < before else 0.0


def up_volume_share_stepper(period: int) -> Step:
    """Return the step of :func:`up_volume_share`."""
    push = positive_sum(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_rise, of_volume = state or (None, None)
        rose = max(_signed(recent), 0.0) if recent.bar else nan
        of_rise, risen = push(of_rise, rose)
        of_volume, traded = push(of_volume, recent.volume[-1])
        return (of_rise, of_volume), risen / traded if traded else 0.5

    return step


def volume_weighted_return_stepper(period: int) -> Step:
    """Return the step of :func:`volume_weighted_return`."""
    push, add = window_sum(period), positive_sum(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_gain, of_volume = state or (None, None)
        close, volume = recent.close, recent.volume[-1]
        of_gain, gain = push(of_gain, (close[-1] - close[-2]) / close[-2] * volume if recent.bar else nan)
        of_volume, traded = add(of_volume, volume)
        return (of_gain, of_volume), gain / traded if traded else 0.0

    return step


INDICATORS = (
    *declare(
        "obv_slope",
        "volume",
        ["obv_slope_{period}"],
        ["close", "volume"],
        obv_slope,
        stepper=obv_slope_stepper,
        least=3,
        warm_up=lambda period: period - 1,
        unit="fraction",
        formula="least-squares slope(obv, {period}) / mean(volume, {period})",
        source="Granville 1963, normalised; own",
        over=periods(20),
    ),
    *declare(
        "up_volume_share",
        "volume",
        ["up_volume_share_{period}"],
        ["close", "volume"],
        up_volume_share,
        stepper=up_volume_share_stepper,
        warm_up=lambda period: period,
        unit="fraction",
        formula="sum(volume where close rises, {period}) / sum(volume, {period})",
        source="own, TA-Lib has none",
        over=periods(20),
    ),
    *declare(
        "volume_weighted_return",
        "volume",
        ["volume_weighted_return_{period}"],
        ["close", "volume"],
        volume_weighted_return,
        stepper=volume_weighted_return_stepper,
        warm_up=lambda period: period,
        unit="fraction",
        formula="sum(volume * (close[t] / close[t-1] - 1), {period}) / sum(volume, {period})",
        source="own: the gain of TA-Lib's PVT over a window, normalised",
        over=periods(20),
    ),
)
