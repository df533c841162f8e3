"""Run every benchmark beside its peer and print one line a figure: ours, the peer's, the ratio, the target.

Each file in this folder has ``main() -> list[dict]`` with the keys figure, ours, peer, ratio, unit, target.
One process at a time, so that two measurements never share the cores.

    python benchmarks/run.py            all
    python benchmarks/run.py import     those whose name contains "import"
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SELF = Path(__file__).name


def figures(path: Path) -> list[dict[str, object]]:
    """Run one benchmark in a process of its own."""
    code = (
        f"import json, runpy, contextlib, sys\n"
        f"with contextlib.redirect_stdout(sys.stderr):\n"
        f"    found = runpy.run_path({str(path)!r})['main']()\n"
        f"print(json.dumps(found))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{path.name} failed:\n{done.stderr[-2000:]}")
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


def main() -> None:
    """Print the table."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    print(f"{'figure':<58} {'ours':>12} {'peer':>12} {'ratio':>8}  target")
    for path in sorted(HERE.glob("*.py")):
        if path.name == SELF or wanted not in path.stem:
            continue
        for one in figures(path):
            ours, peer = f"{one['ours']:.4g} {one['unit']}", f"{one['peer']:.4g} {one['unit']}"
            print(
                f"{one['figure']:<58} {ours:>12} {peer:>12} {one['ratio']:>8.3g}  {one['target']}", flush=True
            )


if __name__ == "__main__":
    main()
