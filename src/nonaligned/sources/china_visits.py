"""Visits of China's leaders to other states since 1949: CEIAS, and an unnamed compiler's continuation from 2021 on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.sources import Coverage, LoadedRows, SetAside, SourceDeclaration, origin_of
from nonaligned.sources.reading import as_count, read_text, refuse
from nonaligned.sources.state_codes import at_time, codes_of

if TYPE_CHECKING:
    import polars as pl

DECLARED = {
    "producer": "Central European Institute of Asian Studies (CEIAS) to 2020; compiler of the continuation not stated",
    "title": "Who, Where, When: International Travel of the PRC Leaders (1949-2020), continued to 2025",
    "url": "https://who-where-when.ceias.eu/",
    "licence": "CEIAS: freely available, cite; continuation: none stated",
    "citation": "Turcsányi, R., M. Eckert, M. Šimalčík and N. Majsniarová. 2021. WHO | WHERE | WHEN - International travel of the PRC "
    "leaders (1949-2020). Dataset. Central European Institute of Asian Studies (CEIAS). The continuation cites Wikipedia's lists "
    "of international trips and press releases of the Ministry of Foreign Affairs of the People's Republic of China.",
}
WARNINGS = (
    "Visits are dated by the year; several trips of a person to a state in one year are one row in the source.",
    "Rows that cite a press release whose title does not name the visitor are set aside: they are about others, often not abroad.",
    "The continuation is not complete: of the years from 2021 on it has a part of the visits.",
    "Visits to Vietnam before 1976 stand under North Vietnam.",
)
OFFICES = {
    "President": "head_of_state",
    "Premier": "head_of_government",
    "Leader CCP": "party_leader",
    "Paramount Leader": "effective_leader",
    "Other (Acting leader)": "effective_leader",
    "Foreign Minister": "foreign_minister",
}
NAMES = {"Germany, East": "DDR", "Congo - Brazzaville": "COG", "Congo - Kinshasa": "COD"}
CEIAS = "Central European Institute of Asian Studies (CEIAS)"
MINISTRY = "fmprc.gov.cn"
COLUMNS = ("Year", "Name", "Level", "Country", "Original Source", "Details")


def read_china_visits(path: Path) -> LoadedRows:
    r"""Read the visits of China's presidents, premiers and other leaders into `visits`.

    Parameters
    ----------
    path : Path
        CSV with Year, Name, Level, Country, Original Source and Details.

    Raises
    ------
    SourceError
        If a column is missing, a year or level is none, or a country is not known.

    Source
    ------
    Turcsányi et al. 2021; the continuation's own column `Original Source`.

    Examples
    --------
    >>> import tempfile
    >>> header = "Year,Name,Level,Country,Original Source,Details\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "visits.csv"
    ...     _ = file.write_text(header + f"1954,Zhou Enlai,Premier,India,{CEIAS},\n")
    ...     read_china_visits(file).frames["visits"].row(0)[:6]
    ('CHN', 'IND', 1954, '1954', 'Zhou Enlai', 'head_of_government')
    """
    import polars as pl

    frame = read_text(path, {name: name for name in COLUMNS})
    refuse(frame, pl.col("Year").str.contains(r"^(19|20)\d\d$").not_(), "Year", "a year", path)
    refuse(frame, pl.col("Name") == "", "Name", "a name", path)
    refuse(frame, ~pl.col("Level").is_in(list(OFFICES)), "Level", f"one of {', '.join(OFFICES)}", path)
    codes = codes_of(frame["Country"], NAMES)
    refuse(frame, ~pl.col("Country").is_in(list(codes)), "Country", "the name of a state", path)
    frame = _with_hosts(frame.with_columns(as_count("Year").alias("year")), codes)
    title = pl.col("Details").str.split("_Ministry of Foreign Affairs").list.first()
    is_other = pl.col("Original Source").str.contains(MINISTRY, literal=True) & ~title.str.contains(pl.col("Name"), literal=True)
    others, frame = frame.filter(is_other), frame.filter(~is_other)
    released = others["Original Source"].str.extract(r"/t(\d{8})_").str.to_date("%Y%m%d", strict=False).max()
    as_of = min(f"{max(frame['year'])}-12-31", str(released or "9999"))  # no later than the last page that the compiler read
    visit = ("year", "Name", "host")
    order = [pl.col("Original Source") != CEIAS, "Original Source"]
    is_again = pl.col("Original Source") != pl.col("Original Source").sort_by(order).first().over(visit)
    again, frame = frame.filter(is_again), frame.filter(~is_again)
    reasons = ((others, "the press release cited is not about the named visitor"), (again, "the same visit from a second list"))
    return LoadedRows(
        frames={"visits": _rows(frame)},
        warnings=WARNINGS,
        origin=origin_of(DECLARED, "china_visits", as_of, " ".join(WARNINGS)),
        coverage={"visits": Coverage(min(frame["year"]), max(frame["year"]), note="China's leaders abroad; incomplete from 2021 on")},
        rows_in=frame.height + others.height + again.height,
        rows_used=frame.height,
        set_aside=tuple(SetAside(rows.height, reason, int(rows["line"][0])) for rows, reason in reasons if rows.height),
    )


def _with_hosts(frame: pl.DataFrame, codes: dict[str, str]) -> pl.DataFrame:
    import polars as pl

    pairs = [(name, year, _in_year(codes[name], year)) for name, year in frame.select("Country", "year").unique().iter_rows()]
    hosts = pl.DataFrame(pairs, schema={"Country": pl.String, "year": pl.Int64, "host": pl.String}, orient="row")
    return frame.join(hosts, on=["Country", "year"], how="left", maintain_order="left")


def _in_year(code: str, year: int) -> str:
    return "VDR" if code == "VNM" and year < 1976 else at_time(code, year)


def _rows(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    is_transit = pl.col("Details").str.contains(r"^Transit")
    note = pl.when(pl.col("Original Source") == CEIAS).then(pl.lit("CEIAS.")).otherwise(pl.format("{}.", "Original Source"))
    return frame.select(
        pl.lit("CHN").alias("visitor"),
        "host",
        "year",
        pl.col("Year").alias("visited"),
        pl.col("Name").alias("person"),
        pl.col("Level").replace_strict(OFFICES).alias("office"),
        pl.int_range(1, pl.len() + 1).over("year", "Name", "host").alias("visit_number"),
        pl.lit("china_visits").alias("source"),
        pl.when(is_transit).then(pl.format("In transit. {}", note)).otherwise(note).alias("note"),
    )


SOURCE = SourceDeclaration(
    name="china_visits",
    producer=DECLARED["producer"],
    title=DECLARED["title"],
    licence=DECLARED["licence"],
    citation=DECLARED["citation"],
    address=DECLARED["url"],
    tables=("visits",),
    warnings=WARNINGS,
    read=read_china_visits,
)
