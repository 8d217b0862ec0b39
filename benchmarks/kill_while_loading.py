"""Kill a process that loads, again and again (1,000 times unless told), and read the record after each kill."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from timing import ROOT, wall

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "tests" / "record"))
    import killing

    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        outcomes: list[killing.Outcome] = []
        (seconds,) = wall(lambda: outcomes.append(killing.kill_repeatedly(Path(folder) / "record", kills)), 1)
    (outcome,) = outcomes
    print(
        f"{outcome.kills} kills in {seconds:.0f} s; {outcome.acknowledged} loads came through, "
        f"{outcome.unacknowledged} of them before they could say so; "
        f"{outcome.left_over} kills left files beside the record, gone after the next load; "
        "each time the record was whole and nothing acknowledged was lost"
    )
