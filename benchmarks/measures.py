"""Dependence, autonomy and hedging of all states with joint draws, and the point values of every year.

Needs a record with arms transfers, trade, alliances, capabilities and output: pass its folder, or the files beside the repository are
loaded into a new one.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from timing import PROGRAM, SHARED, process, say, skip

FILES = {
    "sipri_transfers": ("sipri/register_16col_1950-2023.csv", "sipri/register_17col_1995-2024.csv"),
    "cow_trade": ("trade/cow_trade_ddy_1946-2014.csv.gz",),
    "atop": ("treaties/atop51_directed_dyad_year.csv.gz",),
    "cow_capabilities": ("capability/cow_nmc_v7.csv",),
}
RUN = """
import json, resource, sys, time
from pathlib import Path
from nonaligned.measures import Asked, compute
from nonaligned.record.store import Record
record, first, draws, states = Record(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3]), tuple(sys.argv[4:])
taken = {}
for name in ("dependence", "autonomy", "hedging"):
    start = time.perf_counter()
    rows = compute(name, record, Asked(states=states, years=(first, 2024), n_draws=draws)).frame.height
    taken[name] = (time.perf_counter() - start, rows)
print(json.dumps([taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""
ASKED = {
    "all states, 1946-2024, point values": ("1946", "0"),
    "all states, 1995-2024, 1,000 draws": ("1995", "1000"),
    "one state, 1995-2024, 1,000 draws": ("1995", "1000", "IND"),
    "all states, one year, 1,000 draws": ("2024", "1000"),
}


def main() -> None:
    if len(sys.argv) > 1:
        measured(Path(sys.argv[1]))
        return
    if not SHARED.is_dir():
        skip("measures")
        return
    with tempfile.TemporaryDirectory() as folder:
        for source, files in FILES.items():
            for file in files:
                process([*PROGRAM, "load", source, SHARED / file, "--record", folder])
        measured(Path(folder))


def measured(record: Path) -> None:
    for what, words in ASKED.items():
        done = subprocess.run([sys.executable, "-c", RUN, str(record), *words], capture_output=True, text=True, check=True)
        taken, memory = json.loads(done.stdout)
        for name, (seconds, rows) in taken.items():
            say(f"{name}: {what}", [seconds], f"{rows:,} rows")
        say(f"together: {what}", [sum(seconds for seconds, _ in taken.values())], f"{memory:,.0f} MB at most")


if __name__ == "__main__":
    main()
