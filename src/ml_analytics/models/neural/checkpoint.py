"""Where a training was after its last epoch, on disk: to go on after an interruption as if there had been none.

Two files are kept, the newest and the one before; a damaged one is passed over. Their form is a line of JSON
with the digest of what follows, and safetensors. Imported only where torch is needed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from ...core.canonical import sha256
from ...core.files import write_atomically

_LARGEST = 2 << 30


@dataclass
class Standing:
    """How far a training has come: the loss of each epoch, and tensors.

    ``tensors`` are the weights, those of the best epoch, and what the optimizer remembers.
    """

    losses: list[float]
    tensors: dict[str, Tensor]

    @property
    def epoch(self) -> int:
        """How many epochs are done."""
        return len(self.losses)

    @property
    def best_epoch(self) -> int:
        """The epoch of the lowest loss, from 1; 0 before the first."""
        return self.losses.index(min(self.losses)) + 1 if self.losses else 0


class Checkpoint:
    """The files of one training, told from others by ``identity`` (a digest of data and settings)."""

    def __init__(self, path: str | Path, identity: str) -> None:
        self.newest = Path(path)
        self.before = self.newest.with_name(self.newest.name + ".before")
        self.identity = identity

    def write(self, standing: Standing) -> None:
        """Keep ``standing``; the one kept before becomes the second."""
        body = save({name: one.detach().cpu().contiguous() for name, one in standing.tensors.items()})
        head = {"identity": self.identity, "sha256": sha256(body), "losses": standing.losses}
        if self.newest.exists():
            self.newest.replace(self.before)
        write_atomically(self.newest, json.dumps(head).encode() + b"\n" + body)

    def read(self) -> Standing | None:
        """Return the newest sound standing of this training, or ``None``."""
        for path in (self.newest, self.before):
            found = self._read(path)
            if found is not None:
                return found
        return None

    def remove(self) -> None:
        """Remove both files: the training is done."""
        self.newest.unlink(missing_ok=True)
        self.before.unlink(missing_ok=True)

    def _read(self, path: Path) -> Standing | None:
        try:
            if path.stat().st_size > _LARGEST:
                return None
            line, _, body = path.read_bytes().partition(b"\n")
            head = json.loads(line)
            if head["identity"] != self.identity or head["sha256"] != sha256(body):
                return None
            return Standing(list(map(float, head["losses"])), load(body))
        except (OSError, ValueError, KeyError, TypeError, RecursionError, SafetensorError):
            return None  # absent or damaged: as if it were not there
