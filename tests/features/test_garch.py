"""The GARCH fit against arch's own run with the same parameters, and laws of both."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from arch import arch_model
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.ohlcv import OHLCV
from ml_analytics.features import FeatureEngineeringPipeline, catalogue
from ml_analytics.features.garch import Garch, fit_garch
from ml_analytics.features.indicators.microstructure.garch import garch
from ml_analytics.features.moves import log_return

ENTRY = next(one for one in catalogue("microstructure") if one.family == "garch")
ONLY = {"technical_indicators": False, "market_microstructure": ["garch"]}


def simulated(
    length: int, seed: int, omega: float = 2e-6, alpha: float = 0.08, beta: float = 0.9
) -> np.ndarray:
    generator = np.random.default_rng(seed)
    moves, variance = np.empty(length), omega / (1 - alpha - beta)
    for place, shock in enumerate(generator.normal(size=length)):
        moves[place] = shock * np.sqrt(variance)
        variance = omega + alpha * moves[place] ** 2 + beta * variance
    return moves


@pytest.fixture(scope="module")
def moves(sp500_bars: pd.DataFrame) -> np.ndarray:
    return np.diff(np.log(sp500_bars["close"].to_numpy()))


def fixed_by_arch(moves: np.ndarray, model: Garch) -> np.ndarray:
    """arch's own conditional volatility with the parameters of ``model``."""
    fixed = arch_model(moves, mean="Zero", vol="GARCH", p=1, q=1, rescale=False)
    return np.asarray(fixed.fix([model.omega, model.alpha, model.beta]).conditional_volatility)


@pytest.mark.parametrize("start", [0, 1000, 2300, 4000])
def test_the_run_is_that_of_arch(moves: np.ndarray, start: int) -> None:
    some = moves[start : start + 1000]
    model = fit_garch(some)
    assert model is not None
    made = np.sqrt(model.filter(some.tolist()))
    np.testing.assert_allclose(made[:-1], fixed_by_arch(some, model), rtol=1e-9)


@pytest.mark.parametrize("start", [0, 1000, 2300, 4000])
def test_no_parameters_nearby_are_likelier(moves: np.ndarray, start: int) -> None:
    some = moves[start : start + 1000]
    best = fit_garch(some)
    assert best is not None

    def likelihood(model: Garch) -> float:
        variance = np.array(model.filter(some.tolist())[:-1])
        return float(-0.5 * np.sum(np.log(variance) + some**2 / variance))

    found = likelihood(best)
    for factors in ((1.1, 1, 1), (0.9, 1, 1), (1, 1.1, 1), (1, 0.9, 1), (1, 1, 1.004), (1, 1, 0.99)):
        omega, alpha, beta = np.multiply((best.omega, best.alpha, best.beta), factors)
        if alpha + beta <= 1:
            assert likelihood(Garch(omega, alpha, beta)) < found + 1e-3, factors


def test_known_parameters_are_found() -> None:
    made = fit_garch(simulated(20_000, seed=7))
    assert made is not None
    assert made.alpha == pytest.approx(0.08, abs=0.015)
    assert made.beta == pytest.approx(0.9, abs=0.02)
    assert made.omega == pytest.approx(2e-6, rel=0.3)


@settings(max_examples=12, deadline=None)
@given(power=st.integers(-30, 3), seed=st.integers(0, 50))
def test_the_size_of_the_moves_does_not_matter(power: int, seed: int) -> None:
    some, factor = simulated(700, seed), 2.0**power  # a power of two changes no digit
    plain, scaled = fit_garch(some), fit_garch(some * factor)
    assert (plain is None) == (scaled is None)
    if plain and scaled:
        assert scaled == Garch(plain.omega * factor**2, plain.alpha, plain.beta)


@pytest.mark.parametrize(
    "moves",
    [
        np.zeros(600),
        np.r_[np.full(40, 0.01), np.zeros(560)],
        np.full(600, 1e-14),
    ],
    ids=["still", "hardly anything", "rounding"],
)
def test_nothing_to_go_by(moves: np.ndarray) -> None:
    assert fit_garch(moves) is None


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), tail=st.floats(1.2, 8), size=st.floats(-11, 0), at=st.integers(0, 599))
def test_wild_moves_give_finite_variances(seed: int, tail: float, size: float, at: int) -> None:
    generator = np.random.default_rng(seed)
    some = np.clip(generator.standard_t(tail, 600) * 10**size, -60, 60)
    some[at] = 60.0
    model = fit_garch(some)
    if model is not None:
        assert 0 <= model.persistence <= 1 + 1e-12
        variances = np.array(model.filter(some.tolist()))
        assert np.isfinite(variances).all()
        assert (variances >= 0).all()


