"""The features that `ta` and `pandas-ta-classic` have too, beside them, on 10,000 bars.

Only columns that both sides have are computed, on both sides; ours is the whole ``generate_features``. Their
values are not compared here: definitions differ in how averages begin.
"""

from __future__ import annotations

import runpy
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pandas_ta_classic as pta
from ta import momentum, trend, volatility, volume

from ml_analytics.features import FeatureEngineeringPipeline, catalogue

SHARED = runpy.run_path(str(Path(__file__).with_name("features_vs_talib.py")))
BARS = 10_000
Calls = dict[tuple[str, ...], Callable[[pd.DataFrame], Any]]

TA: Calls = {
    ("sma_20",): lambda f: trend.SMAIndicator(f.close, 20).sma_indicator(),
    ("sma_50",): lambda f: trend.SMAIndicator(f.close, 50).sma_indicator(),
    ("ema_20",): lambda f: trend.EMAIndicator(f.close, 20).ema_indicator(),
    ("ema_50",): lambda f: trend.EMAIndicator(f.close, 50).ema_indicator(),
    ("wma_10",): lambda f: trend.WMAIndicator(f.close, 10).wma(),
    ("macd", "macd_signal", "macd_hist"): lambda f: _all(trend.MACD(f.close), "macd macd_signal macd_diff"),
    ("adx_14", "plus_di_14", "minus_di_14"): lambda f: _all(
        trend.ADXIndicator(f.high, f.low, f.close), "adx adx_pos adx_neg"
    ),
    ("psar",): lambda f: trend.PSARIndicator(f.high, f.low, f.close).psar(),
    ("vortex_plus_14", "vortex_minus_14"): lambda f: _all(
        trend.VortexIndicator(f.high, f.low, f.close), "vortex_indicator_pos vortex_indicator_neg"
    ),
    ("trix_15",): lambda f: trend.TRIXIndicator(f.close).trix(),
    ("mass_index_25",): lambda f: trend.MassIndex(f.high, f.low).mass_index(),
    ("cci_20",): lambda f: trend.CCIIndicator(f.high, f.low, f.close).cci(),
    ("dpo_20",): lambda f: trend.DPOIndicator(f.close).dpo(),
    ("tenkan_9", "kijun_26", "senkou_a", "senkou_b"): lambda f: _all(
        trend.IchimokuIndicator(f.high, f.low),
        "ichimoku_conversion_line ichimoku_base_line ichimoku_a ichimoku_b",
    ),
    ("aroon_up_25", "aroon_down_25"): lambda f: _all(
        trend.AroonIndicator(f.high, f.low), "aroon_up aroon_down"
    ),
    ("rsi_14",): lambda f: momentum.RSIIndicator(f.close).rsi(),
    ("tsi",): lambda f: momentum.TSIIndicator(f.close).tsi(),
    ("ultosc",): lambda f: momentum.UltimateOscillator(f.high, f.low, f.close).ultimate_oscillator(),
    ("stoch_k", "stoch_d"): lambda f: _all(
        momentum.StochasticOscillator(f.high, f.low, f.close), "stoch stoch_signal"
    ),
    ("willr_14",): lambda f: momentum.WilliamsRIndicator(f.high, f.low, f.close).williams_r(),
    ("ao",): lambda f: momentum.AwesomeOscillatorIndicator(f.high, f.low).awesome_oscillator(),
    ("kama_10",): lambda f: momentum.KAMAIndicator(f.close).kama(),
    ("roc_10",): lambda f: momentum.ROCIndicator(f.close, 10).roc(),
    ("stochrsi_k", "stochrsi_d"): lambda f: _all(
        momentum.StochRSIIndicator(f.close), "stochrsi_k stochrsi_d"
    ),
    ("ppo",): lambda f: momentum.PercentagePriceOscillator(f.close).ppo(),
    ("pvo",): lambda f: momentum.PercentageVolumeOscillator(f.volume).pvo(),
    ("bb_upper_20", "bb_middle_20", "bb_lower_20", "bb_width_20", "bb_percent_20"): lambda f: _all(
        volatility.BollingerBands(f.close),
        "bollinger_hband bollinger_mavg bollinger_lband bollinger_wband bollinger_pband",
    ),
    ("keltner_upper_20", "keltner_middle_20", "keltner_lower_20"): lambda f: _all(
        volatility.KeltnerChannel(f.high, f.low, f.close, original_version=False),
        "keltner_channel_hband keltner_channel_mband keltner_channel_lband",
    ),
    ("donchian_upper_20", "donchian_middle_20", "donchian_lower_20"): lambda f: _all(
        volatility.DonchianChannel(f.high, f.low, f.close),
        "donchian_channel_hband donchian_channel_mband donchian_channel_lband",
    ),
    ("atr_14",): lambda f: volatility.AverageTrueRange(f.high, f.low, f.close).average_true_range(),
    ("ulcer_index_14",): lambda f: volatility.UlcerIndex(f.close).ulcer_index(),
    ("ad",): lambda f: volume.AccDistIndexIndicator(f.high, f.low, f.close, f.volume).acc_dist_index(),
    ("obv",): lambda f: volume.OnBalanceVolumeIndicator(f.close, f.volume).on_balance_volume(),
    ("cmf_20",): lambda f: volume.ChaikinMoneyFlowIndicator(
        f.high, f.low, f.close, f.volume
    ).chaikin_money_flow(),
    ("efi_13",): lambda f: volume.ForceIndexIndicator(f.close, f.volume).force_index(),
    ("emv_14",): lambda f: volume.EaseOfMovementIndicator(f.high, f.low, f.volume).sma_ease_of_movement(),
    ("vpt",): lambda f: volume.VolumePriceTrendIndicator(f.close, f.volume).volume_price_trend(),
    ("nvi",): lambda f: volume.NegativeVolumeIndexIndicator(f.close, f.volume).negative_volume_index(),
    ("vwap_20",): lambda f: volume.VolumeWeightedAveragePrice(
        f.high, f.low, f.close, f.volume, 20
    ).volume_weighted_average_price(),
    ("mfi_14",): lambda f: volume.MFIIndicator(f.high, f.low, f.close, f.volume).money_flow_index(),
}

