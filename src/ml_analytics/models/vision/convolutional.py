"""Classes of images by a small convolutional network (LeCun et al. 1998)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import pandas as pd

from ...core.errors import ParameterError, PredictionError
from ...core.frames import Table
from ..base import matrix
from ..hyperparameters import Given, Hyperparameter, Integer
from ..neural import NeuralModel
from ..neural.design import MAX_VALUES, Design
from ..neural.flat import flattened, shape_of
from ..neural.parameters import CLASS_WEIGHT, LEARNING, MAX_HIDDEN
from ..neural.split import random_split
from ..task import Task

if TYPE_CHECKING:
    from ..neural.windows import Rows


def _is_shape(value: Any) -> bool:
    if value is None:
        return True
    whole = isinstance(value, (list, tuple)) and all(
        isinstance(one, (int, np.integer)) and not isinstance(one, bool) and one > 0 for one in value
    )
    return whole and len(value) in (2, 3) and math.prod(map(int, value)) <= MAX_VALUES


class ImageClassifier(NeuralModel):
    """Classes of small images: pairs of 3x3 convolutions, the image halved after each pair.

    X is an array (n_samples, height, width) in grey or (n_samples, height, width, channels), or a table of its
    pixels (n_samples, height x width x channels, row after row) with ``image_shape``. An image may have at most
    16,384 numbers (128 x 128 in grey, 73 x 73 in three colours): each is a column of the signature.

    Pixels are standardised for each channel with the training images, so 0 … 255 and 0 … 1 learn alike.
    Missing values are refused. The steps get smaller from epoch to epoch and all images are learnt from; with a
    ``validation_fraction`` that share, drawn at random, tells which epoch's weights are kept, and with
    ``patience`` when to stop. Compiles to ONNX.

    Args:
        image_shape: (height, width) or (height, width, channels) of images given as tables; arrays of images
            bring their own.
        hidden_size: channels of the first pair of convolutions; later ones have twice as many.
        dropout: share of what the convolutions found that is left out at random in training.
        weight_decay: pull of the weights to zero at each step.
        learning_rate: size of a step of AdamW.
        epochs: passes over the training images, at most.
        batch_size: images of one step.
        class_weight: ``"balanced"`` weighs classes by their rarity.
        patience: epochs without gain on the validation images until it stops; ``None`` for never.
        validation_fraction: share of the images that are not learnt from and tell which epoch was best.
        refit: learn anew from all images, for as many epochs as were best.
        device: ``"auto"`` takes a GPU where there is one, ``"cpu"``, ``"cuda"``.
        n_jobs: threads in training (``None``: one; -1: all cores); the last digits depend on it.
        random_state: seed; ``None`` is 0.

    >>> images = np.zeros((40, 6, 6))
    >>> images[:20, :, 2] = 1.0
    >>> images[20:, 2, :] = 1.0
    >>> model = ImageClassifier(hidden_size=4, learning_rate=0.02).fit(images, ["|"] * 20 + ["-"] * 20)
    >>> model.predict(images[[0, -1]]).tolist()
    ['|', '-']
    """

    model_type: ClassVar[str] = "image_classifier"
    task: ClassVar[Task] = "classification"
    purpose: ClassVar[str] = "A neural network of images"
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "image_shape": Given(
            "height, width and channels of images that come as tables",
            f"None, or 2 or 3 whole numbers whose product is at most {MAX_VALUES}",
            _is_shape,
        ),
        "hidden_size": Integer(
            "channels of the first convolutions", high=MAX_HIDDEN // 2, search=(8, 64), log=True
        ),
        **LEARNING,
        "class_weight": CLASS_WEIGHT,
    }

    image_: list[int]

    def __init__(
        self,
        *,
        image_shape: tuple[int, ...] | list[int] | None = None,
        hidden_size: int = 32,
        dropout: float = 0.3,
        weight_decay: float = 0.01,
        learning_rate: float = 0.002,
        epochs: int = 15,
        batch_size: int = 32,
        class_weight: str | None = None,
        patience: int | None = None,
        validation_fraction: float = 0.0,
        refit: bool = False,
        device: str = "auto",
        n_jobs: int | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.image_shape = image_shape
        self.hidden_size = hidden_size
        self.dropout = dropout
        self.weight_decay = weight_decay
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.batch_size = batch_size
        self.class_weight = class_weight
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.refit = refit
        self.device = device
        self.n_jobs = n_jobs
        self.random_state = random_state

    # -- input ---------------------------------------------------------------------------------------

    def _as_table(self, X: Any) -> Any:
        if getattr(X, "ndim", 0) not in (3, 4):
            return X
        images = np.asarray(X)
        shape = [*images.shape[1:], 1][:3]
        values = math.prod(shape)
        if not 1 <= values <= MAX_VALUES:
            must_be = f"images of 1 to {MAX_VALUES} numbers (make them smaller)"
            raise ParameterError.of(
                "X", type(self).__name__, must_be, f"{values} numbers of {images.shape[1:]}"
            )
        return flattened(images, shape)

    def _checked(self, X: Table) -> pd.DataFrame:
        self._require_fitted()
        if getattr(X, "ndim", 0) in (3, 4) and [*np.shape(X)[1:], 1][:3] != self.image_:
            raise PredictionError(f"The input must be images of {self.image_}. Got {list(np.shape(X)[1:])}.")
        return super()._checked(X)

    # -- what the base of networks calls -------------------------------------------------------------

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        given = [*map(int, self.image_shape), 1][:3] if self.image_shape is not None else None
        brought = shape_of(X)
        shape = brought or given
        name = type(self).__name__
        if shape is None:
            raise ParameterError.of("image_shape", name, "given for a table of pixels: (height, width)", None)
        if given is not None and (given != shape or math.prod(given) != X.shape[1]):
            found = brought or f"{X.shape[1]} columns"
            raise ParameterError.of("image_shape", name, f"that of the images, {found}", list(given))
        self.image_ = list(shape)
        super()._fit(X, y)

    def _shaped(self, X: pd.DataFrame) -> np.ndarray:
        return matrix(X).reshape(len(X), *self.image_)

    def _design(self, shape: tuple[int, ...], outputs: int) -> dict[str, Any]:
        _, height, width, channels = shape
        sizes = {"height": height, "width": width, "inputs": channels}
        return {"kind": "convolution", **sizes, "outputs": outputs, "hidden": int(self.hidden_size)}

    def _rows(self, values: Any, design: Design) -> Rows:
        from ..neural.windows import Ready

        return Ready(values.permute(0, 3, 1, 2).contiguous())

    def _split(self, rows: int, design: Design) -> tuple[np.ndarray, np.ndarray]:
        return random_split(rows, self.validation_fraction, self.random_state or 0)

    def _fits_signature(self) -> bool:
        sides = [self.design_[name] for name in ("height", "width", "inputs")]
        return bool(self.image_ == sides and math.prod(sides) == self._width)

    def _to_onnx(self) -> bytes | None:
        return self._network_to_onnx()

    def _stored_params(self) -> dict[str, Any]:
        params = super()._stored_params()
        shape = params["image_shape"]
        return {**params, "image_shape": None if shape is None else list(map(int, shape))}

    @classmethod
    def _small(cls) -> Self:
        return cls(hidden_size=4, epochs=3)

    @classmethod
    def _example(cls, rows: int, seed: int) -> tuple[Any, Any]:
        generator = np.random.default_rng(seed)
        images, lying = generator.normal(size=(rows, 6, 5)), generator.random(rows) < 0.5
        images[lying, 2, :] += 3.0
        images[~lying, :, 2] += 3.0
        return images, np.where(lying, "lying", "standing")
