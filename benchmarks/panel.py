"""The full panel of directed dyads and years, 1946 to 2024, with trade, arms, treaties and agreement in votes.

The peer: pandas merging three of the four (it has no agreement) into the same template, from the record's own Parquet tables.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from timing import SHARED, say, skip

FILES = {
    "cow_trade": "trade/cow_trade_ddy_1946-2014.csv.gz",
    "sipri_transfers": "sipri/register_17col_1995-2024.csv",
    "atop": "treaties/atop51_directed_dyad_year.csv.gz",
    "un_votes": "unga/UNVotes_1946-2024.csv.gz",
}
OURS = """
import json, resource, sys, time
from pathlib import Path
start = time.perf_counter()
from nonaligned.panels import panel
from nonaligned.record.store import Record
made = panel("directed_dyad_year", (1946, 2024), record=Record(Path(sys.argv[1])))
for name in ("trade", "arms", "treaties", "agreement"):
    made = made.add(name)
rows, seconds = made.frame.shape, time.perf_counter() - start
for suffix in sys.argv[2:]:
    made.write(Path(sys.argv[1]).parent / f"panel{suffix}")
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, rows, time.perf_counter() - start]))
"""
PANDAS = """
import json, resource, sys, time
from pathlib import Path
start = time.perf_counter()
import pandas as pd, polars as pl
from nonaligned.panels.template import template
keys = template("directed_dyad_year", (1946, 2024)).frame().cast({"state_1": pl.String, "state_2": pl.String})
keys = pd.DataFrame(keys.to_dict(as_series=False))
def read(name):
    (path,) = Path(sys.argv[1], "tables").glob(f"{name}-*.parquet")
    return pd.DataFrame(pl.read_parquet(path).to_dict(as_series=False))
on = ["state_1", "state_2", "year"]
trade = read("trade").rename(columns={"exporter": "state_1", "importer": "state_2"})
keys = keys.merge(trade[[*on, "value_usd", "source"]], on=on, how="left", validate="1:1")
arms = read("arms_deliveries").rename(columns={"supplier": "state_1", "recipient": "state_2", "delivered_year": "year"})
keys = keys.merge(arms.groupby(on, as_index=False)["tiv"].sum(), on=on, how="left", validate="1:1")
owed = read("treaties").rename(columns={"sender": "state_1", "receiver": "state_2"})
owed = owed.assign(one=1).pivot_table(index=on, columns="obligation", values="one", aggfunc="max").reset_index()
keys = keys.merge(owed, on=on, how="left", validate="1:1")
print(json.dumps([time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, keys.shape, 0]))
"""


def run(code: str, *words: object) -> tuple[float, float, list[int], float]:
    """Seconds, MB at the most, rows and columns, and seconds with the writing, of a new process."""
    done = subprocess.run([sys.executable, "-c", code, *map(str, words)], text=True, stdout=subprocess.PIPE, check=True)
    return tuple(json.loads(done.stdout))


def main() -> None:
    """Print the figures."""
    from nonaligned.record.loading import load_rows
    from nonaligned.sources import source

    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record"
        for name, file in FILES.items():
            load_rows(record, name, source(name).read(SHARED / file), [SHARED / file])
        peer, ours = run(PANDAS, record), run(OURS, record)
        print(f"{ours[2][0]:,} rows, {ours[2][1]} columns")
        say("pandas: trade, arms, treaties merged", [peer[0]], f"{peer[1]:,.0f} MB")
        say("panel: the same, with agreement and coverage", [ours[0]], f"{ours[1]:,.0f} MB", [peer[0]], "pandas")
        for suffix in (".parquet", ".csv", ".dta"):
            made = run(OURS, record, suffix)
            say(
                f"and writing it as {suffix}",
                [made[3] - made[0]],
                f"{(Path(folder) / f'panel{suffix}').stat().st_size / 1e6:,.0f} MB on disk",
            )


if __name__ == "__main__":
    if all((SHARED / file).exists() for file in FILES.values()):
        main()
    else:
        skip("panel")
