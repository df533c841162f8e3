"""`ml-analytics demo` on the real bars: what the issue promises, held by figures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, object], Path]:
    cwd = tmp_path_factory.mktemp("a folder with spaces")
    command = [sys.executable, "-m", "ml_analytics", "demo"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout, json.loads((cwd / "demo-report" / "figures.json").read_text()), cwd


def test_the_repeated_opens_are_reported_not_hidden(demo: tuple[str, dict[str, object], Path]) -> None:
    printed, figures, _ = demo
    assert "2,004" in printed
    assert "2004" in json.dumps(figures["validation"])


def test_every_stage_left_its_figures(demo: tuple[str, dict[str, object], Path]) -> None:
    _, figures, cwd = demo
    names = {
        "config",
        "ingest",
        "validation",
        "promotion",
        "features",
        "research",
        "regimes",
        "release",
        "live",
        "report",
    }
    assert names <= set(figures)
    for name in figures["files"]:  # type: ignore[attr-defined]
        assert (cwd / "demo-report" / name).stat().st_size > 1000


def test_models_and_baselines_carry_intervals(demo: tuple[str, dict[str, object], Path]) -> None:
    research = demo[1]["research"]
    assert set(research["scores"]) == {"always up", "same as yesterday", "xgboost", "logistic"}  # type: ignore[index]
    for score in research["scores"].values():  # type: ignore[index]
        assert score["low"] < score["value"] < score["high"]


def test_the_gate_follows_the_evidence(demo: tuple[str, dict[str, object], Path]) -> None:
    _, figures, _ = demo
    research, release = figures["research"], figures["release"]
    gain = research["advantages"][research["champion"]]  # type: ignore[index]
    assert release["gates"]["staging"]["passed"]  # type: ignore[index]
    assert release["gates"]["production"]["passed"] == (gain["low"] > 0)  # type: ignore[index]
    assert release["platform"] == "onnx"  # type: ignore[index]
    assert release["parity"] < 1e-4  # type: ignore[index]


def test_a_second_demo_registers_nothing_new(demo: tuple[str, dict[str, object], Path]) -> None:
    _, figures, cwd = demo
    command = [sys.executable, "-m", "ml_analytics", "demo", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["release"] == figures["release"]
    listed = subprocess.run(
        [sys.executable, "-m", "ml_analytics", "models", "list", "--json"],
        capture_output=True,
        text=True,
        check=True,
        cwd=cwd,
    )
    assert [one["versions"] for one in json.loads(listed.stdout)] == [1]


def test_the_holdout_is_shown_beside_its_baselines(demo: tuple[str, dict[str, object], Path]) -> None:
    printed, figures, _ = demo
    live = figures["live"]
    assert set(live["baselines"]) == {"always up", "same as yesterday"}  # type: ignore[index]
    best = live["baselines"][live["best_baseline"]]  # type: ignore[index]
    difference = live["performance"]["accuracy"]["value"] - best["value"]  # type: ignore[index]
    assert live["advantage"]["value"] == pytest.approx(difference)  # type: ignore[index]
    assert "on the same bars always up" in printed