_PERIODIC = {
    "sma": "sma", "ema": "ema", "wma": "wma", "dema": "dema", "tema": "tema", "hma": "hma", "trima": "trima",
    "rma": "rma", "kama": "kama", "linearreg": "linreg", "midpoint": "midpoint", "rsi": "rsi", "roc": "roc",
    "mom": "mom", "cmo": "cmo", "er": "er", "std": "stdev",
}  # fmt: skip


def _periodic(name: str, period: int) -> Callable[[pd.DataFrame], Any]:
    call = getattr(pta, _PERIODIC[name])
    return lambda f: call(f.close, length=period, talib=False)


PANDAS_TA: Calls = {
    **{
        (name,): _periodic(one.family, int(one.parameters["period"]))
        for one in catalogue()
        if one.family in _PERIODIC and one.inputs == ("close",)
        for name in one.columns
    },
    ("macd", "macd_signal", "macd_hist"): lambda f: pta.macd(f.close, talib=False),
    ("psar",): lambda f: pta.psar(f.high, f.low, f.close),
    ("adx_14", "plus_di_14", "minus_di_14"): lambda f: pta.adx(f.high, f.low, f.close, talib=False),
    ("supertrend_10", "supertrend_direction_10"): lambda f: pta.supertrend(f.high, f.low, f.close, 10),
    ("vortex_plus_14", "vortex_minus_14"): lambda f: pta.vortex(f.high, f.low, f.close),
    ("aroon_up_14", "aroon_down_14", "aroon_osc_14"): lambda f: pta.aroon(f.high, f.low, talib=False),
    ("donchian_upper_20", "donchian_middle_20", "donchian_lower_20"): lambda f: pta.donchian(f.high, f.low),
    ("keltner_upper_20", "keltner_middle_20", "keltner_lower_20"): lambda f: pta.kc(f.high, f.low, f.close),
    ("bb_upper_20", "bb_middle_20", "bb_lower_20", "bb_width_20", "bb_percent_20"): lambda f: pta.bbands(
        f.close, 20, talib=False
    ),
    ("stoch_k", "stoch_d"): lambda f: pta.stoch(f.high, f.low, f.close, talib=False),
    ("stochrsi_k", "stochrsi_d"): lambda f: pta.stochrsi(f.close),
    ("kdj_k", "kdj_d", "kdj_j"): lambda f: pta.kdj(f.high, f.low, f.close),
    ("willr_14",): lambda f: pta.willr(f.high, f.low, f.close, talib=False),
    ("cci_20",): lambda f: pta.cci(f.high, f.low, f.close, 20, talib=False),
    ("ultosc",): lambda f: pta.uo(f.high, f.low, f.close, talib=False),
    ("tsi",): lambda f: pta.tsi(f.close),
    ("ao",): lambda f: pta.ao(f.high, f.low),
    ("coppock",): lambda f: pta.coppock(f.close),
    ("ppo",): lambda f: pta.ppo(f.close, talib=False),
    ("apo",): lambda f: pta.apo(f.close, talib=False),
    ("atr_14",): lambda f: pta.atr(f.high, f.low, f.close, 14, talib=False),
    ("natr_14",): lambda f: pta.natr(f.high, f.low, f.close, 14, talib=False),
    ("mass_index_25",): lambda f: pta.massi(f.high, f.low),
    ("ulcer_index_14",): lambda f: pta.ui(f.close),
    ("obv",): lambda f: pta.obv(f.close, f.volume, talib=False),
    ("ad",): lambda f: pta.ad(f.high, f.low, f.close, f.volume, talib=False),
    ("adosc",): lambda f: pta.adosc(f.high, f.low, f.close, f.volume, talib=False),
    ("cmf_20",): lambda f: pta.cmf(f.high, f.low, f.close, f.volume),
    ("efi_13",): lambda f: pta.efi(f.close, f.volume),
    ("mfi_14",): lambda f: pta.mfi(f.high, f.low, f.close, f.volume, talib=False),
    ("nvi",): lambda f: pta.nvi(f.close, f.volume),
    ("pvi",): lambda f: pta.pvi(f.close, f.volume),
    ("vpt",): lambda f: pta.pvt(f.close, f.volume),
    ("tenkan_9", "kijun_26", "senkou_a", "senkou_b"): lambda f: pta.ichimoku(f.high, f.low, f.close),
}


