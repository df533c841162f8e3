"""``import ml_analytics`` beside a bare interpreter: the difference must stay under 0.15 s."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

ROUNDS = 15


def seconds(code: str) -> float:
    """Time one whole interpreter."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - started


def main() -> list[dict[str, object]]:
    """Measure in turns, so that a drifting machine drifts for both."""
    seconds("import ml_analytics")
    pairs = [(seconds("import ml_analytics"), seconds("pass")) for _ in range(ROUNDS)]
    ours, bare = (statistics.median(side) for side in zip(*pairs, strict=True))
    return [
        {
            "figure": "import ml_analytics, over bare Python",
            "ours": ours,
            "peer": bare,
            "ratio": ours / bare,
            "unit": "s",
            "target": f"difference <= 0.15 s (is {ours - bare:.3f} s)",
        }
    ]


if __name__ == "__main__":
    print(main())
