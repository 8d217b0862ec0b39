"""Floor 9: the command line, a thin door over the verbs."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; errors are said in words, with the exit codes of `ground.errors`."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small products run slower on many threads, and sums would depend on how many
    from nonaligned.cli.commands import run

    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))
