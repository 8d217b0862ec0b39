"""SIPRI's Military Expenditure Database: one workbook, a sheet for each way of counting."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError
from nonaligned.sources import Coverage, LoadedRows, SetAside, SourceDeclaration, origin_of
from nonaligned.sources.reading import read_sheet
from nonaligned.sources.sheet_colours import sheet_colours
from nonaligned.sources.sipri_names import add_codes, codes

if TYPE_CHECKING:
    import polars as pl

NAME = "sipri_milex"
# Indicator, name of the sheet, unit ("" : the currency of the row), factor. The first one gives the year of its prices.
SHEETS = (
    ("milex_constant_usd", r"Constant \((\d{4})\) US\$", "constant {} US$", 1e6),
    ("milex_current_usd", r"Current US\$", "US$", 1e6),
    ("milex_gdp_share", r"Share of GDP", "percent of GDP", 100.0),
    ("milex_per_capita_usd", r"Per capita", "US$", 1.0),
    ("milex_government_share", r"Share of Govt\.? spending", "percent of government spending", 100.0),
    ("milex_local_currency", r"Local currency calendar years", "", 1.0),
)
NEEDED = 3  # sheets that every edition has
MISSING = frozenset({"", "...", ". .", "..", "…", "xxx"})
CERTAINTY = {"0000FF": "SIPRI estimate", "FF0000": "highly uncertain"}
MARKS = {
    "†": "without military pensions",
    "‡": "current spending only",
    "§": "adopted budget",
    "¶": "without paramilitary forces",
}
WITHOUT_FORCES = ("CRI", "HTI", "ISL", "PAN")  # states that keep no armed forces; elsewhere a printed 0 is no figure
LEAST_DEFLATED = 0.1  # of the figure at current prices; below it inflation or a base year's exchange rate has broken the series
MOST_SHARE = 5.0  # Kuwait spent 1.2 times its output in 1991; a larger number is no fraction
MOST_UNTOLD = 0.02  # share of lines whose state may be unknown
WARNINGS = (
    "Figures of some states are estimates or uncertain: the column note says which.",
    "Series at constant prices of different editions have different price years; the unit says which.",
)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What one sheet holds: its figures, lines read, lines set aside, and the years of its columns."""

    figures: pl.DataFrame
    lines: int
    aside: tuple[tuple[str, int], ...]
    years: tuple[int, int]


def read_sipri_milex(path: Path) -> LoadedRows:
    """Read the workbook: spending in constant and current US$, in shares of output and of government spending, per head.

    Parameters
    ----------
    path : Path
        The xlsx file. US$ are printed in millions and become US$, shares are printed as fractions and become per cent.

    Raises
    ------
    SourceError
        If it is no such workbook, or a cell is neither a figure nor a sign for a missing one.

    Source
    ------
    SIPRI Military Expenditure Database, https://www.sipri.org/databases/milex

    Examples
    --------
    >>> read_sipri_milex(Path("no-such-file.xlsx"))
    Traceback (most recent call last):
    nonaligned.ground.errors.SourceError: no-such-file.xlsx is no workbook that can be read.
    """
    import polars as pl

    colours = sheet_colours(path)
    read: dict[str, _Sheet] = {}
    for place, (indicator, pattern, unit, factor) in enumerate(SHEETS):
        found = next((match for name in colours if (match := re.fullmatch(pattern, name.strip()))), None)
        if found is None and place < NEEDED:
            raise SourceError(f"{path.name} has no sheet {pattern.replace(chr(92), '')!r}.", why=f"It has {', '.join(colours)}.")
        if found is not None:
            name = next(name for name in colours if name.strip() == found[0])
            read[indicator] = _read_sheet(path, name, unit.format(*found.groups()), factor, colours[name])
    rows = pl.concat([sheet.figures.with_columns(indicator=pl.lit(indicator)) for indicator, sheet in read.items()])
    rows, warnings = _tidy(rows)
    last = max(sheet.years[1] for sheet in read.values())
    lines = sum(sheet.lines for sheet in read.values())
    aside = [one for sheet in read.values() for one in sheet.aside]
    warnings = (*WARNINGS, *warnings)
    declared = {"producer": SOURCE.producer, "title": SOURCE.title, "url": SOURCE.address, "citation": SOURCE.citation}
    declared |= {"licence": SOURCE.licence, "version": f"to {last}"}
    return LoadedRows(
        {"indicators": rows},
        warnings,
        origin_of(declared, NAME, f"{last}-12-31", " ".join(warnings)),
        coverage={"indicators": Coverage(min(s.years[0] for s in read.values()), last, False, "a state and year without a row is unknown")},
        rows_in=lines,
        rows_used=lines - len(aside),
        set_aside=_set_aside(aside),
    )


