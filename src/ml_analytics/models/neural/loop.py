"""Training by Lightning's Trainer with everything off that writes, prints or draws.

Imported only where torch is needed, inside :func:`.surroundings.training_alone`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import lightning.pytorch as lightning
import numpy as np
import torch
from lightning.fabric.plugins.environments.lightning import LightningEnvironment
from lightning.pytorch.strategies import SingleDeviceStrategy
from lightning.pytorch.strategies.launchers.launcher import _Launcher
from torch import Tensor, nn

from ...core.errors import TrainingError
from .checkpoint import Checkpoint, Standing
from .windows import Rows

_STEEPEST = 1.0  # longer gradients are shortened to this


@dataclass
class Lesson:
    """All that one training needs; tensors lie on the device it runs on."""

    network: nn.Module
    rows: Rows
    target: Tensor
    loss: Callable[[Tensor, Tensor], Tensor]
    train: np.ndarray
    validation: np.ndarray
    epochs: int
    """Passes over which the steps shrink to nothing."""
    until: int
    """The last pass of this training."""
    batch_size: int
    learning_rate: float
    weight_decay: float
    patience: int | None
    seed: int
    device: str
    tell: Callable[[int, int], None]
    checkpoint: Checkpoint | None = None


def learn(lesson: Lesson) -> list[float]:
    """Train ``lesson.network`` in place and leave it with the weights of its best epoch.

    Returned is the loss of each epoch, on the validation rows where there are some.

    Raises:
        TrainingError: the loss became infinite or not a number.
        KeyboardInterrupt: as it came, which Lightning's own handling would turn into the end of the process.
    """
    learner = _Learner(lesson)
    if learner.standing.epoch < lesson.until and not learner.settled:
        try:
            _trainer(lesson, learner.standing.epoch).fit(learner, _Batches(lesson, learner))
        except _Interrupted as interruption:
            raise interruption.cause from None
    lesson.network.load_state_dict(learner.best)
    return learner.standing.losses


class _Learner(lightning.LightningModule):
    """The steps of a training, and what happens between its epochs."""

    def __init__(self, lesson: Lesson) -> None:
        super().__init__()
        self.lesson, self.network = lesson, lesson.network
        self.summed, self.seen = torch.zeros((), device=lesson.device), 0
        found = lesson.checkpoint.read() if lesson.checkpoint is not None else None
        self.standing = found or Standing([], {})
        if found is not None:
            self.network.load_state_dict(_part(found.tensors, "now."))
        self.best = _part(found.tensors, "best.") if found is not None else _copied(self.network)

    @property
    def settled(self) -> bool:
        """Whether the last epochs brought no gain."""
        patience = self.lesson.patience if len(self.lesson.validation) else None
        return patience is not None and self.standing.epoch - self.standing.best_epoch >= patience

    def configure_optimizers(self) -> torch.optim.Optimizer:
        lesson = self.lesson
        optimizer = torch.optim.AdamW(
            self.network.parameters(),
            lesson.learning_rate,
            weight_decay=lesson.weight_decay,
            fused=lesson.device == "cpu",  # one call a step; on a GPU it does not go with mixed precision
        )
        if self.standing.tensors:
            _remember(optimizer, self.standing.tensors)
        return optimizer

    def on_train_epoch_start(self) -> None:
        lesson = self.lesson
        share = (1 + math.cos(math.pi * self.standing.epoch / lesson.epochs)) / 2
        for group in self.optimizers(use_pl_optimizer=False).param_groups:  # type: ignore[union-attr]
            group["lr"] = lesson.learning_rate * share
        # Each epoch has its own seed: one that goes on from a checkpoint draws what it would have drawn.
        torch.manual_seed(_seed(self.lesson.seed, self.standing.epoch))
        self.summed.zero_()
        self.seen = 0

    def training_step(self, batch: tuple[Tensor, Tensor], number: int) -> Tensor:
        loss = self.lesson.loss(self.network(batch[0]), batch[1])
        self.summed += loss.detach() * len(batch[1])
        self.seen += len(batch[1])
        return loss

    def on_train_epoch_end(self) -> None:
        loss = float(self._validate() if len(self.lesson.validation) else self.summed / self.seen)
        if not math.isfinite(loss):
            raise TrainingError(
                "The network did not learn: its loss became infinite. Give a smaller learning_rate.",
                stage="fit",
            )
        self.standing.losses.append(loss)
        if self.standing.best_epoch == self.standing.epoch:
            self.best = _copied(self.network)
        if self.lesson.checkpoint is not None:
            self.standing.tensors = self._tensors()
            self.lesson.checkpoint.write(self.standing)
        self.trainer.should_stop = self.settled
        self.lesson.tell(self.standing.epoch, self.lesson.until)

    @torch.no_grad()
    def _validate(self) -> Tensor:
        lesson, total = self.lesson, torch.zeros((), device=self.lesson.device)
        self.network.eval()
        for positions in _sliced(
            torch.as_tensor(lesson.validation, device=lesson.device), 4 * lesson.batch_size
        ):
            with self.trainer.precision_plugin.forward_context():
                loss = lesson.loss(self.network(lesson.rows.at(positions)), lesson.target[positions])
            total += loss * len(positions)
        self.network.train()
        return total / len(lesson.validation)

    def _tensors(self) -> dict[str, Tensor]:
        tensors = {f"now.{name}": one for name, one in self.network.state_dict().items()}
        tensors |= {f"best.{name}": one for name, one in self.best.items()}
        optimizer = self.optimizers(use_pl_optimizer=False)
        for number, memory in optimizer.state_dict()["state"].items():  # type: ignore[union-attr]
            tensors |= {f"optimizer.{number}.{name}": one for name, one in memory.items()}
        return tensors


@dataclass(frozen=True)
class _Batches:
    """The training rows in a new order each epoch, cut from tensors: no worker, no copy of a row at a time."""

    lesson: Lesson
    learner: _Learner

    def __len__(self) -> int:
        return math.ceil(len(self.lesson.train) / self.lesson.batch_size)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        lesson = self.lesson
        drawn = np.random.default_rng([lesson.seed, self.learner.standing.epoch]).permutation(lesson.train)
        for positions in _sliced(torch.as_tensor(drawn, device=lesson.device), lesson.batch_size):
            yield lesson.rows.at(positions), lesson.target[positions]


class _Interrupted(Exception):  # noqa: N818 - not an error: the user said stop
    """Carries an interruption past Lightning, which would end the process."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__()
        self.cause = cause


