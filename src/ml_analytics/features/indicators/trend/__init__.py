"""Where prices are going."""

from __future__ import annotations

from . import (
    adx,
    aroon,
    channels,
    detrended,
    directional_movement,
    ichimoku,
    keltner,
    low_lag_averages,
    macd,
    mass_index,
    moving_averages,
    psar,
    regression,
    smooth_averages,
    supertrend,
    trix,
    vertical_horizontal,
    vortex,
)

INDICATORS = (
    *moving_averages.INDICATORS,
    *macd.INDICATORS,
    *psar.INDICATORS,
    *adx.INDICATORS,
    *ichimoku.INDICATORS,
    *low_lag_averages.INDICATORS,
    *smooth_averages.INDICATORS,
    *regression.INDICATORS,
    *channels.INDICATORS,
    *keltner.INDICATORS,
    *supertrend.INDICATORS,
    *vortex.INDICATORS,
    *aroon.INDICATORS,
    *directional_movement.INDICATORS,
    *trix.INDICATORS,
    *detrended.INDICATORS,
    *mass_index.INDICATORS,
    *vertical_horizontal.INDICATORS,
)