def _set_aside(lines: Sequence[tuple[str, int]]) -> tuple[SetAside, ...]:
    names = sorted({name for name, _ in lines})
    found = ([line for one, line in lines if one == name] for name in names)
    return tuple(SetAside(len(of), f"{name} is no state", of[0]) for name, of in zip(names, found, strict=True))


def _read_sheet(path: Path, name: str, unit: str, factor: float, colours: Mapping[tuple[int, int], str]) -> _Sheet:
    """The figures of one sheet: columns printed, year, value, unit, note, state."""
    import polars as pl

    rows = read_sheet(path, name)
    top = next((place for place, row in enumerate(rows) if row and str(row[0]).strip() == "Country"), None)
    if top is None:
        raise SourceError(f"{path.name}, sheet {name}: no line begins with 'Country'.")
    header = [str(cell).strip() for cell in rows[top]]
    years = {place: int(float(cell)) for place, cell in enumerate(header) if re.fullmatch(r"(19|20)\d\d(\.0)?", cell)}
    if not years or len(set(years.values())) != len(years):
        raise SourceError(f"{path.name}, sheet {name}, line {top + 1}: years are missing or stand twice.")
    _refuse_undated(path, name, rows[top:], top, years)
    words = " ".join(str(row[0]) for row in rows[:top] if row)
    if factor == 1e6 and not re.search(r"US\$ ?m\b|million", words):
        raise SourceError(f"{path.name}, sheet {name}: its heading does not say that it is in millions of US$.", why=words[:200])
    known = codes(pl.Series([str(row[0]).strip() for row in rows[top + 1 :] if row], dtype=pl.String))
    currency, notes = (header.index(word) if word in header else -1 for word in ("Currency", "Notes"))
    found: list[tuple[str, int, float, str, str]] = []
    aside: list[tuple[str, int]] = []
    lines = 0
    for number, row in enumerate(rows[top + 1 :], top + 1):
        state = str(row[0]).strip() if row else ""
        cells = {place: row[place] for place in years if place < len(row) and str(row[place]).strip()}
        if not cells:
            continue  # blank, or the heading of a region
        lines += 1
        if not known.get(state):
            aside.append((state, number + 1))
        marks = [MARKS[mark] for mark in str(row[notes] if notes >= 0 else "") if mark in MARKS]
        own = unit or " ".join(str(row[currency]).split())
        for place, cell in cells.items():
            value = _figure(cell, path, name, number + 1, years[place])
            if value is not None and known.get(state):
                note = "; ".join([word for word in (CERTAINTY.get(colours.get((number, place), ""), ""), *marks) if word])
                found.append((state, years[place], value * factor, own, note))
    if len(aside) > max(1, MOST_UNTOLD * lines):
        raise SourceError(f"{path.name}, sheet {name}, line {aside[0][1]}, column Country: {aside[0][0]!r} is no state that is known.")
    if factor == 100 and any(value > 100 * MOST_SHARE for _, _, value, _, _ in found):
        raise SourceError(f"{path.name}, sheet {name}: the shares are not printed as fractions.")
    schema = {"printed": pl.String, "year": pl.Int64, "value": pl.Float64, "unit": pl.String, "note": pl.String}
    frame = add_codes(pl.DataFrame(found, schema=schema, orient="row"), "printed", "year", "state")
    return _Sheet(frame, lines, tuple(aside), (min(years.values()), max(years.values())))


