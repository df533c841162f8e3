"""`ml-analytics run`: whole, killed at every stage, and told nonsense."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from pypdf import PdfReader

from ml_analytics import ModelRegistry, open_stores
from ml_analytics.cli import main

STAGES = [
    "1-ingest",
    "2-validate",
    "3-promote",
    "4-features",
    "5-research",
    "6-regimes",
    "7-register",
    "8-serve",
]

KILLER = """
import os, signal, sys
import matplotlib.pyplot, onnxruntime, xgboost  # once, in the process that forks one for each death
from ml_analytics.cli import main, market
from ml_analytics.pipelines import Workflow
from ml_analytics.use_cases.markets import live, run

def prepare(stage, moment):
    known, request, asked = Workflow.step, live.infer_request, []

    def step(self, name, inputs, run, **more):
        def killed():
            value = run()
            os.kill(os.getpid(), signal.SIGKILL)
            return value
        return known(self, name, inputs, killed if (name, moment) == (stage, "before it is kept") else run, **more)

    def half(*args):
        asked.append(1)
        if len(asked) == 60:
            os.kill(os.getpid(), signal.SIGKILL)
        return request(*args)

    Workflow.step = step
    if moment == "half way":
        live.infer_request = half

for death in sys.argv[1].split(";"):
    pid = os.fork()
    if pid == 0:
        prepare(*death.split(","))
        os._exit(main(sys.argv[2:]))
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert code == -signal.SIGKILL, (death, code)
"""


def cli(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ml_analytics", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)


def registered(home: Path) -> tuple[list[str], list[str]]:
    registry = ModelRegistry(open_stores(home))
    versions = [one.id for one in registry.list_versions("small_run")]
    return versions, [one.action for one in registry.audit()]


def test_a_run_over_a_users_own_bars(run_file: Path) -> None:
    done = cli("--home", "home", "run", str(run_file), "--out", "report", cwd=run_file.parent)
    assert done.returncode == 0, done.stderr
    out = run_file.parent / "report"
    figures = json.loads((out / "figures.json").read_text())
    assert figures["ingest"]["total"] == 1400
    assert figures["promotion"]["promoted"] == 1400
    assert figures["features"]["leaking"] == []
    assert figures["features"]["count"] >= 60
    assert set(figures["research"]["scores"]) == {"always up", "same as yesterday", "logistic"}
    live = figures["live"]
    assert live["requests"] == live["performance"]["n"] == live["performance"]["joined"] + 3
    pages = [page.extract_text() for page in PdfReader(out / "report.pdf").pages]
    assert len(pages) >= 2
    luck = next(text for text in pages if "Strategies tried" in text)
    assert "not stated" not in luck  # the run knows how many models it compared
    assert "Leak certificate" in done.stdout
    assert registered(run_file.parent / "home")[0] == ["small_run:1.0.0"]


def test_killed_at_every_stage_and_started_again_it_completes_once(run_file: Path) -> None:
    run_file.write_text(run_file.read_text().replace("[logistic]", "[xgboost]"))
    cwd, arguments = run_file.parent, ["--home", "home", "run", str(run_file), "--out", "report"]
    whole = cli("--home", "whole", "run", str(run_file), "--out", "whole-report", cwd=cwd)
    assert whole.returncode == 0, whole.stderr
    deaths = [f"{stage},before it is kept" for stage in STAGES]
    deaths.insert(-1, "8-serve,half way")
    command = [sys.executable, "-c", KILLER, ";".join(deaths), *arguments]
    killed = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
    assert killed.returncode == 0, killed.stderr
    assert cli(*arguments, cwd=cwd).returncode == 0
    versions, actions = registered(cwd / "home")
    assert versions == ["small_run:1.0.0"]
    assert actions.count("register") == 1
    killed_figures = json.loads((cwd / "report" / "figures.json").read_text())
    whole_figures = json.loads((cwd / "whole-report" / "figures.json").read_text())
    for key in ("research", "features", "regimes", "report"):
        assert killed_figures[key] == whole_figures[key]
    assert killed_figures["live"]["requests"] == whole_figures["live"]["requests"]
    assert killed_figures["live"]["performance"]["n"] == whole_figures["live"]["performance"]["n"]
    assert killed_figures["ingest"]["total"] == whole_figures["ingest"]["total"]
    assert (cwd / "report" / "leak_certificate.json").read_bytes() == (
        cwd / "whole-report" / "leak_certificate.json"
    ).read_bytes()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("horizon: 0", "horizon"),
        ("horizonn: 3", "horizonn"),
        ("models: [no_such_model]", "models"),
        ("data: absent.csv", "absent.csv"),
        ("name: ../../etc", "name"),
        ("a: !!python/object/apply:os.system ['true']", "YAML"),
        ("- 1", "mapping"),
        ("splits: 20\ndata: short.csv", "more bars"),
        ("data: empty.csv", "empty.csv"),
        ("data: words.csv", "close"),
        ("data: tickets.csv", "timestamp"),
    ],
)
def test_nonsense_gets_one_sentence_and_exit_code_2(
    tmp_path: Path, text: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    head = "timestamp,open,high,low,close,volume\n"
    rows = [f"2020-{1 + i // 28:02d}-{1 + i % 28:02d},1,2,0.5,1.5,100" for i in range(300)]
    (tmp_path / "short.csv").write_text(head + "\n".join(rows))
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "words.csv").write_text(head + "2020-01-01,1,2,0.5,many,100\n")
    (tmp_path / "tickets.csv").write_text("a,b\n1,2\n")
    (tmp_path / "run.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings():  # what it shows as a note
        warnings.simplefilter("default")
        assert main(["--home", "home", "run", "run.yaml", "--out", "report"]) == 2
    out, err = capsys.readouterr()
    *notes, sentence = err.splitlines()
    assert all(line.startswith("ml-analytics: note: ") for line in notes)
    assert sentence.startswith("ml-analytics: ")
    assert said in sentence
    assert "Traceback" not in out + err
    assert not (tmp_path / "report").exists()


def test_a_symbol_does_not_mix_two_sources(run_file: Path) -> None:
    cwd = run_file.parent
    (cwd / "other.csv").write_text((cwd / "bars.csv").read_text())
    (cwd / "other.yaml").write_text(
        run_file.read_text().replace("bars.csv", "other.csv").replace("small_run", "other")
    )
    assert cli("--home", "home", "ingest", "bars.csv", "--symbol", "SPX", cwd=cwd).returncode == 0
    done = cli("--home", "home", "run", "other.yaml", "--out", "report", cwd=cwd)
    assert done.returncode == 2
    assert "a symbol of its own" in done.stderr


def test_a_version_that_was_deleted_is_registered_and_served_anew(run_file: Path) -> None:
    run_file.write_text(run_file.read_text().replace("[logistic]", "[xgboost]"))
    cwd, arguments = run_file.parent, ["--home", "home", "run", str(run_file), "--out", "report"]
    assert cli(*arguments, cwd=cwd).returncode == 0
    registry = ModelRegistry(open_stores(cwd / "home"))
    registry.register_model("small_run", registry.get_model("small_run"), metrics={"accuracy": 0.99})
    registry.promote_version("small_run", "1.1.0", "staging")
    registry.delete("small_run", "1.0.0")
    done = cli(*arguments, cwd=cwd)
    assert done.returncode == 0, done.stderr
    figures = json.loads((cwd / "report" / "figures.json").read_text())
    assert figures["release"]["version"] == "1.2.0"
    assert figures["live"]["performance"]["version"] == "1.2.0"
    assert registered(cwd / "home")[0] == ["small_run:1.1.0", "small_run:1.2.0"]


def test_a_series_full_of_holes_is_refused_with_the_way_to_mend_it(run_file: Path) -> None:
    cwd = run_file.parent
    lines = (cwd / "bars.csv").read_text().splitlines()
    broken = [line if i % 5 else line.replace(",", ",-", 1) for i, line in enumerate(lines)]
    broken[0] = lines[0]
    (cwd / "bars.csv").write_text("\n".join(broken) + "\n")
    done = cli("--home", "home", "run", "run.yaml", "--out", "report", cwd=cwd)
    assert done.returncode == 2
    assert "usable for 90% of its bars. Got 1,120 of 1,400" in done.stderr
