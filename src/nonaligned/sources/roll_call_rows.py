"""What the readers of roll-call files share: reading text, refusing a cell, seats, membership, landmarks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import SourceError
from nonaligned.ground.origins import read_rows
from nonaligned.record.store import starter_directory
from nonaligned.sources import LoadedRows
from nonaligned.world.states import states

if TYPE_CHECKING:
    import polars as pl

# One seat, several codes: the file has one code or number for all, the day decides whose vote it was.
SEATS = (("RUS", "SUN"), ("CHN", "TWN"), ("YEM", "YAR"), ("SRB", "SCG", "YUG"))
CITATIONS: dict[str, dict[str, str]] = {
    "voeten": {
        "producer": "Erik Voeten, Anton Strezhnev and Michael Bailey",
        "title": "United Nations General Assembly Voting Data",
        "url": "https://doi.org/10.7910/DVN/LEJUQZ",
        "citation": "Voeten, Erik, Anton Strezhnev and Michael Bailey, 2009, United Nations General Assembly Voting Data, "
        "Harvard Dataverse, doi:10.7910/DVN/LEJUQZ.",
        "licence": "CC0 1.0",
    },
    "undl_assembly": {
        "producer": "United Nations, Dag Hammarskjöld Library",
        "title": "General Assembly voting data",
        "url": "https://digitallibrary.un.org/record/4060887",
        "citation": "United Nations, Dag Hammarskjöld Library, General Assembly Voting Data, https://digitallibrary.un.org/record/4060887.",
        "licence": "United Nations; reproduction for non-commercial use with acknowledgement",
    },
    "undl_council": {
        "producer": "United Nations, Dag Hammarskjöld Library",
        "title": "Security Council voting data",
        "url": "https://digitallibrary.un.org/record/4055387",
        "citation": "United Nations, Dag Hammarskjöld Library, Security Council Voting Data, https://digitallibrary.un.org/record/4055387.",
        "licence": "United Nations; reproduction for non-commercial use with acknowledgement",
    },
}


def read_text(path: Path, names: Mapping[str, str]) -> pl.DataFrame:
    """Columns of a CSV file as text, under the names on the right, beside the number of their `line`."""
    import polars as pl

    try:
        frame = pl.read_csv(path, columns=list(names), infer_schema=False, row_index_name="line", row_index_offset=2)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise SourceError(f"{path.name} cannot be read.", why=str(error).splitlines()[0]) from error
    if not frame.height:
        raise SourceError(f"{path.name} has a header and no rows.")
    return frame.rename(dict(names)).with_columns(pl.col(new).fill_null("").str.strip_chars() for new in names.values())


def refuse(frame: pl.DataFrame, bad: pl.Expr | pl.Series, column: str, expected: str, path: Path) -> None:
    """Raise SourceError for the first row where `bad` holds."""
    broken = frame.filter(bad)
    if broken.height:
        first = broken.row(0, named=True)
        raise SourceError(
            f"{path.name}, line {first['line']}, column {column}: {first[column]!r} is not {expected}.",
            why=f"{broken.height} of {frame.height} rows are like this.",
        )


def as_day(column: str) -> pl.Expr:
    """The ISO day at the start of a text column; null where there is none."""
    import polars as pl

    return pl.col(column).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)


def as_count(column: str) -> pl.Expr:
    """An integer that may be printed as 120.0; null where the cell is empty or no number."""
    import polars as pl

    return pl.col(column).str.replace(r"\.0+$", "").cast(pl.Int64, strict=False)


def seated(but: str = "") -> pl.Expr:
    """The code under which the holder of a seat voted on the day (SUN for RUS in 1980, TWN for CHN in 1960)."""
    import polars as pl

    code, day = "state", "date"
    expression = pl.col(code)
    for family in (seat for seat in SEATS if seat[0] != but):
        expression = pl.when(pl.col(code).is_in(list(family))).then(pl.lit(family[0])).otherwise(expression)
        for former in family[1:]:
            for spell in next(s for s in states(system=None) if s.code == former).in_system("un"):
                first, last = (pl.lit(spell.span.first).str.to_date(), pl.lit(spell.span.last).str.to_date())
                inside = pl.col(code).is_in(list(family)) & pl.col(day).is_between(first, last)
                expression = pl.when(inside).then(pl.lit(former)).otherwise(expression)
    return expression.alias(code)


def is_member(votes: pl.DataFrame) -> pl.DataFrame:
    """`votes` with a column `member`: whether the state was in the United Nations on the day."""
    import polars as pl

    spells = pl.DataFrame(
        [(one.code, s.span.first, s.span.last or "9999-12-31") for one in states(system=None) for s in one.in_system("un")],
        schema=["state", "first", "last"],
        orient="row",
    ).with_columns(pl.col("first", "last").str.to_date())
    days = votes.select("state", "date").unique().join(spells, on="state")
    inside = days.filter(pl.col("date").is_between("first", "last")).select("state", "date", member=pl.lit(True))
    return votes.join(inside, on=["state", "date"], how="left").with_columns(pl.col("member").fill_null(False))


def landmarks(roll_calls: pl.DataFrame, slack: int = 0) -> dict[str, str]:
    """Keys of loaded roll calls that are landmarks of the starter record -> the landmark's key.

    A roll call is the landmark with its symbol if the totals differ by at most two votes (paragraphs and motions
    share the symbol but not the totals). Without a symbol it is the one of the same day and totals, `slack` votes
    apart at most; before 1991, where days are known to be imprecise, of the same month and totals, one vote apart.
    Where two fit equally well, neither is taken.
    """
    import polars as pl

    shelf: dict[str, list[dict[str, Any]]] = {}
    for row in roll_calls.filter(pl.col("yes").is_not_null()).iter_rows(named=True):
        shelf.setdefault(_bare(row["resolution"]) or str(row["date"])[:7], []).append(row)
    found: dict[str, str] = {}
    for landmark in read_rows(starter_directory() / "roll_calls.csv"):
        fits: list[tuple[int, str]] = []
        for row in (*shelf.get(_bare(landmark["resolution"]), ()), *shelf.get(landmark["date"][:7], ())):
            apart = sum(abs(row[name] - int(landmark[name])) for name in ("yes", "no", "abstain"))
            if row["resolution"]:
                near = apart <= 2
            elif landmark["date"] < "1991":
                near = apart <= 1
            else:
                near = str(row["date"]) == landmark["date"] and apart <= slack
            if near and row["body"] == landmark["body"]:
                fits.append((apart, row["rcid"]))
        fits.sort()
        if fits and (len(fits) == 1 or fits[0][0] < fits[1][0]):
            found[fits[0][1]] = landmark["rcid"]
    return found


def _bare(symbol: str) -> str:
    return re.sub(r"[\s\[\]]", "", symbol).removesuffix("A")


def loaded(roll_calls: pl.DataFrame, votes: pl.DataFrame, source: str, warnings: list[str], slack: int = 0) -> LoadedRows:
    """Give landmarks their keys, add the source, and shape both frames."""
    import polars as pl

    renamed = landmarks(roll_calls, slack)
    key = pl.col("rcid").replace(renamed)
    if renamed:
        warnings.append(f"{len(renamed)} roll calls are landmarks of the starter record, whose checked votes stand for them.")
    as_of = roll_calls["date"].max()
    origin: dict[str, Any] = {
        "table": {
            "title": CITATIONS[source]["title"],
            "as_of": str(as_of),
            "licence": CITATIONS[source]["licence"],
            "note": " ".join(warnings),
        },
        "source": {source: CITATIONS[source]},
    }
    source_column = pl.lit(source).alias("source")
    frames = {
        "roll_calls": roll_calls.with_columns(key, source_column),
        "votes": votes.select(key, "state", "vote", source_column),
    }
    return LoadedRows(frames, tuple(warnings), origin)
