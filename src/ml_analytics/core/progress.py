"""How long work says where it is, without knowing who listens."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """A listener of long work; the command line draws it, a library user may ignore it."""

    def stage(self, name: str) -> None:
        """A new stage begins."""
        ...

    def say(self, text: str) -> None:
        """Something was found that a person should read."""
        ...

    def advance(self, done: int, total: int) -> None:
        """``done`` of ``total`` units of the current stage are finished."""
        ...


class Silent:
    """Listens and says nothing."""

    def stage(self, name: str) -> None:
        """Ignore the stage."""

    def say(self, text: str) -> None:
        """Ignore the finding."""

    def advance(self, done: int, total: int) -> None:
        """Ignore the count."""
