"""Semantic versions (https://semver.org): MAJOR.MINOR.PATCH, compared by number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import ParameterError

_PATTERN = re.compile(r"(0|[1-9]\d{0,8})(?:\.(0|[1-9]\d{0,8}))?(?:\.(0|[1-9]\d{0,8}))?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A version number; missing parts are zero.

    >>> Version.parse("1.0") == Version(1, 0, 0), str(Version.parse("1.10").next_minor())
    (True, '1.11.0')
    """

    major: int
    minor: int = 0
    patch: int = 0

    @classmethod
    def parse(cls, text: object) -> Version:
        """Read ``"1"``, ``"1.2"`` or ``"1.2.3"``."""
        match = _PATTERN.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise ParameterError.of("version", "Version", "MAJOR.MINOR.PATCH such as '1.2.0'", text)
        return cls(*(int(part or 0) for part in match.groups()))

    def next_minor(self) -> Version:
        """Return the version that a retrained model of the same interface gets."""
        return Version(self.major, self.minor + 1, 0)

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"