class _Direct(_Launcher):
    """Calls the training in this process."""

    is_interactive_compatible = True

    def launch(self, function: Callable[..., Any], *args: Any, trainer: Any = None, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except KeyboardInterrupt as interruption:
            raise _Interrupted(interruption) from interruption

    def kill(self, signum: Any) -> None:
        """Do nothing: there is no other process."""


class _OneDevice(SingleDeviceStrategy):
    """One device, and interruptions come through."""

    def _configure_launcher(self) -> None:
        self._launcher = _Direct()


def _trainer(lesson: Lesson, done: int) -> Any:
    card = lesson.device == "cuda"
    precision: Any = "32-true"
    if card:
        native = torch.cuda.is_bf16_supported(including_emulation=False)
        precision = "bf16-mixed" if native else "16-mixed"
    return lightning.Trainer(
        accelerator="gpu" if card else "cpu",
        devices=1,
        strategy=_OneDevice(device=_numbered(lesson.device)),
        plugins=[LightningEnvironment()],  # not what environment variables of a cluster say
        precision=precision,
        max_epochs=lesson.until - done,
        gradient_clip_val=_STEEPEST,
        barebones=True,  # no logger, no checkpoint, no progress bar, no summary, no trial run
    )


def _numbered(device: str) -> torch.device:
    """Return a device as Lightning sets it: a GPU by its number, the one that tensors sent to "cuda" lie on."""
    return torch.device(device, torch.cuda.current_device()) if device == "cuda" else torch.device(device)


def _sliced(positions: Tensor, size: int) -> Iterator[Tensor]:
    for start in range(0, len(positions), size):
        yield positions[start : start + size]


def _seed(seed: int, epoch: int) -> int:
    return int(np.random.SeedSequence([seed, epoch]).generate_state(1)[0])


def _copied(network: nn.Module) -> dict[str, Tensor]:
    return {name: one.detach().clone() for name, one in network.state_dict().items()}


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): one for name, one in tensors.items() if name.startswith(prefix)}


def _remember(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """Give an optimizer back what it knew."""
    state: dict[int, dict[str, Tensor]] = {}
    for name, one in _part(tensors, "optimizer.").items():
        number, _, key = name.partition(".")
        state.setdefault(int(number), {})[key] = one
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
