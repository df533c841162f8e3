"""Text classification: a linear model on TF-IDF, or on the vectors of a local sentence encoder."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core.columns import ColumnKind
from ...core.errors import DataProcessingError, ModelLoadError, ParameterError, UnsafeArtifactError
from ...core.signature import Field, Signature
from ..base import BaseModel
from ..hyperparameters import SEED, Choice, Given, Hyperparameter, Integer, Real
from ..state import STATE, json_exactly, read_json
from ..tabular.encoding import EncodingOptions, TableEncoder
from ..tabular.heads import Head, fit_head, head_from_files
from ..task import Task
from .sentence_encoder import SentenceEncoder, read_folder
from .texts import NAME, one_column

MAX_TRAVEL = 100 << 20
"""The largest encoder that is stored inside a model; a larger one stays in its folder, known by its digests."""

_GRAPH, _TOKENIZER = "encoder/model.onnx", "encoder/tokenizer.json"


class TextClassifier(BaseModel):
    """Classifies texts: a list of strings, a Series, or a table with one text column.

    Without ``embeddings`` a text becomes TF-IDF of words and pairs of words and, where texts are short
    (``text_features="auto"``), of pieces of words; a linear model learns on them. With ``embeddings``, the
    path of a local folder with an ONNX sentence encoder and its ``tokenizer.json``, a logistic regression learns
    on its vectors (extra ``text``; nothing is downloaded). An encoder up to 100 MiB is stored in the model; of a
    larger one the digests are, and loading needs the same folder.

    Of a text the first ``max_characters`` are read. Missing text is empty text; words never seen say nothing; any
    string is taken. ``C`` is the inverse strength of the penalty (``None``: 30 on TF-IDF, 1 on vectors).

    >>> texts = ["my card is lost", "the card was stolen", "cash did not arrive", "no cash came out"]
    >>> TextClassifier().fit(texts, ["card", "card", "cash", "cash"]).predict(["where is my cash"])
    array(['cash'], dtype=object)
    """

    model_type: ClassVar[str] = "text_classifier"
    task: ClassVar[Task] = "classification"
    handles_missing = True
    accepts = frozenset({ColumnKind.TEXT, ColumnKind.CATEGORY})
    onnx_note = "texts are cut into terms outside an ONNX graph"
    exempt_laws: ClassVar[Mapping[str, str]] = {
        "whole_weights_repeat_rows": "how rare a term is counts texts, whatever they weigh"
    }
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "text_features": Choice(
            "words, or pieces of words as well (auto: where texts are short)",
            ("auto", "word", "word+char"),
            search=("word", "word+char"),
        ),
        "C": Real(
            "inverse strength of the penalty", above=True, search=(0.1, 1000.0), log=True, optional=True
        ),
        "class_weight": Choice("weights of the classes", (None, "balanced"), search=(None, "balanced")),
        "max_characters": Integer("characters of a text that are read", low=1, high=1_000_000),
        "embeddings": Given(
            "folder with model.onnx and tokenizer.json (None: TF-IDF)",
            "the path of a local folder, or None",
            lambda value: value is None or isinstance(value, str),
        ),
        "random_state": SEED,
    }

    _head: Head
    _terms: TableEncoder | None
    _sentences: SentenceEncoder | None

    def __init__(
        self,
        text_features: str = "auto",
        C: float | None = None,
        class_weight: str | None = None,
        max_characters: int = 20_000,
        embeddings: str | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.text_features = text_features
        self.C = C
        self.class_weight = class_weight
        self.max_characters = max_characters
        self.embeddings = embeddings
        self.random_state = random_state

    def important_terms(self, label: Any, n: int = 20) -> dict[str, float]:
        """Return the terms that speak most for a class, with their weights, largest first.

        Raises:
            ParameterError: a label that training did not have, or a model of embeddings, which has no terms.
        """
        self._require_fitted()
        owner = "TextClassifier.important_terms"
        if self._terms is None:
            raise ParameterError.of("embeddings", owner, "None: vectors have no terms", self.embeddings)
        known = self.classes_.tolist()
        if label not in known:
            raise ParameterError.of("label", owner, f"one of {known}", label)
        weights = np.atleast_2d(self._head.fitted.coef_)
        number = known.index(label)
        row = weights[number] if len(weights) > 1 else weights[0] * (1 if number else -1)
        described = self._terms.to_state()[0][0]["terms"]
        terms = [term for part in ("word", "char") for term in described.get(part, [])]
        best = np.argsort(-row, kind="stable")[:n]
        return {terms[at]: float(row[at]) for at in best}

    def _as_table(self, X: Any) -> Any:
        name = self.signature.names[0] if self.signature is not None else NAME
        return one_column(X, name)

    def _fit(self, X: pd.DataFrame, y: Any, sample_weight: np.ndarray | None = None) -> None:
        owner = "TextClassifier.fit"
        if X.shape[1] != 1:
            raise DataProcessingError(
                f"The 'X' parameter of {owner} must have one column of texts. Got {X.shape[1]} columns "
                "(the 'table_classifier' type takes more)."
            )
        name = str(X.columns[0])
        # Whatever training's texts look like (few, short), any text may come later.
        self._signature = Signature(
            (Field(name, ColumnKind.TEXT, True),), "class", tuple(self.classes_.tolist())
        )
        texts = self._texts(X)
        if self.embeddings is not None:
            terms, sentences = None, SentenceEncoder.from_folder(self.embeddings)
            encoded: Any = sentences.encode(texts[name].tolist())
        else:
            char = {"auto": None, "word": False, "word+char": True}[self.text_features]
            terms, sentences = (
                TableEncoder.fit(texts, {name: ColumnKind.TEXT}, EncodingOptions(char=char)),
                None,
            )
            encoded = terms.transform(texts)
        if encoded.shape[1] == 0:
            raise ParameterError.of("X", owner, "more than empty texts", "no word in any text")
        settings: Any = SimpleNamespace(C=self.C, random_state=self.random_state or 0, n_jobs=None)
        self._head = fit_head(
            "linear", settings, encoded, y, len(self.classes_), self.class_weight, sample_weight
        )
        self._terms, self._sentences = terms, sentences

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        texts = self._texts(X)
        if self._sentences is not None:
            return self._head.probabilities(self._sentences.encode(texts.iloc[:, 0].tolist()))
        assert self._terms is not None  # noqa: S101 - one of the two is there
        return self._head.probabilities(self._terms.transform(texts))

    def _texts(self, X: pd.DataFrame) -> pd.DataFrame:
        column = X.iloc[:, 0].astype(object)
        cut = [
            "" if lost else str(one)[: self.max_characters]
            for one, lost in zip(column, column.isna(), strict=True)
        ]
        return pd.DataFrame({str(X.columns[0]): pd.Series(cut, index=X.index, dtype=object)})

    def _state(self) -> dict[str, bytes]:
        files = self._head.to_files()
        plain: dict[str, Any] = {"terms": None, "encoder": None}
        if self._terms is not None:
            plain["terms"], arrays = self._terms.to_state()
            files |= arrays
        elif self._sentences is not None:
            plain["encoder"] = self._sentences.digests
            if len(self._sentences.graph) + len(self._sentences.tokenizer) <= MAX_TRAVEL:
                files |= {_GRAPH: self._sentences.graph, _TOKENIZER: self._sentences.tokenizer}
        return {**files, STATE: json_exactly(plain, "the texts")}

    def _restore(self, files: Mapping[str, bytes]) -> None:
        plain = read_json(files[STATE])
        if (plain["terms"] is None) == (plain["encoder"] is None):
            raise UnsafeArtifactError("A stored text classifier must have terms or an encoder.")
        head = head_from_files(files, classifier=True)
        self._terms = self._sentences = None
        if plain["terms"] is not None:
            self._terms = TableEncoder.from_state(plain["terms"], files)
            width = len(self._terms.columns)
        else:
            self._sentences = self._stored_encoder(plain["encoder"], files)
            width = self._sentences.encode([""]).shape[1]
        if getattr(head.fitted, "n_features_in_", None) != width:
            raise UnsafeArtifactError("The weights of a stored text classifier must fit its terms.")
        self._head = head

    def _stored_encoder(self, digests: Any, files: Mapping[str, bytes]) -> SentenceEncoder:
        if _GRAPH in files and _TOKENIZER in files:
            encoder = SentenceEncoder(files[_GRAPH], files[_TOKENIZER])
        else:
            try:
                encoder = SentenceEncoder(*read_folder(self.embeddings or ""))
            except ParameterError as error:
                raise ModelLoadError(
                    "The sentence encoder of a stored model is too large to be stored in it. Got no folder "
                    f"'{self.embeddings}' that holds it."
                ) from error
        if encoder.digests != digests:
            raise ModelLoadError(
                "The sentence encoder must be the one that the model learnt with. Got another."
            )
        return encoder

    @classmethod
    def _example(cls, rows: int, seed: int) -> tuple[Any, Any]:
        generator = np.random.default_rng(seed)
        up = generator.integers(0, 2, rows).astype(bool)
        up[:2] = (True, False)
        words = np.where(up[:, None], [["rise", "gain", "more"]], [["fall", "loss", "less"]])
        filler = generator.choice(["the", "price", "of", "it", "today"], (rows, 4))
        texts = [
            " ".join(generator.permutation([*one, *other])) for one, other in zip(words, filler, strict=True)
        ]
        return texts, np.where(up, "up", "down").astype(object)
