"""Kill a process that loads, at random moments (200 times unless told): ``kills.py [KILLS] [SEED]``.

After each kill the record is the old or the new one, whole; after the last one a load works and clears away what is left.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "record"))

import killing

if __name__ == "__main__":
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        outcome = killing.kill_repeatedly(Path(folder) / "record", kills, seed)
    print(
        f"{outcome.kills} kills in {time.monotonic() - begun:.0f} s (seed {seed}): {outcome.acknowledged} loads came through, "
        f"{outcome.unacknowledged} of them before they could say so; {outcome.left_over} kills left files beside the record, "
        "none of which is there after the next load; no record was torn, nothing acknowledged was lost"
    )
