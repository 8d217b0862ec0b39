"""Estimate the positions that ship: `python tools/starter/estimate_positions.py RECORD [--method M] [--seed N]`.

RECORD holds the public roll calls, as `nonaligned load un_votes UNVotes_1946-2024.csv.gz rollcalls_1946-2019.parquet` loads them.
Writes ideal_points.parquet and roll_call_items.parquet, each with its origin, into the starter record.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import polars as pl

from nonaligned.ground.version import version
from nonaligned.measures import Asked, measure
from nonaligned.measures.ideal_points import MEASURE, make
from nonaligned.record.store import Record

STARTER = Path(__file__).parents[2] / "src/nonaligned/record/starter"
KEY = "nonaligned_ideal_points"
ORIGIN = """[table]
title = "{title}"
as_of = {as_of}
licence = "CC BY 4.0"
note = "{note}"

[source.{key}]
producer = "nonaligned"
title = "{title}"
url = "https://doi.org/10.7910/DVN/LEJUQZ"
citation = "{citation}"
licence = "CC BY 4.0"
sha256 = "{sha256}"
"""


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("record", type=Path)
    ask.add_argument("--method", default="principled")
    ask.add_argument("--seed", type=int, default=2024)
    given = ask.parse_args()
    record = Record(given.record)
    load = next(entry for entry in record.loads if "votes" in entry.files)
    options = {option.name: option.default for option in measure("ideal_points").options} | {"method": given.method}
    asked = Asked(seed=given.seed, options=options, on_progress=lambda share: print(f"\r{share:4.0%}", end="", file=sys.stderr))
    made = make(record, asked, {})
    result = made.extra["result"]
    frame = made.frame.with_columns(pl.col("session").cast(pl.String), source=pl.lit(KEY))
    floats = [name for name, kind in frame.schema.items() if kind.is_float()]
    frame.with_columns(pl.col(floats).round(4)).write_parquet(STARTER / "ideal_points.parquet", compression="zstd", compression_level=19)
    calls = record_calls(record, asked)
    items = calls.join(result.items.drop("yes", "abstain", "no"), on="item", how="inner").sort("rcid").with_columns(source=pl.lit(KEY))
    floats = [name for name, kind in items.schema.items() if kind.is_float()]
    items.with_columns(pl.col(floats).round(4)).write_parquet(STARTER / "roll_call_items.parquet", compression="zstd", compression_level=19)
    last = calls_last_day(record)
    how = result.diagnostics
    note = (
        f"Method {how.method}, seed {given.seed}, {how.n_chains} chains, {how.n_sweeps} sweeps, nonaligned {version()}; input: "
        f"{', '.join(one.name for one in load.raw)}; {'converged' if how.is_converged else 'NOT CONVERGED'}. {'; '.join(result.notes)}."
    )
    hashes = "|".join(one.sha256 for one in load.raw)
    for table, title in (
        ("ideal_points", "Ideal points of states in the UN General Assembly"),
        ("roll_call_items", "Item parameters of its roll calls"),
    ):
        told = ORIGIN.format(
            title=title, as_of=last, note=note.replace('"', "'"), key=KEY, citation=MEASURE.citation[0] + " (model)", sha256=hashes
        )
        (STARTER / f"{table}.origin.toml").write_text(told, encoding="utf-8")
    print(f"\n{frame.height} positions, {items.height} roll calls; {note}")


def record_calls(record: Record, asked: Asked) -> pl.DataFrame:
    """`rcid` and `item` of the roll calls that counted."""
    from nonaligned.measures.inputs.roll_calls import Choice, read_ballots

    options = asked.options
    choice = Choice(options["body"], options["period"], options["parts"], options["link"])
    return read_ballots(record, choice).calls.select("rcid", "item")


def calls_last_day(record: Record) -> str:
    """The day of the newest vote."""
    loaded = next(entry for entry in record.loads if "roll_calls" in entry.files)
    return str(pl.read_parquet(record.folder / loaded.files["roll_calls"])["date"].max())


if __name__ == "__main__":
    main()
