"""Hold the documentation to what is there; part of ``make check``. Exit code 1 with one line per fault.

Checked are README, CHANGELOG, CONTRIBUTING and every page under docs: links and anchors point to something,
Python examples compile, the changelog has its Unreleased section, and the README names only make targets that
the Makefile has. The tests (tests/test_docs.py) go further and run the examples.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|(?:src|href)=\"([^\"]+)\"")
ELSEWHERE = ("http://", "https://", "mailto:")


def pages(root: Path = ROOT) -> list[Path]:
    """Return every page that is checked."""
    named = [root / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]
    return [*(path for path in named if path.exists()), *sorted((root / "docs").rglob("*.md"))]


def blocks(text: str, *languages: str) -> Iterator[tuple[int, str]]:
    """Yield (line number, code) of the fenced blocks in one of the languages."""
    for found in FENCE.finditer(text):
        if found.group(1) in languages:
            yield text.count("\n", 0, found.start()) + 1, found.group(2)


def anchors(path: Path) -> set[str]:
    """Return the anchors that the headings of a page make."""
    prose = FENCE.sub("", path.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+\s+(.*?)\s*$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(path: Path, text: str) -> Iterator[str]:
    """Yield a sentence per link that leads nowhere."""
    prose = re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))
    for found in LINK.finditer(prose):
        target = found.group(1) or found.group(2)
        if target.startswith(ELSEWHERE):
            continue
        name, _, anchor = unquote(target).partition("#")
        goal = (path.parent / name).resolve() if name else path
        if not goal.exists():
            yield f"the link to {target} leads nowhere"
        elif anchor and goal.suffix == ".md" and anchor not in anchors(goal):
            yield f"the link to {target} names a heading that does not exist"


def broken_examples(text: str) -> Iterator[str]:
    """Yield a sentence per Python example that does not compile."""
    for line, code in blocks(text, "python"):
        try:
            compile(code, "example", "exec")
        except SyntaxError as error:
            yield f"the Python example at line {line} does not compile: {error.msg}"


def make_targets(makefile: str) -> set[str]:
    """Return the targets of a Makefile."""
    return set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))


def unknown_targets(text: str, makefile: str) -> Iterator[str]:
    """Yield a sentence per ``make NAME`` in code that the Makefile cannot make."""
    code = [
        *re.findall(r"`([^`\n]+)`", FENCE.sub("", text)),
        *(one for _, one in blocks(text, "console", "bash", "sh")),
    ]
    named = {name for one in code for name in re.findall(r"^\s*\$?\s*make ([a-z][a-z-]*)", one, re.MULTILINE)}
    for name in sorted(named - make_targets(makefile)):
        yield f"'make {name}' is not in the Makefile"


def faults(root: Path = ROOT) -> list[str]:
    """Return everything that is wrong, each as ``file: sentence``."""
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    found = []
    for path in pages(root):
        text = path.read_text(encoding="utf-8")
        said = [*broken_links(path, text), *broken_examples(text), *unknown_targets(text, makefile)]
        found += [f"{path.relative_to(root)}: {sentence}" for sentence in said]
    changelog = root / "CHANGELOG.md"
    if not changelog.exists() or "\n## [Unreleased]\n" not in changelog.read_text(encoding="utf-8"):
        found.append("CHANGELOG.md: there is no '## [Unreleased]' section")
    return found


if __name__ == "__main__":
    wrong = faults()
    sys.stdout.writelines(f"{one}\n" for one in wrong)
    sys.stdout.write("docs: nothing wrong\n" if not wrong else "")
    sys.exit(1 if wrong else 0)
