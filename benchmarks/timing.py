"""What the benchmarks share: a clean process, its wall time, and figures printed in one shape."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
PROGRAM = [sys.executable, "-m", "nonaligned"]


def wall(action: Callable[[], object], repeats: int) -> list[float]:
    """Seconds of each run."""
    taken: list[float] = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return taken


def process(command: Sequence[str | Path], stdin: str = "") -> str:
    """Output of a new process; an error ends the benchmark."""
    done = subprocess.run(
        [*map(str, command)],
        input=stdin,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        env={**os.environ, "COLUMNS": "120"},
    )
    return done.stdout


def say(what: str, seconds: Sequence[float], per: str = "", peer: Sequence[float] | None = None, peer_name: str = "") -> None:
    """Median and range, and the ratio to a peer measured in the same run."""
    median = statistics.median(seconds)
    line = f"{what:<58} {median * 1e3:>9.1f} ms  ({min(seconds) * 1e3:.1f} to {max(seconds) * 1e3:.1f}, n = {len(seconds)})"
    if peer is not None:
        line += f"  {median / statistics.median(peer):.2f} x {peer_name}"
    print(f"{line}  {per}".rstrip())


def skip(what: str) -> None:
    """Say that a benchmark has no data here."""
    print(f"{what}: the reference data sets are not beside the repository; nothing measured")
