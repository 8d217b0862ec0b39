"""How often each member of the United Nations voted with the United States, as the State Department counts it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError
from nonaligned.sources import Coverage, LoadedRows, SourceDeclaration, origin_of
from nonaligned.sources.reading import as_count, as_number, read_text, refuse
from nonaligned.world.states import states

if TYPE_CHECKING:
    import polars as pl

NAME = "us_coincidence"
COUNTS = {"SAME": "n_same", "PARTIAL": "n_partial", "OPPOSITE": "n_opposite", "ABSENT": "n_absent"}
NAMES = {"ISO": "ISO", **{name: name for name in COUNTS}, "COINCIDENCE": "COINCIDENCE"}
MISPRINTS = {"GRO": "GRC"}  # Greece in the table of 2018
ROUNDING = 0.005 + 1e-9
DECLARED = {
    "producer": "United States Department of State",
    "title": "Voting Practices in the United Nations: voting coincidence on contested votes in the General Assembly",
    "url": "https://www.state.gov/voting-practices-in-the-united-nations/",
    "citation": "United States Department of State, Voting Practices in the United Nations, annual report to Congress under Public Laws "
    "101-246 and 108-447.",
    "licence": "work of the United States government, public domain",
}
WARNINGS = ("The published rate counts a vote in which one of the two abstained as half, and leaves absences out.",)


def read(path: Path) -> LoadedRows:
    r"""Read the counts of one year, whose number stands in the file's name; columns are found by name.

    Raises
    ------
    SourceError
        If the name holds no single year, a column is missing, a cell is no count or share, or a code no state's.

    Source
    ------
    Department of State, Voting Practices in the United Nations.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "un-coincidence-2020.csv"
    >>> _ = file.write_text("COUNTRY,ISO,SAME,PARTIAL,OPPOSITE,ABSENT,COINCIDENCE\nAlbania,ALB,42,21,37,0,0.53\n")
    >>> read(file).frames["us_coincidence"].rows()
    [('ALB', 2020, 42, 21, 37, 0, 0.53, 'us_coincidence')]
    """
    import polars as pl

    years = set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", path.name))
    if len(years) != 1:
        raise SourceError(f"{path.name} names no year.", why="The file itself does not say it.", mend="name it un-coincidence-YEAR.csv")
    year = int(years.pop())
    raw = read_text(path, NAMES)
    state = pl.col("ISO").replace(MISPRINTS)
    refuse(raw, ~state.is_in([one.code for one in states(system=None)]), "ISO", "a state's code", path)
    refuse(raw, state.is_duplicated(), "ISO", "a state's only row", path)
    for name in COUNTS:
        refuse(raw, as_count(name).is_null() | ~as_count(name).is_between(0, 400), name, "a count", path)
    rate = as_number("COINCIDENCE")
    refuse(raw, rate.is_null() | ~rate.is_between(0, 1), "COINCIDENCE", "a share from 0 to 1", path)
    frame = raw.select(
        state=state,
        year=pl.lit(year, pl.Int64),
        **{ours: as_count(name) for name, ours in COUNTS.items()},
        coincidence=rate,
        source=pl.lit(NAME),
    ).sort("state")
    misprints = [f"{code} is read as {MISPRINTS[code]}." for code in raw["ISO"] if code in MISPRINTS]
    warnings = (*WARNINGS, *misprints, *_oddities(frame))
    return LoadedRows(
        frames={"us_coincidence": frame},
        warnings=warnings,
        origin=origin_of(DECLARED, NAME, f"{year}-12-31", " ".join(warnings)),
        part=str(year),
        coverage={"us_coincidence": Coverage(year, year, note="members of the United Nations other than the United States")},
        rows_in=raw.height,
        rows_used=raw.height,
    )


def _oddities(frame: pl.DataFrame) -> tuple[str, ...]:
    """Rows whose own figures do not fit together: told, never mended."""
    import polars as pl

    cast = pl.col("n_same") + pl.col("n_partial") + pl.col("n_opposite")
    total = cast + pl.col("n_absent")
    usual = frame.select(total.mode().max()).item()
    uneven = frame.filter(total != usual)["state"].to_list()
    rate = (pl.col("n_same") + 0.5 * pl.col("n_partial")) / cast
    other = frame.filter((rate - pl.col("coincidence")).abs() > ROUNDING)["state"].to_list()
    told: list[str] = []
    if uneven:
        told.append(f"The counts of {', '.join(uneven)} do not add up to the {usual} votes of the others.")
    if other:
        told.append(f"The published rate of {', '.join(other)} is not what the counts give.")
    return tuple(told)


SOURCE = SourceDeclaration(
    name=NAME,
    producer=DECLARED["producer"],
    title=DECLARED["title"],
    licence=DECLARED["licence"],
    citation=DECLARED["citation"],
    address=DECLARED["url"],
    tables=("us_coincidence",),
    warnings=WARNINGS,
    read=read,
)
