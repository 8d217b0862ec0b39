"""Loading SIPRI's trade register, and a question asked of it. The peer: pandas reading the same file and doing nothing with it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from timing import PROGRAM, SHARED, process, say, skip, wall

SHARES = "SELECT supplier, share FROM arms_shares WHERE recipient = 'IND' AND last_year = 2024 AND kind = 'computed' ORDER BY rank LIMIT 3"


def main(file: Path) -> None:
    """Print the figures."""
    import pandas as pd

    from nonaligned.record.checks import check_rows
    from nonaligned.record.store import Record
    from nonaligned.record.tables import TABLES
    from nonaligned.sources import source

    skipped = next(place for place, line in enumerate(file.read_text(encoding="utf-8").splitlines()) if line.startswith("SIPRI AT"))
    plain = wall(lambda: pd.read_csv(file, skiprows=skipped), 7)
    say("pandas.read_csv of the file", plain)
    say("sipri_transfers: first file to rows in this process", wall(lambda: source("sipri_transfers").read(file), 1))
    read = wall(lambda: source("sipri_transfers").read(file), 7)
    say("sipri_transfers: file to rows", read, peer=plain, peer_name="pandas.read_csv")
    rows = source("sipri_transfers").read(file)
    for name, frame in rows.frames.items():
        taken = wall(lambda name=name, frame=frame: check_rows(TABLES[name], frame), 7)
        say(f"checks of {frame.height:,} {name}", taken, peer=plain, peer_name="pandas.read_csv")
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record"

        def load() -> None:
            shutil.rmtree(record, ignore_errors=True)
            process([*PROGRAM, "load", "sipri_transfers", file, "--record", record])

        say("nonaligned load sipri_transfers FILE (new process)", wall(load, 3), peer=plain, peer_name="pandas.read_csv")
        size = sum(path.stat().st_size for path in (record / "tables").iterdir())
        print(f"{'tables on disk':<58} {size / 1e6:>9.1f} MB  ({file.stat().st_size / 1e6:.1f} MB as downloaded)")
        say("open the record and take a state's shares", wall(lambda: Record(record).rows(SHARES), 3))
        print("India's imports 2020-24:", ", ".join(f"{row['supplier']} {row['share']:.1f} %" for row in Record(record).rows(SHARES)))


if __name__ == "__main__":
    path = SHARED / "sipri" / "register_17col_1995-2024.csv"
    if path.exists():
        main(path)
    else:
        skip("load_sipri")
