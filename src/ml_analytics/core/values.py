"""Values that travel between rooms: scores, leak certificates, lineage, trained models, predictions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .canonical import fingerprint, plain
from .errors import IntegrityError

if TYPE_CHECKING:
    from .protocols import Model
    from .signature import Signature


@dataclass(frozen=True, slots=True)
class Score:
    """A figure with its confidence interval: never one without the other.

    ``method`` names how the interval was made, ``n`` how many observations it rests on.

    >>> print(Score("accuracy", 0.53, 0.49, 0.57, n=504, method="moving-block bootstrap"))
    accuracy 0.530 [0.490, 0.570]
    """

    name: str
    value: float
    low: float
    high: float
    level: float = 0.95
    n: int = 0
    method: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


UNTESTED = "untested: "
"""How the ``check`` of a feature begins that had no value to compare."""


@dataclass(frozen=True, slots=True)
class FeatureVerdict:
    """Whether one feature looks ahead; ``first_bar`` is the first bar whose value changed, if any.

    ``check`` says under which check it changed, or ``untested: `` and why nothing could be compared: such a
    feature is not clean, because nothing is proven, but it is not said to look ahead either.
    """

    feature: str
    clean: bool
    check: str = ""
    first_bar: int | None = None

    @property
    def tested(self) -> bool:
        """False when there was no value to compare."""
        return not self.check.startswith(UNTESTED)


@dataclass(frozen=True, slots=True)
class LeakCertificate:
    """The proof, per feature, that no value depends on a later bar.

    Made by ``features``, carried by the model's lineage, demanded by the gate. ``subject`` is one hash of what was
    certified: bars, declaration and code; certificates of older versions have none.
    """

    verdicts: tuple[FeatureVerdict, ...]
    bars: int
    cuts: tuple[int, ...] = ()
    seed: int = 0
    checks: tuple[str, ...] = ("cut-off series", "randomised future")
    subject: str = ""

    @property
    def clean(self) -> bool:
        """True when every feature was tested and is clean (a certificate of nothing is not clean)."""
        return bool(self.verdicts) and all(one.clean for one in self.verdicts)

    @property
    def leaking(self) -> tuple[str, ...]:
        """Names of the features that look ahead: a value changed with the future."""
        return tuple(one.feature for one in self.verdicts if not one.clean and one.tested)

    @property
    def untested(self) -> tuple[str, ...]:
        """Names of the features that had no value to compare, so that nothing is proven of them."""
        return tuple(one.feature for one in self.verdicts if not one.clean and not one.tested)

    @property
    def digest(self) -> str:
        """SHA-256 over the whole certificate; lineage keeps it, so an edited certificate is found."""
        return fingerprint(self._content())

    def _content(self) -> dict[str, Any]:
        content: dict[str, Any] = plain(self)
        if not self.subject:  # so that an old certificate keeps the digest that lineage has of it
            del content["subject"]
        return content

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values with the digest."""
        return {
            **self._content(),
            "clean": self.clean,
            "leaking": list(self.leaking),
            "untested": list(self.untested),
            "digest": self.digest,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> LeakCertificate:
        """Read what :meth:`to_json` wrote.

        Raises:
            IntegrityError: the digest is not that of the content: somebody edited it. One with a ``subject`` must
                have a digest.
        """
        read = cls(
            tuple(FeatureVerdict(**one) for one in value["verdicts"]),
            value["bars"],
            tuple(value["cuts"]),
            value["seed"],
            tuple(value["checks"]),
            value.get("subject", ""),
        )
        if value.get("digest", "" if "subject" in value else read.digest) != read.digest:
            raise IntegrityError("The leak certificate is not the one that was made: its SHA-256 differs.")
        return read


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a model comes from, enough to make it again and to notice when something changed.

    Every ``*_hash`` is a SHA-256. ``trials`` counts the models that were tried before this one was picked: the
    gate needs it.
    """

    data_hash: str = ""
    feature_names: tuple[str, ...] = ()
    features_hash: str = ""
    parameters_hash: str = ""
    code_version: str = ""
    libraries: Mapping[str, str] = field(default_factory=dict)
    certificate: LeakCertificate | None = None
    trials: int = 1
    seed: int | None = None
    parents: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        value: dict[str, Any] = plain(self)
        if self.certificate is not None:
            value["certificate"] = self.certificate.to_json()
        return value

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Lineage:
        """Read what :meth:`to_json` wrote."""
        known = dict(value)
        if known.get("certificate") is not None:
            known["certificate"] = LeakCertificate.from_json(known["certificate"])
        for name in ("feature_names", "parents"):
            known[name] = tuple(known.get(name, ()))
        return cls(**known)


@dataclass(frozen=True, slots=True)
class TrainedModel(Mapping[str, Any]):
    """What training returns; it does not know the registry.

    Reads as a mapping too: ``result["metrics"]["validation"]``, ``result["model_path"]``.
    """

    model_id: str
    model_type: str
    model: Model
    signature: Signature
    metrics: Mapping[str, Mapping[str, float]]
    hyperparameters: Mapping[str, Any]
    lineage: Lineage
    model_path: str = ""
    version: str = ""

    def __repr__(self) -> str:
        scores = [
            f"{part} {name} {value:.4g}"
            for part, found in self.metrics.items()
            for name, value in list(found.items())[:1]
        ]
        said = ", ".join([f"{self.model_id} {self.version}".strip(), self.model_type, *scores])
        return f"<TrainedModel {said}>"

    def __getitem__(self, key: str) -> Any:
        if key in _TRAINED_KEYS:
            return getattr(self, key)
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(_TRAINED_KEYS)

    def __len__(self) -> int:
        return len(_TRAINED_KEYS)


_TRAINED_KEYS = (
    "model_id",
    "model_type",
    "model",
    "metrics",
    "hyperparameters",
    "lineage",
    "model_path",
    "version",
)


@dataclass(frozen=True, slots=True)
class Prediction:
    """One served answer as the prediction log keeps it; the only thing serving and monitoring share.

    ``id`` is unique within a tenant, ``time`` the event time the inputs belong to (for a bar: its close),
    ``entity`` what it is about (a symbol, a ticket). Outcomes arrive later under the same ``id``.
    """

    id: str
    model_id: str
    version: str
    time: datetime
    inputs: Mapping[str, Any]
    output: Any
    probabilities: Mapping[str, float] | None = None
    latency_ms: float = 0.0
    entity: str | None = None

    def to_document(self) -> dict[str, Any]:
        """Return the document that the log stores."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return {"_id": fields.pop("id"), "time": fields.pop("time"), **plain(fields)}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Prediction:
        """Read what :meth:`to_document` wrote."""
        known = {name: document[name] for name in cls.__slots__ if name != "id" and name in document}
        return cls(id=document["_id"], **known)


PREDICTIONS = "predictions"
"""The collection of served predictions."""

OUTCOMES = "outcomes"
"""The collection of what happened: ``{"_id": prediction id, "time": …, "value": …}``."""


@dataclass(frozen=True, slots=True)
class OnlineRow:
    """One entity's features as of ``event_time``, known since ``created_time``.

    ``entity`` is the entity's key as text (1 to 400 characters).

    >>> from datetime import UTC
    >>> OnlineRow("user-7", datetime(2024, 1, 2, tzinfo=UTC), datetime(2024, 1, 3, tzinfo=UTC), {"x": 1.0}).values
    {'x': 1.0}
    """

    entity: str
    event_time: datetime
    created_time: datetime
    values: Mapping[str, Any]
