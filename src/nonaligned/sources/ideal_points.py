"""Positions that `nonaligned measure ideal_points -o FILE` wrote: loaded, they stand in place of those that ship."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError
from nonaligned.sources import Coverage, LoadedRows, SourceDeclaration, origin_of
from nonaligned.sources.reading import as_count, as_number, is_parquet, read_text, refuse
from nonaligned.world.states import states

if TYPE_CHECKING:
    import polars as pl

NAME = "ideal_points"
KEY = "nonaligned_ideal_points"  # that of the rows that ship, which give way
NUMBERS = ("ideal_point", "sd", "lower", "upper", "q25", "q75", "rhat", "ess")
COLUMNS = ("state", "year", "session", *NUMBERS, "n_votes", "note")
MAKES = "nonaligned measure ideal_points --record DIR -o ip.parquet"
WARNINGS = ("Loaded positions replace all that ship; the two have different scales.",)
DECLARED = {
    "producer": "the user, with nonaligned",
    "title": "Ideal points of states in the UN General Assembly",
    "url": "https://doi.org/10.7910/DVN/LEJUQZ",
    "citation": "Bailey, Michael A., Anton Strezhnev and Erik Voeten 2017, Estimating Dynamic State Preferences from United Nations Voting "
    "Data, Journal of Conflict Resolution 61(2): 430-456 (model)",
    "licence": "the user's own",
}


def read(path: Path) -> LoadedRows:
    r"""Read positions, from CSV or Parquet, with the columns that the program writes.

    Raises
    ------
    SourceError
        If a column is missing, a state is unknown or stands twice in a year, or a number is none.

    Source
    ------
    The measure `ideal_points` of this program.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "ip.csv"
    >>> head = "state,year,session,ideal_point,sd,lower,upper,q25,q75,n_votes,rhat,ess,note"
    >>> _ = file.write_text(head + "\nIND,2023,78,-0.4,0.1,-0.6,-0.2,-0.5,-0.3,86,1.0,900,\n")
    >>> read(file).frames["ideal_points"].select("state", "year", "ideal_point").rows()
    [('IND', 2023, -0.4)]
    """
    import polars as pl

    raw = _parquet(path) if is_parquet(path) else read_text(path, {name: name for name in COLUMNS})
    refuse(raw, ~pl.col("state").is_in([one.code for one in states(system=None)]), "state", "a state's code", path)
    refuse(raw, as_count("year").is_null() | ~as_count("year").is_between(1945, 2100), "year", "a year", path)
    refuse(raw, pl.struct("state", "year").is_duplicated(), "state", "a state's only row in its year", path)
    refuse(raw, as_number("ideal_point").is_null(), "ideal_point", "a number", path)
    refuse(raw, as_count("n_votes").is_null() | (as_count("n_votes") < 1), "n_votes", "a count of votes", path)
    for name in NUMBERS[1:]:
        refuse(raw, as_number(name).is_null() & (pl.col(name).fill_null("") != ""), name, "a number", path)
    numbers = {name: as_number(name) for name in NUMBERS}
    frame = raw.select(
        state="state", year=as_count("year"), session=pl.col("session").fill_null(""), **numbers, n_votes=as_count("n_votes"),
        note=pl.col("note").fill_null(""), source=pl.lit(KEY),
    ).sort("state", "year")  # fmt: skip
    span = frame["year"].to_list()
    return LoadedRows(
        frames={"ideal_points": frame},
        warnings=WARNINGS,
        origin=origin_of(DECLARED, KEY, f"{max(span)}-12-31", " ".join(WARNINGS)),
        coverage={"ideal_points": Coverage(min(span), max(span), note="states that cast a contested vote")},
        rows_in=raw.height,
        rows_used=raw.height,
    )


def _parquet(path: Path) -> pl.DataFrame:
    import polars as pl

    try:
        raw = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise SourceError(f"{path.name} cannot be read.", why=str(error).splitlines()[0], mend=MAKES) from error
    lacking = [name for name in COLUMNS if name not in raw.columns]
    if lacking or not raw.height:
        why = f"It lacks {', '.join(lacking)}." if lacking else "It has no rows."
        raise SourceError(f"{path.name} holds no positions.", why=why, mend=MAKES)
    return raw.select(pl.col(name).cast(pl.String) for name in COLUMNS).with_row_index("line", 1)


SOURCE = SourceDeclaration(
    name=NAME,
    producer=DECLARED["producer"],
    title=DECLARED["title"],
    licence=DECLARED["licence"],
    citation=DECLARED["citation"],
    address=DECLARED["url"],
    tables=("ideal_points",),
    warnings=WARNINGS,
    read=read,
)
