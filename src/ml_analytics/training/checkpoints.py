"""Checkpoints of a training in progress: one file an epoch, whole or absent, checked on the way back."""

from __future__ import annotations

from pathlib import Path

from ..core.errors import ModelLoadError, ParameterError
from ..core.files import write_atomically
from ..core.names import identifier
from ..core.tenant import Tenant
from ..models import BaseModel, dump_model, read_model


class CheckpointStore:
    """The checkpoints of one tenant under a directory.

    >>> from tempfile import mkdtemp
    >>> CheckpointStore(Path(mkdtemp()), Tenant()).latest("nothing_yet") is None
    True
    """

    def __init__(self, root: Path, tenant: Tenant) -> None:
        self._root = root / tenant.id

    def save(self, model: BaseModel, model_id: str, epoch: int) -> Path:
        """Write the state after ``epoch`` (0, 1, …) and return the file."""
        if not isinstance(epoch, int) or isinstance(epoch, bool) or epoch < 0:
            raise ParameterError.of("epoch", "save_checkpoint", "a whole number from 0", epoch)
        path = self._root / identifier(model_id) / f"epoch-{epoch:08d}.mla"
        write_atomically(path, dump_model(model))
        return path

    def load(self, path: Path) -> BaseModel:
        """Read one checkpoint of this tenant.

        Raises:
            ModelLoadError: it lies outside this tenant's checkpoints, is absent, or is damaged.
        """
        if not path.resolve().is_relative_to(self._root.resolve()):
            raise ModelLoadError(
                "The checkpoint must be one that save_checkpoint of this tenant has written."
            )
        return read_model(path)

    def latest(self, model_id: str) -> tuple[int, BaseModel] | None:
        """Return the newest whole checkpoint and its epoch; damaged files are passed over."""
        files = sorted((self._root / identifier(model_id)).glob("epoch-*.mla"), reverse=True)
        for path in files:
            try:
                return int(path.stem.removeprefix("epoch-")), read_model(path)
            except ModelLoadError:
                continue
        return None
