"""The base of the neural families: from a table to a trained network and from a network to answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import pandas as pd

from ...core.canonical import canonical_json, sha256
from ...core.errors import ParameterError, UnsafeArtifactError
from ...core.frames import Table
from ...core.optional import require
from ...core.progress import Progress
from ...core.signature import FLOAT32_MAX
from ..base import NUMBERS, BaseModel
from ..hyperparameters import Hyperparameter
from ..state import state_from_files
from .design import Design, heads
from .parameters import LEARNING
from .scaling import mean_and_scale, standardise
from .store import WEIGHTS, for_answers, network_from_bytes, network_to_bytes

if TYPE_CHECKING:
    from torch import nn

    from .checkpoint import Checkpoint
    from .windows import Rows

_BATCH_NUMBERS = 1 << 21
_BATCH_ROWS = 1024


class NeuralModel(BaseModel):
    """What every neural family does alike; a family says what its rows and its network are.

    A family writes ``_shaped`` (the table as an array whose last axis is standardised), ``_design`` (the network
    for such an array), ``_rows`` (how the network reads it) and ``_split`` (what validates). Inputs are
    standardised with the training rows; networks learn in 32 bits and answer in 64, so that the answer for a
    row does not depend on its neighbours in a batch. Loaded models need torch, not Lightning.
    """

    accepts = NUMBERS
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = LEARNING
    purpose: ClassVar[str] = "A neural network"

    dropout: float
    weight_decay: float
    learning_rate: float
    epochs: int
    batch_size: int
    patience: int | None
    validation_fraction: float
    refit: bool
    device: str
    n_jobs: int | None
    random_state: int | None
    class_weight: str | None = None

    losses_: list[float]
    best_epoch_: int
    _network: nn.Module | None = None
    _checkpoint: str | Path | None = None

    def fit(
        self,
        X: Table,
        y: Any = None,
        *,
        sample_weight: Any = None,
        progress: Progress | None = None,
        checkpoint: str | Path | None = None,
    ) -> Self:
        """Learn from X and y; ``progress`` hears of each epoch.

        Afterwards ``losses_`` holds the loss of each epoch (on the validation rows where there are some) and
        ``best_epoch_`` the epoch whose weights were kept. Validation rows are not learnt from, unless ``refit``
        says so: then a second network learns from all rows, for as many epochs as were best.

        Args:
            X: rows; see the class.
            y: targets, one for each row.
            sample_weight: refused: networks do not learn from weights of rows.
            progress: a listener.
            checkpoint: a file that keeps the state of the training after each epoch (and others beside it).
                An interrupted fit on the same data, called again with it, goes on after the last epoch and ends
                as if there had been no interruption; the file is removed when the fit is done. A file of another
                training is not used and is overwritten.

        Raises:
            ParameterError: an unusable parameter or target; a GPU asked for that is not there.
            DataProcessingError: no rows, missing or infinite values, text.
            MissingExtraError: torch or Lightning is not installed.
            TrainingError: the loss became infinite.
        """
        with self._keeping(checkpoint):
            return super().fit(X, y, sample_weight=sample_weight, progress=progress)

    @contextmanager
    def _keeping(self, checkpoint: str | Path | None) -> Iterator[None]:
        """Hand the path to ``_fit``, without making it a part of the model."""
        self._checkpoint = checkpoint
        try:
            yield
        finally:
            self.__dict__.pop("_checkpoint", None)

    # -- what a family writes ------------------------------------------------------------------------

    def _shaped(self, X: pd.DataFrame) -> np.ndarray:
        raise NotImplementedError

    def _design(self, shape: tuple[int, ...], outputs: int) -> dict[str, Any]:
        raise NotImplementedError

    def _rows(self, values: Any, design: Design) -> Rows:
        raise NotImplementedError

    def _split(self, rows: int, design: Design) -> tuple[np.ndarray, np.ndarray]:
        raise NotImplementedError

    def _hear_out(self, X: pd.DataFrame, target: np.ndarray, rows: np.ndarray) -> None:
        """Look at the first network and the rows that it was judged by (all, where none were held out)."""

    # -- learning ------------------------------------------------------------------------------------

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        self._torch()
        require("safetensors", "torch", self.purpose)
        shaped, target = self._shaped(X), np.asarray(y)
        outputs = len(self.classes_) if self.task == "classification" else 1
        design = self._design(shaped.shape, outputs)
        train, validation = self._split(len(shaped), design)
        kept = [self._study(shaped, target, design, train, validation, self._checkpoint)]
        self._hear_out(X, target, validation if len(validation) else train)
        if self.refit and len(validation):
            losses, best = self.losses_, self.best_epoch_
            second = None if self._checkpoint is None else f"{self._checkpoint}.all"
            every, none = np.arange(len(shaped)), np.arange(0)
            kept.append(self._study(shaped, target, design, every, none, second, until=best))
            self.losses_, self.best_epoch_ = losses, best
        for checkpoint in kept:
            if checkpoint is not None:
                checkpoint.remove()

    def _study(
        self,
        shaped: np.ndarray,
        target: np.ndarray,
        design: dict[str, Any],
        train: np.ndarray,
        validation: np.ndarray,
        path: str | Path | None,
        until: int | None = None,
    ) -> Checkpoint | None:
        """Train a new network, keep it and what it was standardised with, and return where its standing lies."""
        torch = self._torch()
        mean, scale = mean_and_scale(shaped[train])
        if self.task != "classification":
            middle, spread = _middle_and_spread(target, train, f"{type(self).__name__}.fit")
            target = ((target - middle) / spread).astype(np.float32)
            self.middle_, self.spread_ = middle, spread
        values = standardise(shaped, mean, scale).astype(np.float32)
        from .surroundings import device_for, threads_for, training_alone

        device, seed = device_for(self.device), self.random_state or 0
        with training_alone(seed, device, threads_for(self.n_jobs)):
            require("lightning.pytorch", "torch", self.purpose)
            from .loop import Lesson, learn
            from .networks import build

            network = build(design, self.dropout)
            lesson = Lesson(
                network=network.to(device),
                rows=self._rows(torch.from_numpy(values).to(device), design),
                target=torch.from_numpy(target).to(device),
                loss=self._loss(torch, target[train], design["outputs"], device),
                train=train,
                validation=validation,
                epochs=self.epochs,
                until=until or self.epochs,
                batch_size=self.batch_size,
                learning_rate=self.learning_rate,
                weight_decay=self.weight_decay,
                patience=self.patience,
                seed=seed,
                device=device,
                tell=self._tell,
                checkpoint=self._standing_at(path, design, values, target),
            )
            losses = learn(lesson)
        self._network, self.design_ = for_answers(network.cpu()), design
        self.mean_, self.scale_ = mean, scale
        self.losses_, self.best_epoch_ = losses, losses.index(min(losses)) + 1
        return lesson.checkpoint

    def _torch(self) -> Any:
        torch = require("torch", "torch", self.purpose)
        if self.device == "cuda" and not torch.cuda.is_available():
            raise ParameterError.of(
                "device", type(self).__name__, "one that is there: no GPU was found", "cuda"
            )
        return torch

    def _standing_at(
        self, path: str | Path | None, design: Design, values: np.ndarray, target: np.ndarray
    ) -> Checkpoint | None:
        if path is None:
            return None
        from .checkpoint import Checkpoint

        settings = {**self._stored_params(), "type": type(self).__name__, "design": dict(design)}
        parts = (canonical_json(settings).encode(), values.tobytes(), target.tobytes())
        return Checkpoint(path, sha256("".join(map(sha256, parts)).encode()))

    def _loss(self, torch: Any, target: np.ndarray, outputs: int, device: str) -> Any:
        functional = torch.nn.functional
        if self.task != "classification":
            return lambda found, wanted: functional.mse_loss(found[:, 0], wanted)
        if self.class_weight is None:
            return functional.cross_entropy
        weight = torch.from_numpy(balanced_weights(target, outputs)).to(device)
        return lambda found, wanted: functional.cross_entropy(found, wanted, weight=weight)

    # -- answering -----------------------------------------------------------------------------------

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        scores = self._scores(X)
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        result: np.ndarray = shares / shares.sum(axis=1, keepdims=True)
        return result

    def _scores(self, X: pd.DataFrame) -> np.ndarray:
        """Return what the network gives for each row, (n_samples, outputs), computed in batches."""
        return self._scores_of(self._shaped(X), self._rows)

    def _scores_of(
        self, shaped: np.ndarray, reading: Callable[[Any, Design], Rows], *, single: bool = False
    ) -> np.ndarray:
        """Return the scores of an array as :meth:`_shaped` gives it; ``reading`` makes rows of its tensor.

        ``single`` computes in 32 bits, several times as fast, where the last digits may depend on the batch.
        """
        import torch

        from .surroundings import device_for

        assert self._network is not None  # noqa: S101 - the base has checked that it is fitted
        self._torch()
        device = device_for(self.device)
        network = self._network
        if device != "cpu" or single:
            network = deepcopy(network).to(device, torch.float32 if single else torch.float64)
        values = standardise(shaped, self.mean_, self.scale_).astype(np.float32 if single else np.float64)
        rows = reading(torch.from_numpy(values).to(device), self.design_)
        size = self._batch_rows()
        with torch.inference_mode():
            found = [
                network(rows.at(torch.arange(start, min(start + size, len(rows)), device=device))).cpu()
                for start in range(0, len(rows), size)
            ]
        scores: np.ndarray = torch.cat(found).numpy()
        return scores

    def _batch_rows(self) -> int:
        """Return how many rows are computed at once, so that memory stays bounded."""
        design = self.design_
        if design["kind"] == "convolution":
            one = design["height"] * design["width"] * max(design["inputs"], 2 * design["hidden"])
        else:
            wide = max(design["inputs"], 4 * design["hidden"], heads(design["hidden"]) * design["length"])
            one = design["length"] * wide
        return int(max(1, min(_BATCH_ROWS, _BATCH_NUMBERS // one)))

    def _network_to_onnx(self) -> bytes:
        """Return the network over flat rows, with its scaling, as ONNX."""
        from .graph import network_to_onnx

        assert self._network is not None  # noqa: S101 - the caller has checked that it is fitted
        weights = {name: one.numpy() for name, one in self._network.state_dict().items()}
        unit = None if self.task == "classification" else (self.middle_, self.spread_)
        return network_to_onnx(self.design_, weights, self.mean_, self.scale_, unit)

    # -- keeping -------------------------------------------------------------------------------------

    def _state(self) -> dict[str, bytes]:
        assert self._network is not None  # noqa: S101 - the writer has checked that it is fitted
        return {**super()._state(), WEIGHTS: network_to_bytes(self._network)}

    def _restore(self, files: Mapping[str, bytes]) -> None:
        state_from_files(self, {name: data for name, data in files.items() if name != WEIGHTS})
        self._network = network_from_bytes(self.design_, files[WEIGHTS])
        outputs = len(self.signature.classes) if self.signature and self.signature.classes else 1
        sound = (
            self.design_["outputs"] == outputs
            and self.design_["inputs"] == len(self.mean_) == len(self.scale_)
            and self.mean_.dtype == self.scale_.dtype == np.float64
            and self.mean_.ndim == self.scale_.ndim == 1
            and bool(np.isfinite(self.mean_).all() and (self.scale_ > 0).all())
            and self._fits_signature()
        )
        if not sound:
            raise UnsafeArtifactError("The network of a stored model must fit its signature. Got another.")

    def _fits_signature(self) -> bool:
        return bool(self.design_["inputs"] == self._width)


def balanced_weights(target: np.ndarray, classes: int) -> np.ndarray:
    """Return a weight for each class, n / (k n_c) over the k classes that are there; 0 for those that are not.

    >>> balanced_weights(np.array([0, 0, 1, 1]), 3).tolist()
    [1.0, 1.0, 0.0]
    """
    counts = np.bincount(target, minlength=classes)
    present = int((counts > 0).sum())
    return np.divide(len(target), present * counts, out=np.zeros(classes), where=counts > 0).astype(
        np.float32
    )


def _middle_and_spread(target: np.ndarray, train: np.ndarray, owner: str) -> tuple[float, float]:
    largest = float(np.abs(target).max())
    if largest > FLOAT32_MAX:
        raise ParameterError.of("y", owner, "of 32-bit numbers", largest)
    middle, spread = mean_and_scale(target[train, None])
    return float(middle[0]), float(spread[0])