def _all(indicator: Any, methods: str) -> list[Any]:
    return [getattr(indicator, method)() for method in methods.split()]


def compared(name: str, calls: Calls, frame: pd.DataFrame) -> dict[str, Any]:
    """Time both sides in turn, on the columns of ``calls``."""
    columns = [column for some in calls for column in some]
    groups: dict[str, list[str]] = {}
    for one in catalogue():
        groups.setdefault(one.group, []).extend(column for column in one.columns if column in columns)
    groups = {group: some for group, some in groups.items() if some}
    pipeline = FeatureEngineeringPipeline({"technical_indicators": groups})
    assert sorted(pipeline.get_feature_names_out()) == sorted(columns)
    ours, peer = [], []
    for _ in range(5):
        begun = time.perf_counter()
        pipeline.generate_features(frame)
        ours.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        for call in calls.values():
            call(frame)
        peer.append(time.perf_counter() - begun)
    mine, theirs = 1e3 * statistics.median(ours), 1e3 * statistics.median(peer)
    figure = f"features: {len(columns)} columns that {name} has too, {BARS:,} bars"
    return {
        "figure": figure, "ours": mine, "peer": theirs, "ratio": theirs / mine, "unit": "ms", "target": ">= 50x"
    }  # fmt: skip


def main() -> list[dict[str, Any]]:
    """Measure beside both."""
    frame = SHARED["market"](BARS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # theirs
        return [compared("ta", TA, frame), compared("pandas-ta-classic", PANDAS_TA, frame)]


if __name__ == "__main__":
    for line in main():
        print(f"{line['figure']}, {line['ours']:.2f} ms, {line['peer']:.2f} ms, {line['ratio']:.1f}")
