"""One writer and eight readers at once for a minute: ``readers.py [SECONDS] [READERS]``.

No reader fails, and none sees two tables of different loads.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "record"))

import killing

if __name__ == "__main__":
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    readers = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    with tempfile.TemporaryDirectory() as folder:
        outcome = killing.read_beside_a_writer(Path(folder) / "record", seconds, readers)
    for error in outcome.errors:
        print(error, file=sys.stderr)
    print(
        f"{seconds:.0f} s, {outcome.loads} loads, {sum(outcome.reads)} openings of the record by {len(outcome.reads)} readers "
        f"(fewest {min(outcome.reads)}), {outcome.generations} loads seen; {len(outcome.errors)} readers failed, none saw a mixture"
    )
    sys.exit(bool(outcome.errors))
