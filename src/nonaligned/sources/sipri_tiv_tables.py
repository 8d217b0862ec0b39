"""SIPRI's tables of one state's arms exports or imports by partner and year; read through `sipri_transfers`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError
from nonaligned.sources import Coverage, LoadedRows, SetAside
from nonaligned.sources.reading import as_number, header_of, read_text, refuse
from nonaligned.sources.sipri_names import add_codes, codes, untold
from nonaligned.sources.sipri_registers import NAME

if TYPE_CHECKING:
    import polars as pl

PARTNER = "partner"
HEADS = ("", "recipient", "recipients", "supplier", "suppliers")
TITLE = re.compile(r"TIV of arms (?:exports|imports) (from|to) (.+?),? *\d{4}")
ROUNDING = 0.5  # of each figure, in millions of TIV


def years_of(cells: Sequence[str]) -> dict[str, int]:
    """Column -> year of a header of such a table: a column of partners, years, perhaps a total; else nothing.

    Examples
    --------
    >>> years_of(["", "2016", "2017", "Total"]), years_of(["Recipient", "Supplier", "2016"])
    ({'2016': 2016, '2017': 2017}, {})
    """
    rest = [cell for cell in cells[1:] if cell and cell.casefold() != "total"]
    is_header = bool(rest) and cells[0].casefold() in HEADS and all(re.fullmatch(r"(19|20)\d\d", cell) for cell in rest)
    return {cell: int(cell) for cell in rest} if is_header else {}


def read_tiv_table(path: Path, text: str, skip: int, preamble: str) -> LoadedRows:
    """The rows of partners; the total is left out once it is found to agree, and partners that are no states are set aside.

    Raises
    ------
    SourceError
        If the title names no single state, a cell is no number, or the columns do not add up to the total.
    """
    import polars as pl

    side, own, own_name = _own_state(path, preamble)
    lines = text.replace("\r\n", "\n").split("\n")
    header = header_of(lines[skip].encode())
    lines[skip] = ",".join([PARTNER, *(name or f"blank {place}" for place, name in enumerate(header[1:]))])
    years = years_of(header)
    blank = [f"blank {place}" for place, name in enumerate(header[1:]) if not name]
    table = read_text(path, {name: name for name in (PARTNER, *years, *blank)}, text="\n".join(lines).rstrip() + "\n", skip=skip)
    for name in blank:
        refuse(table, pl.col(name) != "", name, "in a column with a year", path)
    table = table.filter(pl.any_horizontal(pl.col(name) != "" for name in (PARTNER, *years)))
    refuse(table, pl.col(PARTNER) == "", PARTNER, "the name of a party", path)
    for name in years:
        number = as_number(name)
        refuse(table, (pl.col(name) != "") & (number.is_null() | (number < 0)), name, "a volume", path)
    total = table.filter(pl.col(PARTNER).str.to_lowercase() == "total")
    partners = table.filter(pl.col(PARTNER).str.to_lowercase() != "total")
    refuse(partners, pl.col(PARTNER).is_duplicated(), PARTNER, "a partner with one row", path)
    strange = untold(partners, PARTNER, path)
    _agree(path, partners, total, years)
    partner, self = ("recipient", "supplier") if side == "exports" else ("supplier", "recipient")
    cells = partners.unpivot(list(years), index=[PARTNER], variable_name="year", value_name="tiv").filter(pl.col("tiv") != "")
    cells = cells.select(
        PARTNER,
        pl.lit(own_name).alias("own"),
        pl.col("year").replace_strict(years, return_dtype=pl.Int64),
        as_number("tiv"),
        pl.lit("published").alias("kind"),
        pl.lit(NAME).alias("source"),
    )
    cells = add_codes(add_codes(cells, PARTNER, "year", partner), "own", "year", self)
    if not cells.height:
        raise SourceError(f"{path.name} has no volumes.")
    stateless = [name for name, code in codes(partners[PARTNER]).items() if not code] + strange
    gone = cells.filter(~pl.col(PARTNER).is_in(stateless) & ((pl.col(partner) == "") | (pl.col(self) == ""))).height
    warnings = [f"{gone} volumes of years in which one side was not in the international system are left out."] * bool(gone)
    warnings += ["The table has no total: it may be cut short."] * (not total.height)
    frame = cells.filter((pl.col(partner) != "") & (pl.col(self) != ""))
    aside = partners.filter(pl.col(PARTNER).is_in(stateless))
    set_aside = (
        *([SetAside(total.height, "total of the table", int(total["line"][0]))] if total.height else []),
        *([SetAside(aside.height, "partner that is no state", int(aside["line"][0]))] if aside.height else []),
    )
    span = int(cells["year"].min()), int(cells["year"].max())  # type: ignore[arg-type]
    return LoadedRows(
        {"arms_transfers": frame.select("supplier", "recipient", "year", "tiv", "kind", "source")},
        (*warnings, "0 is a volume below half a million; the figures are rounded."),
        part=f"tiv {side} {own}",
        coverage={"arms_transfers": Coverage(*span, False, f"{side} of {own} alone")},
        rows_in=table.height,
        rows_used=partners.height - aside.height,
        set_aside=set_aside,
    )


def _own_state(path: Path, preamble: str) -> tuple[str, str, str]:
    """Whether these are exports or imports, of which state, and its name in the title."""
    import polars as pl

    found = TITLE.search(preamble)
    name = found[2].strip() if found else ""
    code = codes(pl.Series([name])).get(name, "") if found else ""
    if not found or not code:
        raise SourceError(
            f"{path.name} does not say whose exports or imports it lists.",
            why=f"Its title names {name!r}." if name else "Its title is not 'TIV of arms exports from STATE' or 'to STATE'.",
            mend="Take the table of one state at a time.",
        )
    return ("exports" if found[1] == "from" else "imports"), code, name


def _agree(path: Path, partners: pl.DataFrame, total: pl.DataFrame, years: dict[str, int]) -> None:
    """Raise SourceError where a column does not add up to its total within the rounding of its figures."""
    if not total.height:
        return
    for name in years:
        figures = partners.select(as_number(name)).to_series().drop_nulls()
        printed = total.select(as_number(name)).to_series()[0]
        if abs(float(figures.sum()) - (printed or 0)) > ROUNDING * (figures.len() + 1):
            raise SourceError(
                f"{path.name}, line {total['line'][0]}, column {name}: the rows add up to {figures.sum():g}, not to {printed or 0:g}.",
                why="Rows are missing, or columns are displaced.",
            )
