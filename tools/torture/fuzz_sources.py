"""Broken official files by the thousand: every reader refuses each in words, or answers rightly.

    python tools/torture/fuzz_sources.py [--each 2000] [--seconds 60] [--seed 1] [--rows 60] [SOURCE ...]

Mutants are made of slices of the real files in ../shared where they are there, and of the excerpts of the tests. Prints the counts of
outcomes by file, and every answer that breaks its law; exit code 1 if there is one.
"""

from __future__ import annotations

import argparse
import gzip
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from excerpts import EXCERPTS, TAB, Excerpt  # noqa: E402
from mutants import MUTATIONS, Judge, Text, binary  # noqa: E402

from nonaligned.ground.errors import NonalignedError  # noqa: E402

SHARED = ROOT.parent / "shared" / "data"
LIMIT = 60  # seconds for one file
REAL = (
    Excerpt("archigos", "leaders/archigos.csv"),
    Excerpt("atop", "treaties/atop51_directed_dyad_year.csv.gz"),
    Excerpt("china_visits", "visits/china_leaders_abroad_1949-2025.csv"),
    Excerpt("cow_capabilities", "capability/cow_nmc_v7.csv"),
    Excerpt("cow_trade", "trade/cow_trade_ddy_1946-2014.csv.gz"),
    Excerpt("gdelt", "events/gdelt2_2015-10-27.tsv", 0, TAB),
    Excerpt("gdelt", "events/gdelt1_2016-07-28.tsv", 0, TAB),
    Excerpt("icews", "events/icews_2018_sample.tab", 1, TAB),
    Excerpt("informal_organisations", "groups/IIGO.csv"),
    Excerpt("itpd_trade", "trade/itpd_total_trade_2000-2016.csv.gz"),
    Excerpt("nuclear_agreements", "treaties/nuclear_cooperation_agreements_1945-2003.csv"),
    Excerpt("reign", "leaders/leaderlist_3_21.csv"),
    Excerpt("sanctions", "sanctions/GSDB_V4.csv"),
    Excerpt("sipri_transfers", "sipri/register_17col_1995-2024.csv", 12),
    Excerpt("sipri_transfers", "sipri/register_16col_1950-2023.csv"),
    Excerpt("sipri_transfers", "sipri/tiv_export_RUS_1950-2021.csv", 11),
    Excerpt("un_votes", "unga/UNVotes_1946-2024.csv.gz"),
    Excerpt("us_coincidence", "unga/un-coincidence-2018.csv"),
    Excerpt("us_coincidence", "unga/un-coincidence-2019.csv"),
    Excerpt("us_coincidence", "unga/un-coincidence-2020.csv"),
    Excerpt("world_bank", "capability/API_NY.GDP.PCAP.CD_DS2_en_csv_v2_10181232.csv", 5),
    Excerpt("world_bank", "capability/WDI_POPULATION.csv", 5),
    Excerpt("sipri_milex", "capability/SIPRI-Milex-data-1948-2023.xlsx"),
    Excerpt("un_votes", "unga/votes_1946-2019_with_absences.parquet"),
)


class TimedOutError(Exception):
    """A file that takes too long."""


def _ring(_signal: int, _frame: object) -> None:
    raise TimedOutError


@cache
def lines_of(file: str) -> list[bytes]:
    """The lines of a real file, unpacked."""
    data = (SHARED / file).read_bytes()
    return (gzip.decompress(data) if file.endswith(".gz") else data).split(b"\n")


def sliced(excerpt: Excerpt, rng: random.Random, rows: int) -> Text:
    """A run of lines of a real file: some that stand together, so that groups of rows are whole."""
    lines = lines_of(excerpt.file)
    begin = rng.randrange(excerpt.head, max(excerpt.head + 1, len(lines) - rows))
    data = b"\n".join([*lines[: excerpt.head], *lines[begin : begin + rows]]) + b"\n"
    return Text(replace(excerpt, file=Path(excerpt.file).name.removesuffix(".gz")), data)


