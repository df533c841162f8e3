"""What training leaves as it was, how it stops, how it goes on, and that it repeats."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import types
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ml_analytics import ParameterError, TrainingError
from ml_analytics.core.errors import MissingExtraError
from ml_analytics.models import BaseModel, dump_model, load_model
from ml_analytics.models.regime import NNRegimeDetector
from ml_analytics.models.sequence import LSTMClassifier, TransformerClassifier
from ml_analytics.models.vision import ImageClassifier

ROWS = 150
SETTINGS: dict[str, Any] = {"hidden_size": 8, "num_layers": 1, "sequence_length": 4, "epochs": 6}


def data(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    X = np.random.default_rng(seed).normal(size=(ROWS, 3))
    return X, (X[:, 0] > 0).astype(int)


class Listener:
    """Counts epochs and, at one of them, does something."""

    def __init__(self, at: int = 0, act: Any = None) -> None:
        self.heard: list[tuple[int, int]] = []
        self.at, self.act = at, act

    def stage(self, name: str) -> None:
        pass

    def say(self, text: str) -> None:
        pass

    def advance(self, done: int, total: int) -> None:
        self.heard.append((done, total))
        if done == self.at:
            self.act()


def stop() -> None:
    raise KeyboardInterrupt


# -- surroundings ------------------------------------------------------------------------------------


def surroundings() -> dict[str, Any]:
    kernels: Any = torch.utils.deterministic
    return {
        "random": torch.random.get_rng_state().tolist(),
        "numpy": str(np.random.get_state()),
        "threads": torch.get_num_threads(),
        "dtype": torch.get_default_dtype(),
        "repeatable": torch.are_deterministic_algorithms_enabled(),
        "warn_only": torch.is_deterministic_algorithms_warn_only_enabled(),
        "filled": kernels.fill_uninitialized_memory,
        "gradients": torch.is_grad_enabled(),
        "signals": [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)],
        "warnings": warnings.formatwarning,
        "level": logging.getLogger("lightning.pytorch").level,
        "environment": dict(os.environ),
        "files": sorted(path.name for path in Path().iterdir()),
    }


@pytest.mark.parametrize("interrupted", [False, True])
def test_everything_is_as_before(
    interrupted: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORLD_SIZE", "4")  # what a cluster sets does not concern one fit
    monkeypatch.setenv("SLURM_NTASKS", "4")
    LSTMClassifier(**SETTINGS).fit(*data())  # what torch sets once and for all is set
    torch.manual_seed(3)
    torch.use_deterministic_algorithms(True, warn_only=True)
    kernels: Any = torch.utils.deterministic
    kernels.fill_uninitialized_memory = True
    before = surroundings()
    try:
        model = LSTMClassifier(**SETTINGS)
        if interrupted:
            with pytest.raises(KeyboardInterrupt):
                model.fit(*data(), progress=Listener(2, stop))
        else:
            load_model(dump_model(model.fit(*data()))).predict(data()[0])
        assert surroundings() == before
    finally:
        torch.use_deterministic_algorithms(False)
    assert capfd.readouterr() == ("", "")


def test_a_fit_inside_no_grad_and_double_precision_is_the_same() -> None:
    expected = dump_model(LSTMClassifier(**SETTINGS).fit(*data()))
    torch.set_default_dtype(torch.float64)
    try:
        with torch.inference_mode():
            assert dump_model(LSTMClassifier(**SETTINGS).fit(*data())) == expected
    finally:
        torch.set_default_dtype(torch.float32)


def test_ctrl_c_in_the_middle_of_a_step_comes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lightning would ignore Ctrl-C from then on and end the process."""
    model = LSTMClassifier(**SETTINGS).fit(*data())
    stored = dump_model(model)
    # A shell starts what runs in the background with Ctrl-C ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            model.fit(*data(1), progress=Listener(3, lambda: signal.raise_signal(signal.SIGINT)))
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert dump_model(model) == stored


def test_fits_in_threads_do_not_disturb_each_other() -> None:
    expected = dump_model(LSTMClassifier(**SETTINGS).fit(*data()))
    found: list[bytes] = []
    workers = [
        threading.Thread(target=lambda: found.append(dump_model(LSTMClassifier(**SETTINGS).fit(*data()))))
        for _ in range(3)
    ]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert found == [expected] * 3


