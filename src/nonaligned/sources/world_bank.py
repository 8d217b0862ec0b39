"""The World Bank's indicators: files of its API (CSV, JSON) and the whole World Development Indicators."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from nonaligned.ground.errors import UsageError
from nonaligned.sources import Coverage, LoadedRows, SourceDeclaration, origin_of
from nonaligned.sources.reading import opened
from nonaligned.sources.world_bank_codes import BORDERS, BORDERS_NOTE, KNOWN, add_states
from nonaligned.sources.world_bank_layouts import read_json, read_wide

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.sources.fetching.download import Download

NAME = "world_bank"
DEFAULT = ("NY.GDP.MKTP.CD", "NY.GDP.PCAP.CD", "SP.POP.TOTL")
ADDRESS = "https://api.worldbank.org/v2/en/indicator/{code}?downloadformat=csv"
CODE = re.compile(r"[A-Z0-9]+(\.[A-Z0-9]+)+")
BULK = ("wdicsv.csv", "wdidata.csv")
DECLARED = {
    "producer": "World Bank",
    "title": "World Development Indicators",
    "url": "https://data.worldbank.org",
    "citation": "World Bank, World Development Indicators, Washington, DC.",
    "licence": "CC BY 4.0",
}
WARNINGS = (
    "Aggregates (World, regions, groups by income) and territories that are no states are left out; Taiwan is not in these tables.",
    "Years in which a state did not exist are left out, though the World Bank prints some of them.",
    f"Earlier years may be for a state's later borders: {', '.join(f'{state} before {year}' for state, year in sorted(BORDERS.items()))}.",
)


def read(path: Path) -> LoadedRows:
    r"""Read one indicator (CSV or JSON of the API, or its archive), or those known here of the whole World Development Indicators.

    Raises
    ------
    SourceError
        If the layout is none of these, a cell is no number, codes are unknown, or a JSON answer is an error or one page of several.

    Source
    ------
    World Bank, Indicators API version 2.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "API_SP.POP.TOTL.csv"
    >>> _ = file.write_text(
    ...     '"Data Source","World Development Indicators",\n\n"Last Updated Date","2025-10-07",\n\n'
    ...     '"Country Name","Country Code","Indicator Name","Indicator Code","2022","2023",\n'
    ...     '"India","IND","Population, total","SP.POP.TOTL","1425423212","",\n'
    ...     '"World","WLD","Population, total","SP.POP.TOTL","1","2",\n'
    ... )
    >>> loaded = read(file)
    >>> loaded.frames["indicators"].select("state", "year", "indicator", "value", "unit").rows()
    [('IND', 2022, 'population', 1425423212.0, 'persons')]
    >>> loaded.set_aside[0].count, loaded.part, loaded.origin["table"]["as_of"]
    (1, 'SP.POP.TOTL', '2025-10-07')
    """
    import polars as pl

    with opened(path, _member(path)) as handle:
        start = handle.read(4096).lstrip(b"\xef\xbb\xbf \r\n\t")
    values = read_json(path) if start.startswith((b"[", b"{")) else read_wide(path, _member(path))
    rows, aside, gone = add_states(values.rows, path, is_wide=values.is_wide)
    frame = _indicators(rows.filter(pl.col("value").is_not_null()))
    aside = (*values.set_aside, *aside)
    warnings = (*WARNINGS, *([f"{gone} figures of years in which the state did not exist were left out."] if gone else []))
    years = frame["year"].to_list()
    declared = DECLARED | ({"version": f"updated {values.updated}"} if values.updated else {})
    return LoadedRows(
        frames={"indicators": frame},
        warnings=warnings,
        origin=origin_of(declared, NAME, values.updated or f"{max(years, default=0)}-12-31", " ".join(warnings)),
        part=values.part,
        coverage={"indicators": Coverage(min(years), max(years), note="a state without a row is unknown")} if years else {},
        rows_in=values.rows_in,
        rows_used=values.rows_in - sum(one.count for one in aside),
        set_aside=aside,
    )


def _member(path: Path) -> str:
    """The pattern of the archive's member that holds the values."""
    if not zipfile.is_zipfile(path):
        return "*"
    with zipfile.ZipFile(path) as archive:
        names = [PurePosixPath(name).name.lower() for name in archive.namelist()]
    return next((name for name in BULK if name in names), "api_*.csv" if any(name.startswith("api_") for name in names) else "*")


def _indicators(rows: pl.DataFrame) -> pl.DataFrame:
    """Names and units: the program's own where it knows the indicator, else the code and what the title has in brackets."""
    import polars as pl

    code = pl.col("code")
    own = {known: name for known, (name, _) in KNOWN.items()}
    units = {known: unit for known, (_, unit) in KNOWN.items()}
    borders = pl.any_horizontal((pl.col("state") == state) & (pl.col("year") < year) for state, year in BORDERS.items())
    return rows.select(
        "state",
        "year",
        code.replace_strict(own, default=code.str.to_lowercase().str.replace_all(".", "_", literal=True)).alias("indicator"),
        "value",
        code.replace_strict(units, default=pl.col("title").str.extract(r"\(([^()]*)\)\s*$").fill_null("")).alias("unit"),
        pl.lit(NAME).alias("source"),
        pl.when(borders).then(pl.lit(BORDERS_NOTE)).otherwise(pl.lit("")).alias("note"),
    ).sort("state", "year", "indicator")


def downloads(words: tuple[str, ...]) -> tuple[Download, ...]:
    """One archive for each indicator.

    Parameters
    ----------
    words : tuple of str
        Codes of indicators; none: gross domestic product, the same per head, population, military spending as a share of it.

    Examples
    --------
    >>> downloads(("sp.pop.totl",))[0].url
    'https://api.worldbank.org/v2/en/indicator/SP.POP.TOTL?downloadformat=csv'
    """
    from nonaligned.sources.fetching.download import Download

    codes = tuple(dict.fromkeys(word.upper() for word in words)) or DEFAULT
    for code in codes:
        if not CODE.fullmatch(code):
            raise UsageError(f"{code!r} is no indicator of the World Bank.", why="They look like SP.POP.TOTL.")
    return tuple(Download(ADDRESS.format(code=code), f"{code}.zip") for code in codes)


SOURCE = SourceDeclaration(
    name=NAME,
    producer=DECLARED["producer"],
    title=DECLARED["title"],
    licence=DECLARED["licence"],
    citation=DECLARED["citation"],
    address=DECLARED["url"],
    tables=("indicators",),
    warnings=WARNINGS,
    read=read,
    downloads=downloads,
    words="[INDICATOR...]",
)
