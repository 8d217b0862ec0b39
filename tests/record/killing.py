"""Made rows that say which load they are of; a process that loads until it is killed; readers that look for a mixture.

Run as a program it loads generations: ``killing.py DIRECTORY FIRST [COUNT]``.
"""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

ROWS = 200
ORIGIN: dict[str, Any] = {
    "table": {"title": "Test rows", "as_of": "2024-12-31"},
    "source": {"made": {"producer": "The tests", "title": "Made rows"}},
}


@cache
def codes() -> tuple[str, ...]:
    from nonaligned.world.states import states

    return tuple(sorted(state.code for state in states(system=None)))


def code(generation: int) -> str:
    """The state whose code marks a generation's votes."""
    return codes()[generation % len(codes())]


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
    return {"roll_calls": calls, "votes": pl.DataFrame({"rcid": keys, "state": code(generation), "vote": "yes", "source": "made"})}


def put(directory: Path, source: str, made: dict[str, Any], raw: Path, part: str = "", **said: Any) -> Any:
    """Load frames as a reader would hand them over, every row accounted for unless `said` says otherwise."""
    from nonaligned.record.incoming import LoadedRows
    from nonaligned.record.loading import load_rows

    told = {name: said.pop(name) for name in ("fewer_rows", "urls", "tell") if name in said}
    heights = sum(getattr(frame, "height", 0) for frame in made.values())
    return load_rows(
        directory,
        source,
        LoadedRows(made, **{"origin": ORIGIN, "part": part, "rows_in": heights, "rows_used": heights} | said),
        [raw],
        **told,
    )


def write(directory: Path, first: int, count: int = 1_000_000) -> None:
    """Load generations from `first` on, and acknowledge each."""
    directory.mkdir(parents=True, exist_ok=True)
    import nonaligned.record.loading

    frames(first)  # imports what it needs before the clock starts
    assert nonaligned.record.loading
    print("ready", flush=True)
    for generation in range(first, first + count):
        raw = directory.parent / f"raw{generation % 3}.csv"
        raw.write_text(f"generation {generation}\n", encoding="utf-8")
        put(directory, "un_votes", frames(generation), raw)
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
    assert states[0]["state"] == code(generation), "the tables are of two generations"
    return generation


def contents(directory: Path) -> dict[str, str]:
    """Every file of the record but the lock, with the hash of its bytes."""
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def strays(directory: Path) -> set[str]:
    """Files that the manifest does not name."""
    from nonaligned.record.manifest import read_manifest
    from nonaligned.record.publishing import raw_path

    loads = read_manifest(directory)
    known = {f"tables/{name}" for entry in loads for name in entry.files.values()}
    known |= {f"raw/{raw_path(Path(), one.name, one.sha256).name}" for entry in loads for one in entry.raw}
    return set(contents(directory)) - known - {"manifest.json"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the kills did: how many writes were acknowledged, and how many kills hit a write under way."""

    kills: int
    acknowledged: int
    unacknowledged: int
    left_over: int


def kill_repeatedly(directory: Path, kills: int, seed: int = 0) -> Outcome:
    """Kill the writer at random moments; after each kill the record is whole and has lost nothing acknowledged.

    A load after the last kill works, and clears away what the killed ones left.
    """
    write(directory, 0, 1)
    begun = time.monotonic()
    write(directory, 1, 1)
    chance, window = random.Random(seed), max(0.12, 4 * (time.monotonic() - begun))  # a busy machine takes longer to load
    last, unacknowledged, left = 1, 0, 0
    for _ in range(kills):
        child = subprocess.Popen([sys.executable, __file__, str(directory), str(last + 1)], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, window))
        child.kill()
        said = child.stdout.read().split("\n")[:-1]  # a line that is cut off was not acknowledged
        child.stdout.close()
        child.wait()
        acknowledged = int(said[-1]) if said else last
        left += bool(strays(directory))
        now = held(directory)
        assert acknowledged <= now <= acknowledged + 1, f"acknowledged {acknowledged}, held {now}"
        unacknowledged += now > acknowledged
        last = now
    write(directory, last + 1, 1)
    assert held(directory) == last + 1
    assert strays(directory) == set(), "what a killed load left is still there"
    return Outcome(kills, last + 1, unacknowledged, left)


READER = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[3])
import killing
seen = [killing.held(Path(sys.argv[1]))]  # imports what it needs before the clock starts
until = time.monotonic() + float(sys.argv[2])
while time.monotonic() < until:
    seen.append(killing.held(Path(sys.argv[1])))
print(*seen)
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """What readers saw beside a writer: reads by reader, the generations that they met, loads made meanwhile."""

    reads: Sequence[int]
    generations: int
    loads: int
    errors: Sequence[str] = field(default_factory=tuple[str, ...])


def read_beside_a_writer(directory: Path, seconds: float, readers: int = 8) -> Reading:
    """One process loads as fast as it can while others open the record and look at two tables of it.

    Each reader sees whole generations, each of them in order.
    """
    write(directory, 0, 1)
    writer = subprocess.Popen([sys.executable, __file__, str(directory), "1"], stdout=subprocess.PIPE, text=True)
    reading = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(directory), str(seconds), str(Path(__file__).parent)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(readers)
    ]
    try:
        answers = [reader.communicate(timeout=seconds + 120) for reader in reading]
    finally:
        writer.kill()
        said = writer.communicate()[0].split("\n")[1:-1]
        for reader in reading:
            reader.kill()
    seen = [[int(word) for word in out.split()] for out, _ in answers]
    assert all(one == sorted(one) for one in seen), "a reader went back to an earlier load"
    return Reading(
        [len(one) for one in seen], len({each for one in seen for each in one}), len(said), [error for _, error in answers if error]
    )


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000)