def _refuse_undated(path: Path, sheet: str, rows: list[list[object]], top: int, years: Mapping[int, int]) -> None:
    """Refuse a column among or after the years that has a heading that is no year, or figures under no heading."""
    width = max(len(row) for row in rows)
    for place in (place for place in range(min(years), width) if place not in years):
        for number, row in enumerate(rows):
            if place < len(row) and (str(row[place]).strip() if number == 0 else isinstance(row[place], int | float)):
                raise SourceError(
                    f"{path.name}, sheet {sheet}, line {top + 1}, column {place + 1}: {str(rows[0][place])[:100]!r} is not a year."
                )


def _figure(cell: object, path: Path, sheet: str, line: int, year: int) -> float | None:
    if isinstance(cell, str) and cell.strip() in MISSING:
        return None
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 0 <= cell < float("inf"):
        return float(cell)
    raise SourceError(f"{path.name}, sheet {sheet}, line {line}, column {year}: {cell!r} is not a figure.")


def _tidy(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """One row for each state, year and indicator; figures that are none left out, and said in the warnings."""
    import polars as pl

    warnings: list[str] = []
    today = {name: code for name, code in codes(rows["printed"]).items() if code}
    rows = rows.with_columns(today=pl.col("printed").replace_strict(today))
    outside = rows.filter(pl.col("state") == "")
    if outside.height:
        listed = ", ".join(sorted(outside["today"].unique().to_list()))
        warnings.append(f"{outside.height} figures of years outside the state's days in the international system are left out: {listed}.")
    constant = rows.filter(pl.col("indicator") == "milex_constant_usd").select("state", "year", constant="value")
    current = rows.filter(pl.col("indicator") == "milex_current_usd").select("state", "year", current="value")
    both = (
        rows.filter(pl.col("state") != "")
        # The row under the state's own name goes before the one that a successor continues.
        .sort(pl.col("state") != pl.col("today"), maintain_order=True)
        .unique(["state", "year", "indicator"], keep="first", maintain_order=True)
        .join(constant.unique(["state", "year"]), on=["state", "year"], how="left", maintain_order="left")
        .join(current.unique(["state", "year"]), on=["state", "year"], how="left", maintain_order="left")
    )
    is_nought = (pl.col("value") == 0) & ~(pl.col("state").is_in(WITHOUT_FORCES) & (pl.col("constant") == 0).fill_null(False))
    if noughts := both.select(is_nought.sum()).item():
        warnings.append(
            f"{noughts} printed zeros are left out: a figure or an exchange rate is missing there, it is not that nothing was spent."
        )
    is_broken = (pl.col("indicator") == "milex_constant_usd") & (pl.col("value") < LEAST_DEFLATED * pl.col("current"))
    broken = sorted(both.filter(is_broken.fill_null(False) & ~is_nought)["state"].unique().to_list())
    if broken:
        listed = ", ".join(broken)
        warnings.append(f"Series at constant prices broken by inflation or the base year's exchange rate (see the note): {listed}.")
    words = pl.concat_str(
        pl.when(pl.col("note") != "").then("note"),
        pl.when(pl.col("state") != pl.col("today")).then("printed under " + pl.col("printed")),
        pl.when(is_broken).then(pl.lit("broken series: less than a tenth of the figure at current prices")),
        separator="; ",
        ignore_nulls=True,
    )
    tidy = both.filter(~is_nought).with_columns(note=words, source=pl.lit(NAME))
    return tidy.select("state", "year", "indicator", "value", "unit", "source", "note"), warnings


SOURCE = SourceDeclaration(
    name=NAME,
    producer="Stockholm International Peace Research Institute",
    title="SIPRI Military Expenditure Database",
    licence="(c) SIPRI; non-commercial use with acknowledgement, under ten per cent of the database",
    citation="Stockholm International Peace Research Institute, SIPRI Military Expenditure Database",
    address="https://www.sipri.org/databases/milex",
    tables=("indicators",),
    warnings=WARNINGS,
    read=read_sipri_milex,
)
