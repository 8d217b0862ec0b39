"""A writer that is killed again and again, and what its record holds after each kill.

Run as a program it is the writer: generation after generation of small tables, each of which is acknowledged
on stdout after `replace` has returned. The rows of a generation name it, in both tables.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

ROWS = 200
ORIGIN: dict[str, Any] = {
    "table": {"title": "Test rows", "as_of": "2024-12-31"},
    "source": {"made": {"producer": "The tests", "title": "Made rows"}},
}


def frames(generation: int, rows: int = ROWS) -> dict[str, Any]:
    """Roll calls and votes that say which generation they are."""
    import polars as pl

    keys = [f"test:{number}" for number in range(rows)]
    calls = pl.DataFrame(
        {
            "rcid": keys,
            "body": "UNGA",
            "session": "1",
            "resolution": "",
            "date": date(2024, 1, 1),
            "title": f"generation {generation}",
            "yes": 1,
            "no": 0,
            "abstain": 0,
            "absent": 0,
            "adopted": "1",
            "source": "made",
        }
    )
    return {"roll_calls": calls, "votes": pl.DataFrame({"rcid": keys, "state": f"G{generation}", "vote": "yes", "source": "made"})}


def write(directory: Path, first: int, count: int = 1_000_000) -> None:
    """Load generations from `first` on, and acknowledge each."""
    from nonaligned.record.store import Record

    directory.mkdir(parents=True, exist_ok=True)
    frames(first)  # imports what it needs before the clock starts
    print("ready", flush=True)
    for generation in range(first, first + count):
        raw = directory.parent / f"raw{generation % 3}.csv"
        raw.write_text(f"generation {generation}\n", encoding="utf-8")
        Record(directory).replace("un_votes", frames(generation), ORIGIN, raw)
        print(generation, flush=True)


def held(directory: Path) -> int:
    """The one generation that the record holds, whole; -1 where it holds none."""
    from nonaligned.record.store import Record

    record = Record(directory)
    titles = record.rows("SELECT title, count(*) AS n FROM roll_calls WHERE rcid LIKE 'test:%' GROUP BY title")
    states = record.rows("SELECT state, count(*) AS n FROM votes WHERE rcid LIKE 'test:%' GROUP BY state")
    if not titles and not states:
        return -1
    assert len(titles) == len(states) == 1, f"rows of several generations: {titles} {states}"
    assert titles[0]["n"] == states[0]["n"] == ROWS, "rows are missing"
    generation = int(titles[0]["title"].split()[1])
    assert states[0]["state"] == f"G{generation}", "the tables are of two generations"
    return generation


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the kills did: how many writes were acknowledged, how many kills hit a write under way."""

    kills: int
    acknowledged: int
    unacknowledged: int
    left_over: int


def kill_repeatedly(directory: Path, kills: int, seed: int = 0) -> Outcome:
    """Kill the writer at random moments; after each kill the record is whole and has lost nothing acknowledged."""
    chance = random.Random(seed)
    last, unacknowledged, left = -1, 0, 0
    for _ in range(kills):
        child = subprocess.Popen([sys.executable, __file__, str(directory), str(last + 1)], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, 0.12))
        child.kill()
        said = child.stdout.read().split("\n")[:-1]  # a line that is cut off was not acknowledged
        child.stdout.close()
        child.wait()
        acknowledged = int(said[-1]) if said else last
        left += any(directory.rglob("*.part"))
        now = held(directory)
        assert acknowledged <= now <= acknowledged + 1, f"acknowledged {acknowledged}, held {now}"
        unacknowledged += now > acknowledged
        last = now
    return Outcome(kills, last + 1, unacknowledged, left)


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000)
