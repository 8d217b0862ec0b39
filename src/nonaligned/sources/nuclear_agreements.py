"""Fuhrmann's bilateral agreements on civil nuclear cooperation, by year of signature."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.sources import Coverage, LoadedRows, SetAside, SourceDeclaration, origin_of
from nonaligned.sources.cow_numbers import with_states
from nonaligned.sources.reading import as_count, read_text, refuse
from nonaligned.sources.state_codes import codes_of
from nonaligned.world.states import states

if TYPE_CHECKING:
    import polars as pl

NAME = "nuclear_agreements"
COLUMNS = ("ccode1", "ccode2", "country1", "country2", "year", "nca", "nca_type")
LARGEST_KIND = 7
# The file's own spellings.
ALIASES = {"GDR": "DDR", "Yugo": "YUG", "Switz": "CHE", "Phillipines": "PHL", "Korea S": "KOR", "Vietnam, South": "RVN"}
MOST_ASTRAY = 0.01
DECLARED = {
    "producer": "Matthew Fuhrmann, Texas A&M University",
    "title": "Bilateral civilian nuclear cooperation agreements",
    "url": "https://www.matthewfuhrmann.com/datasets.html",
    "citation": "Fuhrmann, Matthew, 2009, Spreading Temptation: Proliferation and Peaceful Nuclear Cooperation Agreements, International "
    "Security 34 (1): 7-41.",
    "licence": "free for research, to be cited",
}
WARNINGS = (
    "`kind` is the file's own number of the agreement's type.",
    "The file lists many agreements once from each side and some from one side alone; `note` counts its rows by first state, "
    "a row here is one dyad, year and type.",
)
DISAGREE = "the state's number and its name in the file disagree"
OUTSIDE = "a party was no state of the international system in the year"


def read(path: Path) -> LoadedRows:
    r"""Read Fuhrmann's list: one row per agreement and first state, with COW numbers, names, year and type.

    Raises
    ------
    SourceError
        If a column is missing, a cell cannot be read, or more than one row in a hundred names another state than its number.

    Source
    ------
    Fuhrmann 2009.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "agreements.csv"
    >>> _ = file.write_text("ccode1,ccode2,country1,country2,year,nca,nca_type\n750,2,India,USA,1963,1.0,5.0\n")
    >>> read(file).frames["nuclear_agreements"].rows()
    [('IND', 'USA', 1963, 'type 5', 'nuclear_agreements', '1 row from IND')]
    """
    import polars as pl

    raw = read_text(path, {name: name for name in COLUMNS})
    kind = as_count("nca_type")
    refuse(raw, kind.is_null() | ~kind.is_between(1, LARGEST_KIND), "nca_type", f"a type from 1 to {LARGEST_KIND}", path)
    refuse(raw, as_count("nca").ne_missing(1), "nca", "1", path)
    held = with_states(raw, {"ccode1": "first", "ccode2": "second"}, path)
    astray = held.filter(_disagree(held, "1") | _disagree(held, "2") | (pl.col("ccode1") == pl.col("ccode2")))
    if astray.height > MOST_ASTRAY * raw.height + 1:
        refuse(raw, raw["line"].is_in(astray["line"].implode()), "country1", "the state of its number, or country2 is not", path)
    rest = held.join(astray, on="line", how="anti")
    outside = rest.filter((pl.col("first") == "") | (pl.col("second") == ""))
    frame = _agreements(rest.join(outside, on="line", how="anti"))
    aside = tuple(
        SetAside(rows.height, reason, int(rows["line"][0])) for rows, reason in ((astray, DISAGREE), (outside, OUTSIDE)) if rows.height
    )
    years = held["year"].to_list()
    return LoadedRows(
        frames={"nuclear_agreements": frame},
        warnings=WARNINGS,
        origin=origin_of(DECLARED, NAME, f"{max(years)}-12-31", " ".join(WARNINGS)),
        coverage={"nuclear_agreements": Coverage(min(years), max(years), note="agreements that the list's author found")},
        rows_in=raw.height,
        rows_used=raw.height - sum(one.count for one in aside),
        set_aside=aside,
    )


def _disagree(frame: pl.DataFrame, side: str) -> pl.Expr:
    """Where the name of one side is that of a state which never held the side's number."""
    import polars as pl

    numbers = {one.code: {spell.number for spell in one.in_system("cow")} for one in states(system=None)}
    named = codes_of(frame[f"country{side}"], ALIASES)
    fitting = [f"{name}|{number}" for name, code in named.items() for number in numbers[code]]
    return ~(pl.col(f"country{side}") + "|" + pl.col(f"ccode{side}").str.replace(r"\.0+$", "")).is_in(fitting)


def _agreements(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per dyad, year and type; the note counts the file's rows by their first state."""
    import polars as pl

    counted = rows.group_by("first", "second", "year", kind="type " + as_count("nca_type").cast(pl.String)).len("n")
    plural = pl.when(pl.col("n") == 1).then(pl.lit(" row from ")).otherwise(pl.lit(" rows from "))
    return (
        counted.with_columns(
            state_a=pl.min_horizontal("first", "second"),
            state_b=pl.max_horizontal("first", "second"),
            note=pl.col("n").cast(pl.String) + plural + pl.col("first"),
        )
        .sort("state_a", "state_b", "year", "kind", "first")
        .group_by("state_a", "state_b", "year", "kind", maintain_order=True)
        .agg(source=pl.lit(NAME), note=pl.col("note").str.join(", "))
    )


SOURCE = SourceDeclaration(
    name=NAME,
    producer=DECLARED["producer"],
    title=DECLARED["title"],
    licence=DECLARED["licence"],
    citation=DECLARED["citation"],
    address=DECLARED["url"],
    tables=("nuclear_agreements",),
    warnings=WARNINGS,
    read=read,
)