def test_quiet_and_leaves_the_warning_filters_alone(capfd: pytest.CaptureFixture[str]) -> None:
    before = list(warnings.filters)
    fit_garch(simulated(600, 1))
    assert list(warnings.filters) == before
    assert capfd.readouterr() == ("", "")


def test_threads_get_the_same_answers() -> None:
    some = [simulated(600, seed) for seed in range(6)]
    alone = [fit_garch(one) for one in some]
    beside: list[Garch | None] = [None] * len(some)

    def fit(place: int) -> None:
        beside[place] = fit_garch(some[place])

    threads = [threading.Thread(target=fit, args=(place,)) for place in range(len(some))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert beside == alone


def test_between_fits_the_recursion_is_that_of_arch(sp500_bars: pd.DataFrame) -> None:
    """Slow and obvious: at each bar, arch's run with the last fit's parameters over that fit's returns and on."""
    close = sp500_bars["close"].to_numpy()[:520]
    moves = log_return(close, 1)[1:]
    volatility, persistence, surprise = garch(close, refit_every=120, window=300, least=250)
    expected = np.nan
    for bar in range(250, 520):
        fitted = bar - (bar - 250) % 120
        past = moves[max(0, fitted - 300) : fitted]
        model = fit_garch(past)
        assert model is not None
        run = moves[max(0, fitted - 300) : bar]
        own = fixed_by_arch(np.append(run, 0.0), model)
        assert volatility[bar] == pytest.approx(own[-1], rel=1e-8)
        assert persistence[bar] == model.alpha + model.beta
        before = own[-2] if bar == 250 else expected
        assert surprise[bar] == pytest.approx(moves[bar - 1] / before, rel=1e-8)
        expected = volatility[bar]


def test_a_fit_that_fails_leaves_the_parameters_before(make_bars: Callable[..., pd.DataFrame]) -> None:
    close = make_bars(1300, seed=4)["close"].to_numpy().copy()
    close[600:] = close[600]
    volatility, persistence, surprise = garch(close, refit_every=250, window=500, least=500)
    assert 0 < persistence[1249] == persistence[1250]  # there nothing is left to fit
    assert np.isfinite(volatility[500:]).all()
    assert (surprise[601:] == 0).all()
    still = garch(np.full(600, 5.0), refit_every=250, window=500, least=500)
    assert still[0][-1] == 0
    assert still[1][-1] == 1.0  # RiskMetrics, as long as nothing was fitted
    assert still[2][-1] == 0


def test_volatility_rises_after_a_shock_and_fades(sp500_bars: pd.DataFrame) -> None:
    close = sp500_bars["close"].to_numpy()[:800].copy()
    close[700:] *= 1.12
    shocked, *_, surprise = garch(close, refit_every=250, window=1000, least=500)
    assert shocked[700] > 1.5 * shocked[699]
    assert surprise[700] > 4
    assert shocked[740] < shocked[700]


def test_off_by_default_and_chosen_by_name() -> None:
    assert not set(ENTRY.columns) & set(FeatureEngineeringPipeline().get_feature_names_out())
    assert list(FeatureEngineeringPipeline(ONLY).get_feature_names_out()) == list(ENTRY.columns)
    both = FeatureEngineeringPipeline({"market_microstructure": ["default", "garch"]})
    assert {*ENTRY.columns, "amihud_20", "sma_20"} <= set(both.get_feature_names_out())


def test_no_leak(sp500_bars: pd.DataFrame) -> None:
    certificate = FeatureEngineeringPipeline(ONLY).certify(
        sp500_bars.iloc[1000:2600], cuts=[520, 749, 750, 1100]
    )
    assert certificate.clean, certificate.leaking
    assert not certificate.untested


def test_a_stream_over_fits_and_a_restart(sp500_bars: pd.DataFrame, tmp_path: Path) -> None:
    pipeline, bars = FeatureEngineeringPipeline(ONLY), sp500_bars.iloc[:1020]
    batch = np.asarray(pd.DataFrame(pipeline.generate_features(bars)))
    stream = pipeline.stream(bars.iloc[:740])
    path = tmp_path / "stream.json"
    for place in range(740, 1020):
        if place == 900:
            stream.save(path)
            stream = pipeline.load_stream(path)
        made = stream.update(bars.iloc[place][list(OHLCV)])
        np.testing.assert_allclose(made, batch[place], rtol=1e-9)