def test_asking_a_loaded_model_imports_no_lightning(tmp_path: Path) -> None:
    path = LSTMClassifier(**SETTINGS).fit(*data()).save(tmp_path / "model")
    code = (
        "import sys, numpy as np, ml_analytics.models as m\n"
        "assert 'torch' not in sys.modules\n"
        f"m.read_model({str(path)!r}).predict(np.zeros((3, 3)))\n"
        "assert 'torch' in sys.modules and 'lightning' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# -- what is learnt ----------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [None, 2])
@pytest.mark.parametrize("family", [LSTMClassifier, TransformerClassifier])
def test_the_same_seed_gives_the_same_bytes_whatever_torch_is_set_to(family: Any, jobs: int | None) -> None:
    made = []
    for threads in (1, 2):
        before = torch.get_num_threads()
        torch.set_num_threads(threads)
        try:
            made.append(dump_model(family(**SETTINGS, dropout=0.3, n_jobs=jobs).fit(*data())))
        finally:
            torch.set_num_threads(before)
    assert made[0] == made[1]
    assert dump_model(family(**SETTINGS, dropout=0.3, n_jobs=jobs, random_state=1).fit(*data())) != made[0]


def test_training_equals_a_plain_loop_of_torch() -> None:
    """An oracle: the same seeds, batches and steps without Lightning."""
    import math

    from ml_analytics.models.neural.loop import _seed
    from ml_analytics.models.neural.networks import build

    X, y = data()
    model = LSTMClassifier(**SETTINGS, validation_fraction=0.0, patience=None).fit(X, y)
    values = torch.from_numpy(((X - X.mean(axis=0)) / X.std(axis=0)).clip(-10, 10).astype(np.float32))
    windows = torch.stack([values[[max(0, t - back) for back in (3, 2, 1, 0)]] for t in range(ROWS)])
    target, losses = torch.from_numpy(y), []
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = build(model.design_, 0.1)
        optimizer = torch.optim.AdamW(network.parameters(), 0.002, weight_decay=0.01)
        for epoch in range(6):
            optimizer.param_groups[0]["lr"] = 0.002 * (1 + math.cos(math.pi * epoch / 6)) / 2
            torch.manual_seed(_seed(0, epoch))
            total = 0.0
            drawn = torch.from_numpy(np.random.default_rng([0, epoch]).permutation(ROWS))
            for batch in (drawn[start : start + 64] for start in range(0, ROWS, 64)):
                optimizer.zero_grad()
                loss = torch.nn.functional.cross_entropy(network(windows[batch]), target[batch])
                loss.backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
                optimizer.step()
                total += float(loss.detach()) * len(batch)
            losses.append(total / ROWS)
    np.testing.assert_allclose(model.losses_, losses, rtol=1e-5)


def test_progress_hears_of_each_epoch() -> None:
    listener = Listener()
    LSTMClassifier(**SETTINGS).fit(*data(), progress=listener)
    assert listener.heard == [(epoch, 6) for epoch in range(1, 7)]


def test_it_stops_when_the_validation_rows_see_no_gain_and_keeps_the_best_weights() -> None:
    X, _ = data()
    y = np.random.default_rng(1).integers(0, 2, ROWS)  # nothing to learn: more epochs only learn by heart
    model = LSTMClassifier(**{**SETTINGS, "epochs": 60}, learning_rate=0.05, patience=3).fit(X, y)
    assert len(model.losses_) < 60
    assert len(model.losses_) == model.best_epoch_ + 3
    validation = slice(ROWS - int(ROWS * 0.2), None)
    shares = model.predict_proba(X)[validation]
    loss = -np.log(shares[np.arange(len(shares)), y[validation]]).mean()
    assert loss == pytest.approx(min(model.losses_), rel=1e-4)


def test_a_rate_that_is_far_too_high_is_said() -> None:
    X, _ = data()
    from ml_analytics.models.sequence import LSTMRegressor

    with pytest.raises(TrainingError, match="smaller learning_rate"):
        LSTMRegressor(**SETTINGS, learning_rate=1.0, weight_decay=10.0, validation_fraction=0.0).set_params(
            epochs=400
        ).fit(X, X[:, 0])


# -- all rows, once it is known when to stop ---------------------------------------------------------


@pytest.mark.parametrize("family", [LSTMClassifier, ImageClassifier])
def test_refit_learns_from_all_rows_for_as_many_epochs_as_were_best(family: Any) -> None:
    settings: dict[str, Any] = {**SETTINGS, "epochs": 40, "learning_rate": 0.05}
    X, _ = data()
    y = np.random.default_rng(1).integers(0, 2, ROWS)  # nothing to learn: it stops early
    if family is ImageClassifier:
        settings = {"hidden_size": 4, "epochs": 40, "learning_rate": 0.05, "image_shape": (1, 3)}
    held = family(**settings, validation_fraction=0.2, patience=3).fit(X, y)
    again = family(**settings, validation_fraction=0.2, patience=3, refit=True).fit(X, y)
    assert (again.losses_, again.best_epoch_) == (
        held.losses_,
        held.best_epoch_,
    )  # said of the first training
    assert held.best_epoch_ < 37
    if family is LSTMClassifier:
        np.testing.assert_allclose(again.mean_, X.mean(axis=0))
        np.testing.assert_allclose(held.mean_, X[: 120 - 4].mean(axis=0))
    # An oracle: a training without validation rows whose steps shrink alike, interrupted after the best epoch.
    straight = family(**settings, validation_fraction=0.0, patience=None)
    seen: list[Any] = []
    from ml_analytics.models.neural import loop

    plain = loop.learn

    def until(lesson: Any) -> list[float]:
        seen.append(lesson)
        lesson.until = held.best_epoch_
        return plain(lesson)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "learn", until)
        straight.fit(X, y)
    assert len(seen) == 1
    np.testing.assert_array_equal(straight.predict_proba(X), again.predict_proba(X))


