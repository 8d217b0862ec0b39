"""National Material Capabilities of the Correlates of War Project: six components of each state and year, and their index."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError
from nonaligned.sources import Coverage, LoadedRows, SetAside, SourceDeclaration, origin_of
from nonaligned.sources.cow_numbers import with_states
from nonaligned.sources.reading import as_number, as_text, header_of, read_bytes, read_text, refuse

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.sources.fetching.download import Download

NAME = "cow_capabilities"
MISSING = ("", "-9", "-9.0")
# Units as in the project's codebook; spending is in pounds before 1914 and in dollars since.
COMPONENTS = {
    "milex": "thousand current US$",
    "milper": "thousand persons",
    "irst": "thousand tons",
    "pec": "thousand coal-ton equivalents",
    "tpop": "thousand persons",
    "upop": "thousand persons",
}
POUNDS = "thousand current pounds sterling"
FIRST_IN_DOLLARS = 1914
INDEX = "cinc"
# The year lists both German republics and the united one; it goes to the Federal Republic as it began.
GERMANY_FOR_LAST_QUARTER = ("255", 1990)
ADDRESS = "https://correlatesofwar.org/wp-content/uploads/NMCv7.zip"
DECLARED = {
    "producer": "Correlates of War Project",
    "title": "National Material Capabilities",
    "url": "https://correlatesofwar.org/data-sets/national-material-capabilities/",
    "citation": "Singer, J. David, Stuart Bremer and John Stuckey, 1972, Capability Distribution, Uncertainty, and Major Power War, "
    "1820-1965, in Bruce Russett (ed.), Peace, War, and Numbers, Beverly Hills: Sage, 19-48; Singer, J. David, 1987, Reconstructing the "
    "Correlates of War Dataset on Material Capabilities of States, 1816-1985, International Interactions 14: 115-132.",
    "licence": "free for research, to be cited",
}
WARNINGS = (
    "cinc is the mean of a state's shares in the year's system totals over the components that are known; a missing one is left out.",
    "cow_milex is in thousand current pounds sterling before 1914 and in thousand current US$ since: it cannot be compared across years.",
)


def read(path: Path) -> LoadedRows:
    r"""Read the abridged table of any version (``NMC-70-abridged.csv``), alone or in the official archives, which nest.

    Raises
    ------
    SourceError
        If a column is missing, a cell is no number, or a number no state's.

    Source
    ------
    Correlates of War Project, National Material Capabilities and its codebook.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "nmc.csv"
    >>> _ = file.write_text("ccode,year,milex,milper,irst,pec,tpop,upop,cinc\n2,1816,3823,17,80,-9,8659,101,.04\n")
    >>> rows = read(file).frames["indicators"]
    >>> rows.select("indicator", "value").rows()[:3], rows.height
    ([('cinc', 0.04), ('cow_irst', 80.0), ('cow_milex', 3823.0)], 6)
    """
    import polars as pl

    with _table(path) as plain:
        text = as_text(read_bytes(plain), path)
    has_version = "version" in header_of(text[: 1 << 16].encode())
    names = {name: name for name in ("ccode", "year", *COMPONENTS, INDEX, *(["version"] if has_version else []))}
    raw = read_text(path, names, text=text)
    for name in (*COMPONENTS, INDEX):
        number = as_number(name)
        refuse(raw, ~pl.col(name).is_in(MISSING) & (number.is_null() | (number < 0)), name, "a number or -9", path)
    refuse(raw, as_number(INDEX) > 1, INDEX, "a share", path)
    held = with_states(raw, {"ccode": "state"}, path)
    refuse(raw, held.select(pl.struct("ccode", "year").is_duplicated()).to_series(), "ccode", "a state's only row in the year", path)
    number, year = GERMANY_FOR_LAST_QUARTER
    third = (pl.col("ccode").str.replace(r"\.0+$", "") == number) & (pl.col("year") == year) & pl.col("state").is_duplicated().over("year")
    germany = held.filter(third)
    outside = held.filter(pl.col("state") == "")
    used = held.filter(~third & (pl.col("state") != ""))
    aside = tuple(
        SetAside(rows.height, reason, int(rows["line"][0]))
        for rows, reason in (
            (germany, "united Germany in 1990; the year goes to the Federal Republic (260)"),
            (outside, "the state was outside the international system in the year"),
        )
        if rows.height
    )
    years = used["year"].to_list()
    if not years:
        raise SourceError(f"{path.name}: no row is that of a state in a year of its own.")
    versions = sorted(set(raw["version"].to_list())) if has_version else []
    declared = DECLARED | ({"version": versions[-1]} if versions else {})
    return LoadedRows(
        frames={"indicators": _indicators(used)},
        warnings=WARNINGS,
        origin=origin_of(declared, NAME, f"{max(years)}-12-31", " ".join(WARNINGS)),
        coverage={"indicators": Coverage(min(years), max(years), note="states of the Correlates of War system")},
        rows_in=raw.height,
        rows_used=used.height,
        set_aside=aside,
    )


def _indicators(used: pl.DataFrame) -> pl.DataFrame:
    """One row per state, year and figure that is known."""
    import polars as pl

    figures = {INDEX: INDEX} | {name: f"cow_{name}" for name in COMPONENTS}
    units = {INDEX: "share of world"} | {f"cow_{name}": unit for name, unit in COMPONENTS.items()}
    is_pounds = (pl.col("indicator") == "cow_milex") & (pl.col("year") < FIRST_IN_DOLLARS)
    return (
        used.rename(figures)
        .unpivot(list(figures.values()), index=["state", "year"], variable_name="indicator")
        .filter(~pl.col("value").is_in(MISSING))
        .select(
            "state",
            "year",
            "indicator",
            as_number("value"),
            unit=pl.when(is_pounds).then(pl.lit(POUNDS)).otherwise(pl.col("indicator").replace_strict(units)),
            source=pl.lit(NAME),
            note=pl.lit(""),
        )
        .sort("state", "year", "indicator")
    )


@contextmanager
def _table(path: Path) -> Generator[Path]:
    """The table's own file: the archive of version 7 holds the abridged table in an archive of its own."""
    if path.suffix.lower() == ".xlsx" or not zipfile.is_zipfile(path):
        yield path
        return
    with zipfile.ZipFile(path) as archive:
        is_nested = any(name.lower().endswith("abridged.zip") and not name.startswith("__MACOSX") for name in archive.namelist())
    with tempfile.TemporaryDirectory(prefix="nonaligned-") as folder:
        inner = Path(folder) / path.name  # for refusals
        inner.write_bytes(read_bytes(path, "[!.]*abridged.zip" if is_nested else "[!.]*abridged*.csv"))
        if is_nested and not zipfile.is_zipfile(inner):
            raise SourceError(f"{path.name} holds a damaged archive.")
        if is_nested:
            (Path(folder) / "table").write_bytes(read_bytes(inner, "[!.]*abridged*.csv"))
        yield Path(folder) / "table" if is_nested else inner


def downloads(words: tuple[str, ...]) -> tuple[Download, ...]:
    """The official archive of version 7; there are no words to choose.

    Examples
    --------
    >>> [one.name for one in downloads(())]
    ['NMCv7.zip']
    """
    from nonaligned.sources.fetching.download import Download

    return (Download(ADDRESS, "NMCv7.zip"),)


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
)
