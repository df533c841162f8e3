"""A sentence encoder from a local folder: ``model.onnx`` and ``tokenizer.json``, run by ONNX Runtime.

Nothing is downloaded. The graph may hold no loops, branches, functions or external data; it is run on one thread, with
texts cut at :data:`MOST_TOKENS` pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...core.canonical import sha256
from ...core.errors import ModelLoadError, ParameterError, UnsafeArtifactError
from ...core.optional import require
from ..onnx_guard import OPERATORS

MOST_TOKENS = 256
"""How many pieces of a text are read."""

MAX_BYTES = 1 << 30
"""The largest encoder."""

MOST_OPERATORS = 5000
"""The most operators of an encoder: twelve layers have about a thousand."""

ENCODER_OPERATORS = OPERATORS | {
    "And", "Constant", "ConstantOfShape", "CumSum", "Dropout", "Erf", "Expand", "FastGelu", "Gelu", "Mod", "Or",
    "Range", "Reciprocal", "ReduceMax", "ReduceMin", "ReduceL2", "Split",
}  # fmt: skip
"""The operators of sentence encoders."""

_INPUTS = {"input_ids", "attention_mask", "token_type_ids"}
_BATCH = 32


class SentenceEncoder:
    """Texts to vectors of length 1: the graph's sentence vector, or the mean over its tokens.

    Raises:
        MissingExtraError: the package ``tokenizers`` (extra ``text``) is missing.
        UnsafeArtifactError: a graph or tokenizer that is not one, or could loop or read other files.
    """

    def __init__(self, graph: bytes, tokenizer: bytes) -> None:
        import onnxruntime

        check_encoder(graph)
        self.graph, self.tokenizer = graph, tokenizer
        self._pieces = _tokenizer(tokenizer)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise UnsafeArtifactError("The sentence encoder cannot be loaded by ONNX Runtime.") from error
        self._names = [one.name for one in self._session.get_inputs()]
        outputs = [one.name for one in self._session.get_outputs()]
        self._output = "sentence_embedding" if "sentence_embedding" in outputs else outputs[0]

    @classmethod
    def from_folder(cls, folder: str) -> SentenceEncoder:
        """Read ``model.onnx`` (or ``onnx/model.onnx``) and ``tokenizer.json``.

        Raises:
            ParameterError: the folder has no such files, or larger ones.
        """
        graph, tokenizer = read_folder(folder)
        return cls(graph, tokenizer)

    @property
    def digests(self) -> dict[str, str]:
        """The SHA-256 of both files."""
        return {"model.onnx": sha256(self.graph), "tokenizer.json": sha256(self.tokenizer)}

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return (n_texts, width) float32 vectors of length 1 (0 for a text without any token).

        Raises:
            ModelLoadError: the encoder fails on a text, or its answer is not a vector for each.
        """
        parts = [self._batch(texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)]
        return np.vstack(parts)

    def _batch(self, texts: Sequence[str]) -> np.ndarray:
        found = [one.ids[:MOST_TOKENS] for one in self._pieces.encode_batch(list(texts))]
        width = max(1, *map(len, found))
        ids, mask = np.zeros((len(texts), width), np.int64), np.zeros((len(texts), width), np.int64)
        for row, one in enumerate(found):
            ids[row, : len(one)], mask[row, : len(one)] = one, 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        try:
            raw = np.asarray(
                self._session.run([self._output], {name: given[name] for name in self._names})[0]
            )
        except Exception as error:
            raise ModelLoadError(
                "The sentence encoder cannot answer: its files do not fit each other."
            ) from error
        if raw.ndim == 3 and raw.shape[:2] == ids.shape:
            weights = mask[:, :, None].astype(np.float32)
            raw = (raw * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1.0)
        if raw.ndim != 2 or len(raw) != len(texts) or not np.isfinite(raw).all():
            raise ModelLoadError("A sentence encoder must give a finite vector for each text.")
        vectors: np.ndarray = (raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-12)).astype(
            np.float32
        )
        return vectors


def read_folder(folder: str) -> tuple[bytes, bytes]:
    """Return the graph and the tokenizer of a folder.

    Raises:
        ParameterError: no such files, or larger ones than :data:`MAX_BYTES`.
    """
    root = Path(folder)
    graph = next((one for one in (root / "model.onnx", root / "onnx" / "model.onnx") if one.is_file()), None)
    tokenizer = root / "tokenizer.json"
    if graph is None or not tokenizer.is_file():
        must_be = "a folder with model.onnx and tokenizer.json"
        raise ParameterError.of("embeddings", "text_classifier", must_be, root.name)
    if graph.stat().st_size + tokenizer.stat().st_size > MAX_BYTES:
        raise ParameterError.of("embeddings", "text_classifier", f"at most {MAX_BYTES} bytes", root.name)
    return graph.read_bytes(), tokenizer.read_bytes()


def check_encoder(data: bytes) -> None:
    """Refuse a graph that could loop or read other files.

    Raises:
        UnsafeArtifactError: such a graph, or one that is not a sentence encoder.
    """
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

    try:
        model = onnx.load_model_from_string(data)
    except (DecodeError, ValueError) as error:
        raise UnsafeArtifactError("A sentence encoder must be ONNX. Got other bytes.") from error
    graph = model.graph
    inputs = {one.name for one in graph.input} - {one.name for one in graph.initializer}
    kinds = (onnx.AttributeProto.GRAPH, onnx.AttributeProto.GRAPHS)
    plain = (
        not model.functions
        and not model.training_info
        and not graph.sparse_initializer
        and len(graph.node) <= MOST_OPERATORS
        and all(one.type not in kinds for node in graph.node for one in node.attribute)
    )
    if not plain:
        raise UnsafeArtifactError("A sentence encoder must be one plain graph without loops and functions.")
    unknown = next((node.op_type for node in graph.node if node.op_type not in ENCODER_OPERATORS), None)
    if unknown is not None:
        raise UnsafeArtifactError(f"A sentence encoder must hold known operators only. Got '{unknown[:40]}'.")
    if "input_ids" not in inputs or not inputs <= _INPUTS or not graph.output:
        raise UnsafeArtifactError(f"A sentence encoder must take {', '.join(sorted(_INPUTS))}.")
    tensors = [*graph.initializer, *(one.t for node in graph.node for one in node.attribute)]
    if any(one.data_location == onnx.TensorProto.EXTERNAL or one.external_data for one in tensors):
        raise UnsafeArtifactError("A sentence encoder must hold all its data itself. Got external data.")


def _tokenizer(data: bytes) -> Any:
    tokenizers = require("tokenizers", "text", "A sentence encoder")
    try:
        found = tokenizers.Tokenizer.from_str(data.decode())
    except Exception as error:
        raise UnsafeArtifactError("A sentence encoder must have a readable tokenizer.json.") from error
    found.no_padding()
    found.enable_truncation(MOST_TOKENS)
    return found
