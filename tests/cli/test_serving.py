from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest

from ml_analytics import MLSystem
from ml_analytics.cli import main


@pytest.fixture
def home(tmp_path: Path) -> str:
    X = np.arange(80.0).reshape(40, 2)
    with MLSystem(tmp_path, tenant_id="acme").stores as stores:
        MLSystem(stores, tenant_id="acme").train_model("half", "logistic", (X, (X[:, 0] > 40).astype(int)))
    return str(tmp_path)


def start(home: str) -> tuple[subprocess.Popen[str], str]:
    command = [
        sys.executable,
        "-m",
        "ml_analytics",
        "--home",
        home,
        "--tenant",
        "acme",
        "serve",
        "--port",
        "0",
    ]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    return process, process.stderr.readline().split()[2]


def infer(url: str, key: str | None = None) -> dict[str, object]:
    tensor = {"name": "x", "shape": [1, 2], "datatype": "FP64", "data": [70.0, 71.0]}
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    request = urllib.request.Request(
        f"{url}/v2/models/half/infer", json.dumps({"inputs": [tensor]}).encode(), headers
    )
    with urllib.request.urlopen(request) as response:
        answer: dict[str, object] = json.load(response)
    return answer


def test_serve_answers_and_stops_on_a_signal(home: str) -> None:
    process, url = start(home)
    try:
        outputs = infer(url)["outputs"]
        assert isinstance(outputs, list)
        assert outputs[0]["data"] == [1]
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        process.stderr.close()  # type: ignore[union-attr]


def test_with_a_key_everyone_needs_one(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    tenant = ["--home", home, "--tenant", "acme"]
    assert main([*tenant, "keys", "create", "app"]) == 0
    key = capsys.readouterr().out.strip()
    assert main([*tenant, "keys", "list", "--json"]) == 0
    listed = capsys.readouterr().out
    assert key not in listed
    assert [one["name"] for one in json.loads(listed)] == ["app"]
    process, url = start(home)
    try:
        with pytest.raises(urllib.error.HTTPError) as refused:
            infer(url)
        refused.value.close()
        assert refused.value.code == 401
        assert infer(url, key)["model_name"] == "half"
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        process.stderr.close()  # type: ignore[union-attr]
    assert main([*tenant, "keys", "revoke", "app"]) == 0
    assert main([*tenant, "monitor", "half"]) == 0
    assert "1 predictions" in capsys.readouterr().out


def test_a_taken_port_and_a_bind_beyond_loopback_are_one_sentence(
    home: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert main(["--home", home, "serve", "--port", port]) == 2
    assert port in capsys.readouterr().err
    assert main(["--home", home, "serve", "--host", "0.0.0.0", "--port", "0"]) == 2
    assert "loopback" in capsys.readouterr().err


def test_the_home_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "home").write_text("")
    assert main(["--home", str(tmp_path / "home"), "serve"]) == 2
    assert os.linesep not in capsys.readouterr().err.strip()