def judges(excerpt: Excerpt, is_real: bool, folder: Path, rng: random.Random, rows: int) -> Judge | None:
    """A judge over the excerpt or a slice; None where the slice itself is refused."""
    if not is_real:
        return Judge.of(excerpt, folder)
    if excerpt.file.endswith((".xlsx", ".parquet")):
        return Judge.of(replace(excerpt, file=str(SHARED / excerpt.file)), folder)
    text = sliced(excerpt, rng, rows)
    try:
        return Judge.of(text.excerpt, folder, text)
    except NonalignedError:
        return None


def torture(excerpt: Excerpt, is_real: bool, each: int, seconds: float, seed: int, rows: int) -> tuple[Counter[str], list[str]]:
    """Counts of outcomes over mutants of one file, and what breaks a law."""
    rng = random.Random(f"{seed} {excerpt.source} {excerpt.file}")
    counts, wrong, end, n_refused = Counter[str](), list[str](), time.monotonic() + seconds, 0
    judge: Judge | None = None
    with tempfile.TemporaryDirectory(prefix="torture-") as name:
        folder = Path(name)
        (folder / "work").mkdir()
        (folder / "temporary").mkdir()
        tempfile.tempdir = str(folder / "temporary")
        try:
            while sum(counts.values()) < each and time.monotonic() < end:
                if judge is None or is_real and judge.text is not None and sum(counts.values()) % 100 == 0:
                    judge = judges(excerpt, is_real, folder / "work", rng, rows) or judge
                if judge is None:
                    n_refused += 1
                    if n_refused > 50:
                        break
                    continue
                if judge.text is not None:
                    mutation = rng.choice(list(MUTATIONS))
                    mutant = MUTATIONS[mutation](judge.text, rng)
                else:
                    mutation = "binary"
                    mutant = binary(judge.excerpt.data, judge.excerpt.path.name, rng)
                outcome, words = tried(judge, mutant)
                counts[outcome] += 1
                if outcome in {"WRONG", "CRASH", "HANG"}:
                    wrong.append(f"{outcome} {excerpt.source} {excerpt.file} [{mutation}] {mutant.what[:160]}: {words[:500]}")
            left = [path.name for path in (folder / "temporary").iterdir()]
            if left:
                wrong.append(f"LEFT {excerpt.source}: {len(left)} temporary files, as {left[:3]}")
        finally:
            tempfile.tempdir = None
    return counts, wrong


def tried(judge: Judge, mutant: object) -> tuple[str, str]:
    """The judgement, or the traceback's end, or that it took too long."""
    signal.alarm(LIMIT)
    try:
        return judge.judge(mutant)  # type: ignore[arg-type]
    except TimedOutError:
        return "HANG", f"more than {LIMIT} s"
    except BaseException as error:  # a panic of a library is no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        last = traceback.extract_tb(error.__traceback__)[-1]
        return "CRASH", f"{type(error).__module__}.{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})"
    finally:
        signal.alarm(0)


def main() -> int:
    """Run and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", nargs="*")
    parser.add_argument("--each", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rows", type=int, default=60)
    parser.add_argument("--only", choices=("real", "excerpts"), default=None)
    given = parser.parse_args()
    signal.signal(signal.SIGALRM, _ring)
    chosen = [(one, False) for one in EXCERPTS if given.only != "real"] + [
        (one, True) for one in REAL if given.only != "excerpts" and SHARED.is_dir()
    ]
    total, wrong = Counter[str](), list[str]()
    for excerpt, is_real in chosen:
        if given.sources and excerpt.source not in given.sources:
            continue
        try:
            counts, found = torture(excerpt, is_real, given.each, given.seconds, given.seed, given.rows)
        except Exception as error:
            print(f"{excerpt.source} {excerpt.file}: cannot begin: {type(error).__name__} {error}", flush=True)
            continue
        print(f"{excerpt.source:24}{excerpt.file:56}{sum(counts.values()):6} {dict(counts)}", flush=True)
        total += counts
        wrong += found
        for line in found[:12]:
            print("   ", line.encode("utf-8", "replace").decode(), flush=True)
    print(f"{sum(total.values())} mutants: {dict(total)}; {len(wrong)} break a law")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