def test_an_interrupted_refit_goes_on_in_its_second_training(tmp_path: Path) -> None:
    model = LSTMClassifier(**SETTINGS, refit=True, dropout=0.3)
    path, whole = tmp_path / "training.checkpoint", Listener()
    expected = dump_model(LSTMClassifier(**SETTINGS, refit=True, dropout=0.3).fit(*data(), progress=whole))
    best = whole.heard[-1][1]
    assert whole.heard == [(one, 6) for one in range(1, 7)] + [(one, best) for one in range(1, best + 1)]
    assert best > 1
    calls: list[int] = []

    def second() -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        model.fit(*data(), progress=Listener(1, second), checkpoint=path)
    listener = Listener()
    assert dump_model(model.fit(*data(), progress=listener, checkpoint=path)) == expected
    assert listener.heard == [(one, best) for one in range(2, best + 1)]
    assert list(tmp_path.iterdir()) == []


# -- checkpoints -------------------------------------------------------------------------------------

FAMILIES: list[BaseModel] = [
    LSTMClassifier(**SETTINGS, dropout=0.3),
    TransformerClassifier(**SETTINGS, dropout=0.3),
    NNRegimeDetector(3, 2, 8, 1, sequence_length=4, epochs=6, dropout=0.2),
    ImageClassifier(image_shape=(1, 3), hidden_size=4, epochs=6),
]


def interrupt(model: Any, path: Path, at: int, seed: int = 0) -> None:
    with pytest.raises(KeyboardInterrupt):
        model.fit(*data(seed), progress=Listener(at, stop), checkpoint=path)


@pytest.mark.parametrize("model", FAMILIES, ids=lambda one: one.model_type)
def test_c17_an_interrupted_training_goes_on_and_ends_alike(model: Any, tmp_path: Path) -> None:
    from sklearn.base import clone

    path = tmp_path / "training.checkpoint"
    expected = dump_model(clone(model).fit(*data()))
    interrupt(clone(model), path, at=3)
    listener = Listener()
    assert dump_model(clone(model).fit(*data(), progress=listener, checkpoint=path)) == expected
    assert [done for done, _ in listener.heard] == [4, 5, 6]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", [b"", b"not a checkpoint", None])
