"""The features that `ta` and `pandas-ta-classic` have too, beside them, on 10,000 bars.

Only columns that both sides have are computed, on both sides; ours is the whole ``generate_features``.

Three lists are timed. The two of `ta` and of `pandas-ta-classic` are those this benchmark began with: same names, not
compared, as definitions differ in how averages begin (and, where the whole list lacks a name of the second, beyond
that). The third is **every** column of our catalogue that `pandas-ta-classic` 0.8 has: all its functions were called as
their defaults say, all their columns held against all of ours, and what was the same over the later half of the bars,
up to a constant factor, is listed, once, with every period that our catalogue has. Before it is timed, each column is
compared here again; one that differs stops the benchmark. In the list are its slow functions (the Hilbert family in
plain Python makes up most of its time) and its fast ones (61 candlesticks, compiled where numba is installed, as here).
Its functions are timed whole, also where they give a signal line or a flag that we have not. The last line times that
list without the Hilbert family.

Not in the list, for they are not the same: of the second list KELTNER, SUPERTREND's line, NVI, PVI, CMO (Wilder's),
TRIMA of even periods and STOCHRSI (theirs is our `stochrsi_slow`); besides their ALMA (weights the wrong way round),
STC (rounded in its recursion), CFO, FOSC, SMI, RVI, and what looks ahead: DPO as by default, ICHIMOKU's lagging span,
TOS_STDEVALL, VP.
"""

from __future__ import annotations

import runpy
import statistics
import time
import warnings
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandas_ta_classic as pta
from numpy.typing import NDArray
from ta import momentum, trend, volatility, volume

from ml_analytics.features import FeatureEngineeringPipeline, catalogue

SHARED = runpy.run_path(str(Path(__file__).with_name("features_vs_talib.py")))
BARS = 10_000
Array = NDArray[np.float64]
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


