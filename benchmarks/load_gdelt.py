"""Loading a GDELT file of some hundred megabytes: the real sample repeated with new event ids.

The peer: DuckDB reading the same file with the same types into a table of its own, in the same run.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from timing import SHARED, process, say, skip, wall

MEGABYTES = 250

READ = """
import resource, sys
from pathlib import Path
from nonaligned.sources.gdelt import read_gdelt
rows = read_gdelt(Path(sys.argv[1]))
print(rows.rows_in, rows.rows_used, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, rows.frames["events"].parent)
"""


def repeat(sample: Path, target: Path, megabytes: int) -> int:
    """Write the sample's lines over and over, each with an event id of its own; return the number of lines."""
    tails = [line.partition(b"\t")[2] for line in sample.read_bytes().splitlines(keepends=True)]
    written = n = 0
    with target.open("wb") as handle:
        while written < megabytes * 1024**2:
            written += handle.write(b"".join(b"%d\t%s" % (10**9 + n + i, tail) for i, tail in enumerate(tails)))
            n += len(tails)
    return n


def main(sample: Path, megabytes: int) -> None:
    """Print the figures."""
    import duckdb

    from nonaligned.sources.gdelt import TYPED, fields, read_gdelt

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "20151027.export.CSV"
        n = repeat(sample, file, megabytes)
        numbers = {
            name: "DOUBLE" if name.endswith(("Lat", "Long")) else "INTEGER"
            for name in fields(61)
            if name.endswith(("_Lat", "_Long", "_Type"))
        }
        types = (
            {"MonthYear": "INTEGER", "Year": "INTEGER", "FractionDate": "DOUBLE", "AvgTone": "DOUBLE", "NumSources": "INTEGER"}
            | numbers
            | TYPED
        )
        columns = {name: types.get(name, "VARCHAR") for name in fields(61)}

        def bare() -> None:
            with duckdb.connect() as connection:
                connection.execute(
                    f"CREATE TABLE t AS SELECT * FROM read_csv('{file}', auto_detect=false, columns={columns}, delim='\t', "
                    "header=false, quote='', escape='')"
                )

        def ours() -> None:
            rows = read_gdelt(file)
            assert rows.rows_in == rows.rows_used == n
            shutil.rmtree(Path(str(rows.frames["events"])).parent)

        print(f"{n:,} events, {file.stat().st_size / 1e6:.0f} MB")
        bare()
        plain = wall(bare, 3)
        say("duckdb: CREATE TABLE AS SELECT * FROM read_csv (typed)", plain)
        say("gdelt: file to Parquet of the table `events`", wall(ours, 3), peer=plain, peer_name="duckdb")
        rows_in, rows_used, peak, made = process([sys.executable, "-c", READ, file]).split()
        size = sum(path.stat().st_size for path in Path(made).iterdir())
        shutil.rmtree(made)
        print(f"{'peak memory of a process that reads it':<58} {int(peak):>9,} MB  ({rows_used} of {rows_in} rows)")
        print(f"{'Parquet':<58} {size / 1e6:>9.1f} MB")


if __name__ == "__main__":
    path = SHARED / "events" / "gdelt2_2015-10-27.tsv"
    if path.exists():
        main(path, int(sys.argv[1]) if len(sys.argv) > 1 else MEGABYTES)
    else:
        skip("load_gdelt")
