"""Leaders of states since 1875 (Archigos 4.1): the official file with its 28 columns, and the reduced one of R packages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError
from nonaligned.sources import Coverage, LoadedRows, SourceDeclaration, origin_of
from nonaligned.sources.leader_rows import readable, under_states
from nonaligned.sources.reading import as_text, header_of, read_bytes, read_text, refuse

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.sources.fetching.download import Download

DECLARED = {
    "producer": "H. E. Goemans, Kristian Skrede Gleditsch and Giacomo Chiozza",
    "title": "Archigos: A Data Base on Leaders 1875-2015",
    "version": "4.1",
    "url": "http://ksgleditsch.com/archigos.html",
    "licence": "free for research, cite",
    "citation": "Goemans, H. E., Kristian Skrede Gleditsch and Giacomo Chiozza. 2009. Introducing Archigos: A Dataset of Political "
    "Leaders. Journal of Peace Research 46(2): 269-283, doi:10.1177/0022343308100719. Version 4.1, March 2016.",
}
WARNINGS = (
    "The leader is the person who held power in effect, head of state or not.",
    "Numbers are Gleditsch-Ward's. A spell during which one passed from state to state (365, 345, 678, 816) is a row for each state.",
    "A spell that ends on the last day of the source is open: whether it ended then is not known.",
)
STILL = "Still in Office"


def read_archigos(path: Path) -> LoadedRows:
    r"""Read Archigos into `leaders`, with the office `leader`.

    Parameters
    ----------
    path : Path
        The official file (tabs, column ``ccode``) or the reduced one (commas, column ``gwcode``); gzip or zip too.

    Raises
    ------
    SourceError
        If a column is missing, a day is none, or a number belongs to no state.

    Source
    ------
    Goemans, Gleditsch and Chiozza 2009, doi:10.1177/0022343308100719.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "a.csv"
    ...     _ = file.write_text(
    ...         "obsid,gwcode,leadid,leader,startdate,enddate,exit\nIND-1984,750,x,\"Gandhi, R.\",1984-10-31,1989-12-02,Regular\n"
    ...     )
    ...     read_archigos(file).frames["leaders"].row(0)[:5]
    ('IND', 'R. Gandhi', 'leader', '1984-10-31', '1989-12-02')
    """
    import polars as pl

    frame, number = _read(path)
    frame = frame.with_columns(pl.col(number).str.replace(r"\.0+$", ""))
    days = {day: pl.col(day).str.to_date("%Y-%m-%d", strict=False) for day in ("startdate", "enddate")}
    for day, parsed in days.items():
        refuse(frame, parsed.is_null(), day, "a day written YYYY-MM-DD", path)
    refuse(frame, days["enddate"] < days["startdate"], "enddate", "a day on or after the startdate", path)
    refuse(frame, pl.col("leader") == "", "leader", "a name", path)
    refuse(frame, pl.col("exit") == "", "exit", "a kind of exit", path)
    end = max(frame.filter(pl.col("exit") == STILL)["enddate"], default="")  # the source's last day
    is_open = (pl.col("exit") == STILL) | (pl.col("enddate") == end)
    until = pl.when((pl.col("exit") == STILL) & (pl.col("enddate") < end)).then(
        pl.format("In office on {}, the last day for which the source has this leader.", "enddate")
    )
    spells = frame.select(
        "line",
        number,
        readable("leader").alias("person"),
        pl.col("startdate").alias("entry"),
        pl.when(is_open).then(pl.lit("")).otherwise("enddate").alias("exit"),
        days["startdate"].alias("begins"),
        pl.when(~is_open).then(days["enddate"]).alias("ends"),
        until.otherwise(pl.lit("")).alias("note"),
    )
    rows = under_states(spells, number, "gw", path).select(
        "state", "person", pl.lit("leader").alias("office"), "entry", "exit", pl.lit("archigos").alias("source"), "note"
    )
    latest = max(frame["enddate"])
    years = max(1875, int(min(frame["startdate"])[:4])), int(latest[:4])
    return LoadedRows(
        frames={"leaders": rows},
        warnings=WARNINGS,
        origin=origin_of(DECLARED, "archigos", latest, " ".join(WARNINGS)),
        coverage={"leaders": Coverage(*years, note="states of Gleditsch and Ward, from 1875 and those in office then")},
        rows_in=frame.height,
        rows_used=frame.height,
    )


def _read(path: Path) -> tuple[pl.DataFrame, str]:
    text = as_text(read_bytes(path), path)
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    header = header_of(text.encode(), delimiter=delimiter)
    number = "gwcode" if "gwcode" in header else "ccode"
    if not {"obsid", number, "leader", "startdate"} <= set(header):
        raise SourceError(
            f"{path.name} is no file of Archigos.",
            why=f"Line 1 has the columns {', '.join(header)[:200]}; expected obsid, ccode or gwcode, leader, startdate ...",
        )
    names = {name: name for name in (number, "leader", "startdate", "enddate", "exit")}
    return read_text(path, names, text=text, delimiter=delimiter), number


def _downloads(words: tuple[str, ...]) -> tuple[Download, ...]:
    from nonaligned.sources.fetching.download import Download

    return (Download("http://ksgleditsch.com/data/1March_Archigos_4.1.txt", "1March_Archigos_4.1.txt"),)


SOURCE = SourceDeclaration(
    name="archigos",
    producer=DECLARED["producer"],
    title=DECLARED["title"],
    licence=DECLARED["licence"],
    citation=DECLARED["citation"],
    address=DECLARED["url"],
    tables=("leaders",),
    warnings=WARNINGS,
    read=read_archigos,
    version=DECLARED["version"],
    downloads=_downloads,
)