# The whole list: for each family of our catalogue what they call it, told the frame and the period.
BY_FAMILY: dict[str, Callable[[pd.DataFrame, int], Any]] = {
    # averages and lines
    "sma": lambda f, n: pta.sma(f.close, n),
    "ema": lambda f, n: pta.ema(f.close, n),
    "wma": lambda f, n: pta.wma(f.close, n),
    "dema": lambda f, n: pta.dema(f.close, n),
    "tema": lambda f, n: pta.tema(f.close, n),
    "t3": lambda f, n: pta.t3(f.close, n),
    "hma": lambda f, n: pta.hma(f.close, n),
    "rma": lambda f, n: pta.rma(f.close, n),
    "kama": lambda f, n: pta.kama(f.close, n),
    "zlema": lambda f, n: pta.zlma(f.close, n),
    "vwma": lambda f, n: pta.vwma(f.close, f.volume, n),
    "vidya": lambda f, n: pta.vidya(f.close, n),
    "ssf": lambda f, n: pta.ssf(f.close, n),
    "fwma": lambda f, n: pta.fwma(f.close, n),
    "pwma": lambda f, n: pta.pwma(f.close, n),
    "sinwma": lambda f, n: pta.sinwma(f.close, n),
    "swma": lambda f, n: pta.swma(f.close, n),
    "mama": lambda f, _: pta.mama(f.close),
    "linearreg": lambda f, n: pta.linreg(f.close, n),
    "linearreg_slope": lambda f, n: pta.linregslope(f.close, n),
    "linearreg_angle": lambda f, n: pta.linregangle(f.close, n),
    "linearreg_intercept": lambda f, n: pta.linregintercept(f.close, n),
    "tsf": lambda f, n: pta.tsf(f.close, n),
    "midpoint": lambda f, n: pta.midpoint(f.close, n),
    "median": lambda f, n: pta.median(f.close, n),
    "quantile": lambda f, n: [pta.quantile(f.close, n, 0.1), pta.quantile(f.close, n, 0.9)],
    "heikin_ashi": lambda f, n: pta.ha(f.open, f.high, f.low, f.close),
    "ichimoku": lambda f, n: pta.ichimoku(f.high, f.low, f.close)[0],
    # trends and cycles
    "macd": lambda f, n: pta.macd(f.close),
    "psar": lambda f, n: pta.psar(f.high, f.low, f.close),
    "adx": lambda f, n: pta.adx(f.high, f.low, f.close, n),
    "adxr": lambda f, n: pta.adxr(f.high, f.low, f.close, n),
    "dx": lambda f, n: pta.dx(f.high, f.low, f.close, n),
    "plus_dm": lambda f, n: pta.plus_dm(f.high, f.low, n),
    "minus_dm": lambda f, n: pta.minus_dm(f.high, f.low, n),
    "vortex": lambda f, n: pta.vortex(f.high, f.low, f.close, n),
    "aroon": lambda f, n: pta.aroon(f.high, f.low, n),
    "donchian": lambda f, n: pta.donchian(f.high, f.low, n, n),
    "chandelier": lambda f, n: pta.ce(f.high, f.low, f.close, n),
    "chande_kroll": lambda f, n: pta.cksp(f.high, f.low, f.close),
    "ttm_trend": lambda f, n: pta.ttm_trend(f.high, f.low, f.close, n),
    "amat": lambda f, n: pta.amat(f.close),
    "trix": lambda f, n: pta.trix(f.close, n),
    "mass_index": lambda f, n: pta.massi(f.high, f.low),
    "vhf": lambda f, n: pta.vhf(f.close, n),
    "qstick": lambda f, n: pta.qstick(f.open, f.close, n),
    "cycle_period": lambda f, n: pta.ht_dcperiod(f.close),
    "cycle_phasor": lambda f, n: pta.ht_phasor(f.close),
    "cycle_phase": lambda f, n: [pta.ht_dcphase(f.close), pta.ht_sine(f.close)],
    "cycle_trendline": lambda f, n: pta.ht_trendline(f.close),
    "cycle_trend_mode": lambda f, n: pta.ht_trendmode(f.close),
    # momentum
    "rsi": lambda f, n: pta.rsi(f.close, n),
    "stoch": lambda f, n: pta.stoch(f.high, f.low, f.close),
    "stochf": lambda f, n: pta.stochf(f.high, f.low, f.close),
    "stochrsi_slow": lambda f, n: pta.stochrsi(f.close),
    "kdj": lambda f, n: pta.kdj(f.high, f.low, f.close),
    "willr": lambda f, n: pta.willr(f.high, f.low, f.close, n),
    "cci": lambda f, n: pta.cci(f.high, f.low, f.close, n),
    "roc": lambda f, n: pta.roc(f.close, n),
    "mom": lambda f, n: pta.mom(f.close, n),
    "cmou": lambda f, n: pta.cmo(f.close, n),
    "apo": lambda f, n: pta.apo(f.close, mamode="ema"),
    "ppo": lambda f, n: pta.ppo(f.close, mamode="ema"),
    "bop": lambda f, n: pta.bop(f.open, f.high, f.low, f.close),
    "tsi": lambda f, n: pta.tsi(f.close),
    "ao": lambda f, n: pta.ao(f.high, f.low),
    "ultosc": lambda f, n: pta.uo(f.high, f.low, f.close),
    "coppock": lambda f, n: pta.coppock(f.close),
    "er": lambda f, n: pta.er(f.close, n),
    "elder_ray": lambda f, n: pta.eri(f.high, f.low, f.close, n),
    "kst": lambda f, n: pta.kst(f.close),
    "fisher": lambda f, n: pta.fisher(f.high, f.low, n),
    "rvgi": lambda f, n: pta.rvgi(f.open, f.high, f.low, f.close, n),
    "pgo": lambda f, n: pta.pgo(f.high, f.low, f.close, n),
    "psl": lambda f, n: pta.psl(f.close, length=n),
    "cti": lambda f, n: pta.cti(f.close, n),
    "lrsi": lambda f, n: pta.lrsi(f.close),
    "qqe": lambda f, n: pta.qqe(f.close, n),
    # volatility
    "bb": lambda f, n: pta.bbands(f.close, n),
    "atr": lambda f, n: pta.atr(f.high, f.low, f.close, n),
    "natr": lambda f, n: pta.natr(f.high, f.low, f.close, n),
    "trange": lambda f, n: pta.true_range(f.high, f.low, f.close),
    "std": lambda f, n: pta.stdev(f.close, n),
    "volatility": lambda f, n: pta.hvol(f.close, n),
    "ulcer_index": lambda f, n: pta.ui(f.close, n),
    "cvi": lambda f, n: pta.cvi(f.high, f.low, n),
    "chop": lambda f, n: pta.chop(f.high, f.low, f.close, n),
    "mad": lambda f, n: pta.mad(f.close, n),
    "shape": lambda f, n: [pta.skew(f.close, n), pta.kurtosis(f.close, n)],
    "accbands": lambda f, n: pta.accbands(f.high, f.low, f.close, n),
    # volume
    "obv": lambda f, n: pta.obv(f.close, f.volume),
    "ad": lambda f, n: pta.ad(f.high, f.low, f.close, f.volume),
    "adosc": lambda f, n: pta.adosc(f.high, f.low, f.close, f.volume),
    "cmf": lambda f, n: pta.cmf(f.high, f.low, f.close, f.volume, length=n),
    "efi": lambda f, n: pta.efi(f.close, f.volume, n),
    "mfi": lambda f, n: pta.mfi(f.high, f.low, f.close, f.volume, n),
    "vpt": lambda f, n: pta.pvt(f.close, f.volume),
    "emv": lambda f, n: pta.eom(f.high, f.low, f.close, f.volume, n),
    "marketfi": lambda f, n: pta.marketfi(f.high, f.low, f.volume),
    "pvo": lambda f, n: pta.pvo(f.volume),
    "volume_sma": lambda f, n: pta.sma(f.volume, n),
    "kvo": lambda f, n: pta.kvo(f.high, f.low, f.close, f.volume),
    "pvr": lambda f, n: pta.pvr(f.close, f.volume),
    # returns and prices held against averages
    "log_return": lambda f, n: pta.log_return(f.close, n),
    "return": lambda f, n: pta.percent_return(f.close, n),
    "zscore": lambda f, n: pta.zscore(f.close, n),
    "close_to_sma": lambda f, n: pta.bias(f.close, n, mamode="sma"),
    "close_to_ema": lambda f, n: pta.bias(f.close, n, mamode="ema"),
}
# Entries of ours whose family they have in part.
BY_COLUMN: dict[str, Callable[[pd.DataFrame, int], Any]] = {
    "supertrend_direction_10": lambda f, n: pta.supertrend(f.high, f.low, f.close, n)["SUPERTd_10_3.0"],
}


