"""SIPRI's arms transfers: the trade register in two layouts, and tables of one state's exports or imports."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from nonaligned.ground.errors import SourceError
from nonaligned.sources import LoadedRows, SourceDeclaration, origin_of
from nonaligned.sources.reading import as_text, header_of, read_bytes
from nonaligned.sources.sipri_registers import NAME, NEW, OLD, register_of_16, register_of_17
from nonaligned.sources.sipri_tiv_tables import read_tiv_table, years_of

LONGEST_PREAMBLE = 40
ENOUGH = 5  # columns by which a layout is known
WARNINGS = (
    "TIV is a volume of major conventional arms, never money.",
    "Years of delivery follow SIPRI's estimates; other editions differ in past years too.",
)


def read_sipri_transfers(path: Path) -> LoadedRows:
    r"""Read a file of SIPRI's Arms Transfers Database; its columns tell which one it is.

    Parameters
    ----------
    path : Path
        The trade register in 17 columns (one row for each deal and year of delivery) or in 16 (one row for each deal),
        or a table of one state's exports or imports by partner and year. Volumes are in millions of TIV.

    Raises
    ------
    SourceError
        If the file is none of them, or a cell cannot be read.

    Source
    ------
    SIPRI Arms Transfers Database, https://armstransfers.sipri.org

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "table.csv").write_text('"TIV of arms exports from India, 2016-2017"\n,2016,2017,Total\nMauritius,,17,17\n')
    >>> rows = read_sipri_transfers(folder / "table.csv")
    >>> rows.part, rows.frames["arms_transfers"].row(0)
    ('tiv exports IND', ('IND', 'MUS', 2017, 17.0, 'published', 'sipri_transfers'))
    """
    text = as_text(read_bytes(path), path)
    text = text if "\n" in text else text.replace("\r", "\n")
    lines = text[:20_000].split("\n")[:LONGEST_PREAMBLE]
    for skip, line in enumerate(lines):
        cells = header_of(line.rstrip(" ;").encode())
        before = " ".join(lines[:skip])
        if len(set(cells) & set(NEW)) >= ENOUGH and "Year of order" not in cells:
            return _with_origin(register_of_17(path, text, skip, before), before)
        if len(set(cells) & set(OLD)) >= ENOUGH:
            return _with_origin(register_of_16(path, text, skip, before), before)
        if years_of(cells):
            return _with_origin(read_tiv_table(path, text, skip, before), before)
    raise SourceError(
        f"{path.name} is no file of SIPRI's Arms Transfers Database.",
        why="No line among its first names the columns of the trade register, or years.",
        mend="nonaligned sources",
    )


def _with_origin(rows: LoadedRows, preamble: str) -> LoadedRows:
    coverage = [f"Coverage: {one.note}." for one in rows.coverage.values() if one.note]
    notes = tuple(dict.fromkeys((*WARNINGS, *rows.warnings, *coverage)))
    generated = re.search(r"[Gg]enerated:? *(\d{1,2} \w+ \d{4})", preamble)
    declared = {"producer": SOURCE.producer, "title": SOURCE.title, "url": SOURCE.address, "citation": SOURCE.citation}
    declared |= {"licence": SOURCE.licence} | ({"version": f"generated {generated[1]}"} if generated else {})
    last = max(one.last_year for one in rows.coverage.values())
    return replace(rows, warnings=notes, origin=origin_of(declared, NAME, f"{last}-12-31", " ".join(notes)))


SOURCE = SourceDeclaration(
    name=NAME,
    producer="Stockholm International Peace Research Institute",
    title="SIPRI Arms Transfers Database",
    licence="(c) SIPRI; non-commercial use with acknowledgement, under ten per cent of the database",
    citation="Stockholm International Peace Research Institute, SIPRI Arms Transfers Database",
    address="https://armstransfers.sipri.org",
    tables=("arms_deals", "arms_deliveries", "arms_transfers"),
    warnings=WARNINGS,
    read=read_sipri_transfers,
)