def test_c17_a_damaged_checkpoint_gives_way_to_the_one_before(damage: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "training.checkpoint"
    expected = dump_model(LSTMClassifier(**SETTINGS).fit(*data()))
    interrupt(LSTMClassifier(**SETTINGS), path, at=4)
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 0x40
    path.write_bytes(bytes(whole) if damage is None else damage)
    listener = Listener()
    model = LSTMClassifier(**SETTINGS).fit(*data(), progress=listener, checkpoint=path)
    assert [done for done, _ in listener.heard] == [4, 5, 6]
    assert dump_model(model) == expected


def test_a_checkpoint_of_another_training_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "training.checkpoint"
    interrupt(LSTMClassifier(**SETTINGS), path, at=3)
    for other, seed in ((SETTINGS, 1), ({**SETTINGS, "learning_rate": 0.01}, 0)):
        kept = path.read_bytes()
        listener = Listener()
        model = LSTMClassifier(**other).fit(*data(seed), progress=listener, checkpoint=path)
        assert listener.heard[0] == (1, 6)
        assert dump_model(model) == dump_model(LSTMClassifier(**other).fit(*data(seed)))
        path.write_bytes(kept)


def test_where_a_checkpoint_lay_is_not_in_the_model(tmp_path: Path) -> None:
    model = LSTMClassifier(**SETTINGS).fit(*data(), checkpoint=tmp_path / "here")
    assert dump_model(model) == dump_model(LSTMClassifier(**SETTINGS).fit(*data()))


# -- what is not there -------------------------------------------------------------------------------


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_said() -> None:
    with pytest.raises(ParameterError, match=r"'device'.*no GPU was found"):
        LSTMClassifier(**SETTINGS, device="cuda").fit(*data())


@pytest.mark.parametrize(("native", "precision"), [(True, "bf16-mixed"), (False, "16-mixed")])
def test_lightning_is_given_a_gpu_as_torch_takes_it(
    native: bool, precision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a GPU: what the trainer is made of, and the calls that Lightning makes of torch with it."""
    from lightning.pytorch.accelerators.cuda import CUDAAccelerator

    from ml_analytics.models.neural import loop

    chosen: list[int] = []
    cuda = torch.cuda
    monkeypatch.setattr(cuda, "is_available", lambda: True)
    monkeypatch.setattr(cuda, "device_count", lambda: 2)
    monkeypatch.setattr(cuda, "current_device", lambda: 1)
    monkeypatch.setattr(cuda, "get_device_capability", lambda device: (7, 5))
    monkeypatch.setattr(
        cuda, "is_bf16_supported", lambda including_emulation=True: native or including_emulation
    )
    monkeypatch.setattr(
        cuda, "set_device", lambda device: chosen.append(cuda._utils._get_device_index(device))
    )
    monkeypatch.setattr(CUDAAccelerator, "parse_devices", staticmethod(lambda devices: [0]))
    monkeypatch.setattr(CUDAAccelerator, "is_available", staticmethod(lambda: True))
    lesson: Any = types.SimpleNamespace(device="cuda", until=3)
    trainer = loop._trainer(lesson, 0)
    trainer.strategy.accelerator.setup_device(trainer.strategy.root_device)
    assert chosen == [1]  # the one on which tensors sent to "cuda" lie
    assert trainer.precision == precision  # 16 bits that a card only emulates would be slower than 32


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU, which most machines have not")
def test_on_a_gpu_it_learns_and_answers_as_on_a_cpu() -> None:
    X, y = data()
    model = LSTMClassifier(**{**SETTINGS, "epochs": 30}, learning_rate=0.02, device="cuda").fit(X, y)
    assert (model.predict(X) == y).mean() > 0.9
    alike = load_model(dump_model(model)).set_params(device="cpu")
    np.testing.assert_allclose(alike.predict_proba(X), model.predict_proba(X), atol=1e-9)


@pytest.mark.parametrize("absent", ["torch", "lightning", "safetensors"])
def test_the_extra_is_named_where_it_is_missing(absent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [one for one in sys.modules if one.split(".")[0] == absent]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, absent, None)
    if absent == "lightning":
        monkeypatch.delitem(sys.modules, "ml_analytics.models.neural.loop", raising=False)
    with pytest.raises(MissingExtraError, match=r"ml-analytics\[torch\]"):
        LSTMClassifier(**SETTINGS).fit(*data())