def _all(indicator: Any, methods: str) -> list[Any]:
    return [getattr(indicator, method)() for method in methods.split()]


def _bound(call: Callable[[pd.DataFrame, int], Any], period: int) -> Callable[[pd.DataFrame], Any]:
    return lambda frame: call(frame, period)


def whole() -> Calls:
    """Return what they call for each entry of our catalogue that they have too."""
    made: Calls = {}
    candles = []
    for one in catalogue():
        period = int(one.parameters.get("period", 0))
        if one.family in BY_FAMILY:
            made[one.columns] = _bound(BY_FAMILY[one.family], period)
        for name in one.columns:
            if name in BY_COLUMN:
                made[name,] = _bound(BY_COLUMN[name], period)
            if name.startswith("cdl_"):
                candles.append(name)
    patterns = [name.removeprefix("cdl_") for name in candles]
    made[tuple(candles)] = lambda f: pta.cdl_pattern(f.open, f.high, f.low, f.close, patterns)
    return made


def check_same(calls: Calls, frame: pd.DataFrame) -> None:
    """Hold each of our columns against the peer's over the later half, up to a constant factor."""
    ours = _pipeline(calls).generate_features(frame)
    half = len(frame) // 2
    for columns, call in calls.items():
        theirs = [values[half:] for values in _arrays(call(frame))]
        for name in columns:
            values = ours[name].to_numpy()[half:]
            if not any(_same(values, other) for other in _with_halves(theirs)):
                raise AssertionError(f"{name} is not what pandas-ta-classic computes.")


def _same(values: Array, other: Array) -> bool:
    if not np.isfinite(other).all():
        return False
    factor = (other @ values) / (values @ values) if values.any() else 0.0
    return bool(np.abs(other - factor * values).max() <= 1e-6 * np.abs(other).mean())


def _with_halves(theirs: list[Array]) -> list[Array]:
    """Add what two columns make together of which one has a value where the other has none (PSAR)."""
    pairs = [np.where(np.isnan(one), other, one) for one, other in pairwise(theirs)]
    return [*theirs, *pairs]


def _arrays(made: Any) -> list[Array]:
    if isinstance(made, pd.Series):
        return [pd.to_numeric(made, errors="coerce").to_numpy(float)]
    parts = [made[name] for name in made] if isinstance(made, pd.DataFrame) else made
    return [values for part in parts for values in _arrays(part)]


def _pipeline(calls: Calls) -> FeatureEngineeringPipeline:
    columns = {column for some in calls for column in some}
    groups: dict[str, list[str]] = {}
    for one in catalogue():
        groups.setdefault(one.group, []).extend(column for column in one.columns if column in columns)
    groups = {group: some for group, some in groups.items() if some}
    micro = groups.pop("microstructure", False)
    pipeline = FeatureEngineeringPipeline({"technical_indicators": groups, "market_microstructure": micro})
    assert sorted(pipeline.get_feature_names_out()) == sorted(columns)
    return pipeline


def compared(name: str, calls: Calls, frame: pd.DataFrame) -> dict[str, Any]:
    """Time both sides in turn, on the columns of ``calls``."""
    pipeline = _pipeline(calls)
    pipeline.generate_features(frame)  # compiled, and so are they
    for call in calls.values():
        call(frame)
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
    figure = f"features: {sum(map(len, calls))} columns that {name} has too, {BARS:,} bars"
    return {
        "figure": figure, "ours": mine, "peer": theirs, "ratio": theirs / mine, "unit": "ms", "target": ">= 50x"
    }  # fmt: skip


def main() -> list[dict[str, Any]]:
    """Measure beside both."""
    frame = SHARED["market"](BARS)
    everything = whole()
    others = {
        columns: call
        for columns, call in everything.items()
        if not columns[0].startswith("cycle_") and columns[0] != "mama"
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # theirs
        check_same(everything, frame)
        return [
            compared("ta", TA, frame),
            compared("pandas-ta-classic", PANDAS_TA, frame),
            compared("pandas-ta-classic (all that are the same)", everything, frame),
            compared("pandas-ta-classic (all but the Hilbert family)", others, frame),
        ]


if __name__ == "__main__":
    for line in main():
        print(f"{line['figure']}, {line['ours']:.2f} ms, {line['peer']:.2f} ms, {line['ratio']:.1f}")
