"""Loading the whole roll-call file of the General Assembly, and a claim checked against it.

The peers: pandas, polars and DuckDB reading the same file and doing nothing with it.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import warnings
from pathlib import Path

from timing import PROGRAM, SHARED, process, say, skip, wall

CLAIM = "India abstained on UN General Assembly resolution 65/225 in December 2010."


def main(file: Path) -> None:
    """Print the figures."""
    import duckdb
    import pandas as pd
    import polars as pl

    from nonaligned.checking import check_reading
    from nonaligned.checking.case import Case
    from nonaligned.record.checks import check_rows
    from nonaligned.record.loading import load_rows
    from nonaligned.record.store import Record
    from nonaligned.record.tables import TABLES
    from nonaligned.reports.reading import read_text
    from nonaligned.reports.report import Text
    from nonaligned.sources import source

    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record"
        warnings.simplefilter("ignore", pd.errors.DtypeWarning)
        plain = wall(lambda: pd.read_csv(file), 3)
        say("pandas.read_csv of the file", plain)
        say("polars.read_csv of the file", wall(lambda: pl.read_csv(file), 3))
        say(
            "duckdb read_csv of the file",
            wall(lambda: duckdb.connect().execute("CREATE TABLE file AS SELECT * FROM read_csv(?)", [str(file)]), 1),
        )
        read = wall(lambda: source("un_votes").read(file), 3)
        say("un_votes: file to rows", read, peer=plain, peer_name="pandas.read_csv")
        pair = [file.with_name(name) for name in ("votes_1946-2019_with_absences.parquet", "rollcalls_1946-2019.parquet")]
        together = source("un_votes").read_together
        if together and all(path.exists() for path in pair):
            say("un_votes: the two Parquet files to rows", wall(lambda: together(tuple(pair)), 3), peer=plain, peer_name="pandas.read_csv")
        rows = source("un_votes").read(file)
        votes = rows.frames["votes"]
        assert isinstance(votes, pl.DataFrame)
        say(
            f"checks of {votes.height:,} votes",
            wall(lambda: check_rows(TABLES["votes"], votes), 3),
            peer=plain,
            peer_name="pandas.read_csv",
        )

        def load_anew() -> None:
            shutil.rmtree(record, ignore_errors=True)
            load_rows(record, "un_votes", rows, [file])

        say("load_rows: checks, Parquet, fsync, rename", wall(load_anew, 3), peer=plain, peer_name="pandas.read_csv")
        load = wall(lambda: process([*PROGRAM, "load", "un_votes", file, "--record", record]), 3)
        say("nonaligned load un_votes FILE (new process)", load, peer=plain, peer_name="pandas.read_csv")
        size = sum(path.stat().st_size for path in (record / "tables").iterdir())
        print(f"{'tables on disk':<58} {size / 1e6:>9.1f} MB  ({file.stat().st_size / 1e6:.1f} MB as downloaded)")

        opened = Record(record)
        say("open the record and count its votes", wall(lambda: opened.rows("SELECT count(*) FROM votes"), 1))
        reading = read_text(Text(CLAIM))
        empty = Record(Path(folder) / "none")
        starter = wall(lambda: check_reading(reading, Case(empty, reading.date)), 10)
        say("a vote claim against the starter record", starter)
        (found,) = check_reading(reading, Case(opened, reading.date))
        loaded = wall(lambda: check_reading(reading, Case(opened, reading.date)), 10)
        say(f"a vote claim against the loaded record ({found.verdict})", loaded, peer=starter, peer_name="starter record")
        check = wall(lambda: process([*PROGRAM, "check", "-", "--json", "--record", record], CLAIM), 3)
        say("nonaligned check of one claim (new process)", check)
        print(json.loads(process([*PROGRAM, "check", "-", "--json", "--record", record], CLAIM))["rows"][0]["reason"])


if __name__ == "__main__":
    path = SHARED / "unga" / "UNVotes_1946-2024.csv.gz"
    if path.exists():
        main(path)
    else:
        skip("load_un_votes")
